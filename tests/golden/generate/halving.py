"""Writes tests/golden/halving.json: searches by successive halving, by scikit-learn.

The estimators are GaussianNB and Ridge, which tests/support/estimators.ts has in a few lines, and MLPRegressor.

Usage: pip install scikit-learn && python tests/golden/generate/halving.py
"""

import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
from scipy import stats
from sklearn.datasets import load_diabetes, load_iris
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import Ridge
from sklearn.model_selection import HalvingGridSearchCV, HalvingRandomSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPRegressor

warnings.simplefilter("ignore")
iris, diabetes = load_iris(), load_diabetes()
order = np.random.default_rng(5).permutation(150)
X, y = iris.data[order], iris.target[order]
Xr, yr = diabetes.data[:120, [2, 3, 8]] * 20, diabetes.target[:120]
names = {"var_smoothing": "varSmoothing", "max_iter": "maxIter", "hidden_layer_sizes": "hiddenLayerSizes"}


def numbers(values):
    """NaN, which JSON does not have, as null."""
    return [None if np.isnan(v) else float(v) for v in values]


def run(search, X, y):
    search.set_params(return_train_score=True).fit(X, y)
    found = search.cv_results_
    plain = {
        "params": [{names.get(k, k): v for k, v in p.items()} for p in found["params"]],
        "iter": found["iter"].tolist(), "nResources": found["n_resources"].tolist(),
        "meanTestScore": numbers(found["mean_test_score"]), "meanTrainScore": numbers(found["mean_train_score"]),
        "stdTestScore": numbers(found["std_test_score"]), "rankTestScore": found["rank_test_score"].tolist(),
    }
    return {
        "results": plain, "bestIndex": int(search.best_index_), "bestScore": float(search.best_score_),
        "rounds": {
            "nResources": search.n_resources_, "nCandidates": search.n_candidates_,
            "nRemainingCandidates": search.n_remaining_candidates_, "nIterations": search.n_iterations_,
            "nPossibleIterations": search.n_possible_iterations_, "nRequiredIterations": search.n_required_iterations_,
            "minResources": search.min_resources_, "maxResources": search.max_resources_,
        },
    }


smoothing = {"var_smoothing": [1e-9, 1e-3, 1e-2, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0]}
alphas = {"alpha": [0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 50.0, 100.0, 500.0, 1000.0]}
nets = {"alpha": [1e-4, 1.0], "hidden_layer_sizes": [[3], [5], [8]]}
golden = {
    "scikitLearn": sklearn.__version__,
    "X": X.tolist(), "y": y.tolist(), "Xr": Xr.tolist(), "yr": yr.tolist(),
    "grid": run(HalvingGridSearchCV(GaussianNB(), smoothing, cv=3, random_state=7, scoring="neg_log_loss"), X, y),
    "smallest": run(HalvingGridSearchCV(Ridge(), alphas, factor=2, cv=4, random_state=1, min_resources="smallest"), Xr, yr),
    "aggressive": run(HalvingGridSearchCV(
        Ridge(), alphas, factor=2, cv=3, random_state=2, min_resources=30, max_resources=70,
        aggressive_elimination=True), Xr, yr),
    "scarce": run(HalvingGridSearchCV(
        Ridge(), alphas, factor=2, cv=3, random_state=2, min_resources=30, max_resources=70), Xr, yr),
    "factor": run(HalvingGridSearchCV(Ridge(), alphas, factor=2.5, cv=3, random_state=3), Xr, yr),
    "parameter": run(HalvingGridSearchCV(
        MLPRegressor(random_state=0), nets, factor=2, cv=2, random_state=0, resource="max_iter", max_resources=12), Xr, yr),
    "random": run(HalvingRandomSearchCV(
        Ridge(), {"alpha": stats.loguniform(1e-3, 1e3)}, cv=4, random_state=4), Xr, yr),
    "randomExhaust": run(HalvingRandomSearchCV(
        Ridge(), {"alpha": stats.loguniform(1e-3, 1e3)}, n_candidates=7, factor=2, min_resources="exhaust", cv=3,
        random_state=5), Xr, yr),
}
file = Path(__file__).parents[3] / "tests/golden/halving.json"
file.write_text(json.dumps(golden, default=lambda v: v.tolist()) + "\n")
