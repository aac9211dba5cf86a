"""Writes tests/golden/lecture-grid.json: the lecture's grid search over MLPClassifier, by scikit-learn.

The grid of 20 (five values of alpha, four hidden layers), 8 folds, on the raw digits, in float64: once with each of three
kernels of OpenBLAS, whose sums round differently. It takes some minutes each; SkylakeX needs a processor with AVX-512.

Usage: pip install scikit-learn && python tests/golden/generate/lecture-grid.py
"""

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

KERNELS = ["SkylakeX", "Haswell", "Prescott"]


def search():
    import sklearn
    from sklearn.datasets import load_digits
    from sklearn.model_selection import GridSearchCV
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore")
    X, y = load_digits(return_X_y=True)
    grid = [{"alpha": [0.01, 0.1, 1, 10, 100], "hidden_layer_sizes": [[5], [10], [50], [100]]}]
    found = GridSearchCV(MLPClassifier(random_state=0, max_iter=1000), grid, n_jobs=-1, cv=8, scoring="accuracy", refit=False)
    results = found.fit(X, y).cv_results_
    return {
        "scikitLearn": sklearn.__version__,
        "params": [{"alpha": p["alpha"], "hiddenLayerSizes": p["hidden_layer_sizes"]} for p in results["params"]],
        "splits": [[float(results[f"split{k}_test_score"][i]) for k in range(8)] for i in range(20)],
        "meanTestScore": results["mean_test_score"].tolist(),
        "stdTestScore": results["std_test_score"].tolist(),
        "rankTestScore": results["rank_test_score"].tolist(),
        "bestIndex": int(found.best_index_),
    }


def search_with(kernel):
    environment = {**os.environ, "OPENBLAS_CORETYPE": kernel, "OPENBLAS_NUM_THREADS": "1"}
    run = subprocess.run([sys.executable, __file__, "--one"], env=environment, check=True, capture_output=True, text=True)
    return json.loads(run.stdout)


if "--one" in sys.argv:
    print(json.dumps(search()))
else:
    found = {kernel: search_with(kernel) for kernel in KERNELS}
    first = found[KERNELS[0]]
    shared = {key: first[key] for key in ("scikitLearn", "params")}
    kernels = {kernel: {key: value for key, value in result.items() if key not in shared} for kernel, result in found.items()}
    file = Path(__file__).parents[3] / "tests/golden/lecture-grid.json"
    file.write_text(json.dumps({**shared, "kernels": kernels}) + "\n")
