"""Writes tests/golden/lecture-grid.json: the lecture's grid search over MLPClassifier, by scikit-learn.

The grid of 20 (five values of alpha, four hidden layers), 8 folds, on the raw digits, in float64. It takes some minutes.

Usage: pip install scikit-learn && python tests/golden/generate/lecture-grid.py
"""

import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier

warnings.simplefilter("ignore")
X, y = load_digits(return_X_y=True)
grid = [{"alpha": [0.01, 0.1, 1, 10, 100], "hidden_layer_sizes": [[5], [10], [50], [100]]}]
search = GridSearchCV(MLPClassifier(random_state=0, max_iter=1000), grid, n_jobs=-1, cv=8, scoring="accuracy")
search.fit(X, y)
found = search.cv_results_
golden = {
    "scikitLearn": sklearn.__version__,
    "params": [{"alpha": p["alpha"], "hiddenLayerSizes": p["hidden_layer_sizes"]} for p in found["params"]],
    "splits": [[float(found[f"split{k}_test_score"][i]) for k in range(8)] for i in range(20)],
    "meanTestScore": found["mean_test_score"].tolist(),
    "stdTestScore": found["std_test_score"].tolist(),
    "rankTestScore": found["rank_test_score"].tolist(),
    "bestIndex": int(search.best_index_),
    "bestScore": float(search.best_score_),
    "nIter": int(search.best_estimator_.n_iter_),
}
file = Path(__file__).parents[3] / "tests/golden/lecture-grid.json"
file.write_text(json.dumps(golden) + "\n")
