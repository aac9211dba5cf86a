"""Writes tests/golden/model-selection.json: cross-validation and searches by scikit-learn.

The estimators are GaussianNB and Ridge, which tests/support/estimators.ts has in a few lines.

Usage: pip install scikit-learn && python tests/golden/generate/model-selection.py
"""

import json
import re
import warnings
from pathlib import Path

import numpy as np
import sklearn
from scipy import stats
from sklearn import model_selection as ms
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import Ridge
from sklearn.metrics import fbeta_score, make_scorer
from sklearn.naive_bayes import GaussianNB

warnings.simplefilter("ignore")
iris, diabetes = load_iris(), load_diabetes()
order = np.random.default_rng(3).permutation(150)[:66]
X, y = iris.data[order], iris.target[order]
names = iris.target_names[y]
binary = (y == 1).astype(int)
Xr, yr = diabetes.data[:50, [2, 3, 8]] * 20, diabetes.target[:50]
groups = np.arange(66) % 7
w = 0.5 + np.arange(66) % 3


def camel(name):
    return re.sub(r"(?<=[a-z0-9])_([a-z0-9])", lambda m: m[1].upper(), name)


def plain(value):
    if isinstance(value, np.ma.MaskedArray):
        return [None if m else plain(v) for v, m in zip(value.data, np.ma.getmaskarray(value))]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, float):
        return value if np.isfinite(value) else str(value)
    return value.item() if isinstance(value, np.generic) else value


def results(found):
    """cv_results_ without times, its keys in camelCase."""
    renamed = {}
    for key, value in found.items():
        if "time" in key:
            continue
        key = re.sub(r"_([a-z0-9])", lambda m: m[1].upper(), key)
        renamed[key] = plain([{camel(k): v for k, v in p.items()} for p in value] if key == "params" else value)
    return renamed


def scores(found):
    return {re.sub(r"_([a-z0-9])", lambda m: m[1].upper(), k): plain(v) for k, v in found.items() if "time" not in k}


nb, ridge = GaussianNB(), Ridge()
several = ["accuracy", "f1_macro", "neg_log_loss", "roc_auc_ovr"]
regression = ["r2", "neg_mean_squared_error", "neg_median_absolute_error", "explained_variance", "neg_max_error"]
golden = {
    "scikitLearn": sklearn.__version__,
    "data": {"X": X.tolist(), "y": y.tolist(), "names": names.tolist(), "binary": binary.tolist(), "Xr": Xr.tolist(),
             "yr": yr.tolist(), "groups": groups.tolist(), "w": w.tolist()},
    "crossValScore": plain(ms.cross_val_score(nb, X, y)),
    "names": plain(ms.cross_val_score(nb, X, names, cv=3, scoring="f1_weighted")),
    "fbeta": plain(ms.cross_val_score(nb, X, y, scoring=make_scorer(fbeta_score, beta=2, average="macro"))),
    "groups": plain(ms.cross_val_score(nb, X, y, cv=ms.GroupKFold(4), groups=groups)),
    "weighted": plain(ms.cross_val_score(nb, X, y, params={"sample_weight": w})),
    "several": scores(ms.cross_validate(nb, X, y, cv=4, scoring=several, return_train_score=True)),
    "binary": scores(ms.cross_validate(nb, X, binary, cv=3, scoring=[
        "roc_auc", "average_precision", "neg_brier_score", "f1", "precision", "recall", "balanced_accuracy",
        "matthews_corrcoef", "jaccard", "positive_likelihood_ratio", "neg_negative_likelihood_ratio", "d2_log_loss_score"])),
    "regression": scores(ms.cross_validate(ridge, Xr, yr, cv=ms.KFold(4, shuffle=True, random_state=1), scoring=regression)),
    "predict": plain(ms.cross_val_predict(nb, X, names, cv=3)),
    "predictProba": plain(ms.cross_val_predict(nb, X, y, cv=3, method="predict_proba")),
    # folds of which one lacks a class to train on
    "predictProbaMissing": plain(ms.cross_val_predict(
        nb, X, y, method="predict_proba", cv=ms.PredefinedSplit(np.where(y == 2, 0, np.arange(66) % 3)))),
    "predictNumbers": plain(ms.cross_val_predict(ridge, Xr, yr, cv=5)),
    "learningCurve": plain(ms.learning_curve(nb, X, y, cv=ms.ShuffleSplit(3, test_size=0.3, random_state=0))),
    "learningCurveShuffled": plain(ms.learning_curve(
        ridge, Xr, yr, cv=4, shuffle=True, random_state=5, train_sizes=[10, 20, 37], scoring="neg_mean_absolute_error")),
    "validationCurve": plain(ms.validation_curve(ridge, Xr, yr, param_name="alpha", param_range=[0.01, 1, 100], cv=4)),
}


def search(found, refit=True):
    return {"results": results(found.cv_results_), "bestIndex": int(found.best_index_),
            "bestParams": {camel(k): plain(v) for k, v in found.best_params_.items()},
            "bestScore": float(found.best_score_)}


grid = ms.GridSearchCV(ridge, {"alpha": [0.01, 1, 100], "fit_intercept": [True, False]}, cv=4, return_train_score=True).fit(Xr, yr)
golden["grid"] = {**search(grid), "score": grid.score(Xr, yr), "predict": plain(grid.predict(Xr[:5]))}
golden["grids"] = search(ms.GridSearchCV(
    nb, [{"var_smoothing": [1e-9, 0.1, 1.0]}, {"priors": [[0.2, 0.3, 0.5]], "var_smoothing": [1e-3]}], cv=3).fit(X, y))
golden["gridWeighted"] = search(ms.GridSearchCV(nb, {"var_smoothing": [1e-9, 0.5]}, cv=3, scoring="accuracy").fit(
    X, y, sample_weight=w))
golden["multimetric"] = search(ms.GridSearchCV(
    nb, {"var_smoothing": [1e-9, 0.1, 2.0]}, cv=3, scoring=["accuracy", "neg_log_loss"], refit="neg_log_loss").fit(X, y))
golden["randomized"] = search(ms.RandomizedSearchCV(
    ridge, {"alpha": stats.loguniform(1e-3, 1e3), "fit_intercept": [True, False]}, n_iter=6, random_state=4, cv=3).fit(Xr, yr))
golden["parameterGrid"] = [{camel(k): v for k, v in p.items()} for p in ms.ParameterGrid(
    [{"b": [1, 2], "a": ["x", "y", "z"]}, {}, {"c": [None]}])]
golden["samplers"] = [[plain(p) for p in ms.ParameterSampler(space, n, random_state=seed)] for space, n, seed in [
    ({"a": [1, 2, 3], "b": [4, 5]}, 4, 0),
    ({"a": [1, 2, 3], "b": [4, 5]}, 6, 1),
    ({"a": list(range(40)), "b": list(range(50))}, 5, 2),
    ([{"a": stats.uniform(1, 2), "b": [7, 8]}, {"c": stats.randint(-3, 30), "d": stats.loguniform(1e-4, 10)}], 8, 3),
]]


def lines(value):
    return json.dumps(value, separators=(",", ":"))


path = Path(__file__).resolve().parents[3] / "tests/golden/model-selection.json"
path.write_text("{\n" + ",\n".join(f'  "{k}": {lines(v)}' for k, v in golden.items()) + "\n}\n")
