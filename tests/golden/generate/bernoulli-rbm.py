"""Writes tests/golden/bernoulli-rbm.json: what scikit-learn's BernoulliRBM learns.

Usage: pip install scikit-learn && python tests/golden/generate/bernoulli-rbm.py
"""

import json
import os
from pathlib import Path

import numpy as np
import sklearn
from sklearn.datasets import load_digits
from sklearn.neural_network import BernoulliRBM


def numbers(array):
    return {"shape": list(array.shape), "data": array.reshape(-1).tolist()}


def case(X, **options):
    model = BernoulliRBM(**options).fit(X)
    return {
        "X": numbers(X),
        "options": options,
        "components": numbers(model.components_),
        "interceptHidden": model.intercept_hidden_.tolist(),
        "interceptVisible": model.intercept_visible_.tolist(),
        "transform": numbers(model.transform(X[:5])),
        "freeEnergy": model._free_energy(X[:5]).tolist(),
    }


random = np.random.RandomState(4)
small = (random.uniform(size=(23, 6)) < 0.4).astype(float)
digits = load_digits().data[:100] / 16
cases = [
    case(small, n_components=4, random_state=0),
    case(small, n_components=3, learning_rate=0.05, batch_size=5, n_iter=7, random_state=3),
    case(small[:7], n_components=2, n_iter=3, random_state=1),
    case(digits, n_components=8, learning_rate=0.06, n_iter=4, random_state=0),
]
target = Path(os.environ.get("OUT", Path(__file__).parents[3] / "tests/golden/bernoulli-rbm.json"))
target.write_text(json.dumps({"sklearn": sklearn.__version__, "cases": cases}, separators=(",", ":")) + "\n")
