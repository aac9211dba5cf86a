"""Writes tests/golden/resampled-t-test.json: Student's distribution by SciPy, and the corrected resampled t-test as in
scikit-learn's example "Statistical comparison of models using grid search".

Usage: pip install scikit-learn && python tests/golden/generate/resampled-t-test.py
"""

import json
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn.datasets import load_iris
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier


def corrected_std(differences, n_train, n_test):
    kr = len(differences)
    return np.sqrt(np.var(differences, ddof=1) * (1 / kr + n_test / n_train))


def corrected_ttest(differences, df, n_train, n_test):
    t = np.mean(differences) / corrected_std(differences, n_train, n_test)
    return t, 2 * stats.t.sf(np.abs(t), df)


X, y = load_iris(return_X_y=True)
# without ties among distances
X = np.round(X[:, :2] + 0.05 * np.random.default_rng(0).standard_normal((150, 2)), 4)
cv = RepeatedStratifiedKFold(n_splits=5, n_repeats=3, random_state=0)
models = {"bayes": GaussianNB(), "neighbors": KNeighborsClassifier(), "tree": DecisionTreeClassifier(random_state=0)}
scores = {name: cross_val_score(model, X, y, cv=cv) for name, model in models.items()}
n, n_train, n_test = 15, 120, 30
tests = {}
for name in ("neighbors", "tree"):
    d = scores["bayes"] - scores[name]
    t, p = corrected_ttest(d, n - 1, n_train, n_test)
    reach = stats.t.ppf(0.975, n - 1) * corrected_std(d, n_train, n_test)
    tests[name] = {"mean": d.mean(), "t": t, "p": p, "interval": [d.mean() - reach, d.mean() + reach]}
reach = stats.t.ppf(0.95, n - 1) * corrected_std(scores["tree"], n_train, n_test)
mean = scores["tree"].mean()

points = [(t, df) for df in (1, 2, 3, 4, 9, 14, 99, 1000) for t in (0.01, 0.5, 1.0, 2.0, 5.0, 40.0, 1e4)]
golden = {
    "versions": {"scipy": scipy.__version__, "sklearn": sklearn.__version__},
    "student": [[t, df, 2 * stats.t.sf(t, df)] for t, df in points],
    "quantiles": [[p, df, stats.t.ppf(1 - p / 2, df)] for df in (1, 2, 4, 9, 99) for p in (0.5, 0.1, 0.05, 0.01)],
    "data": {"X": X.tolist(), "y": y.tolist()},
    "scores": {name: list(s) for name, s in scores.items()},
    "tests": tests,
    "interval90": [mean - reach, mean + reach],
}
Path("tests/golden/resampled-t-test.json").write_text(json.dumps(golden) + "\n")
