"""Writes tests/golden/preprocessing.json: what scikit-learn's transformers give, case by case.

Each case is a class, its parameters (in camelCase, as here), the rows of `fit` by the names of data sets ("@name"),
attributes, the names of features, and what `transform` and `inverse_transform` give. NaN is written as null.

Usage: pip install scikit-learn && python scripts/golden/preprocessing.py
"""

import json
import re
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn import preprocessing

warnings.simplefilter("ignore")
random = np.random.default_rng(5)
nan = np.nan

normal = random.normal(3, 2, (40, 3)) * [1, 100, 1e-3]
gaps = normal.copy()
gaps[random.random(gaps.shape) < 0.2] = nan
constant = np.column_stack([np.full(30, 0.1), np.full(30, 1e6), np.full(30, -3.0), np.arange(30.0)])
nearly = np.column_stack([1 + random.normal(0, 1e-14, 50), 1e8 + random.normal(0, 1e-9, 50), random.normal(100, 1, 50)])
ties = random.integers(0, 5, (37, 2)).astype(float)

DATA = {
    "normal": normal,
    "gaps": gaps,
    "constant": constant,
    "nearly": nearly,
    "ties": ties,
    "one": np.array([[1.5, -2.0, 0.0]]),
    "new": random.normal(3, 4, (7, 3)) * [1, 100, 1e-3],
    "newTies": np.array([[-1, 0.5], [0, 4], [2, 2], [9, 1]]),
    "newConstant": random.normal(0, 1, (4, 4)),
    "weights": random.integers(0, 4, 40) / 2,
    "zeros": np.array([[0.0, 0, 0], [3, -4, 0], [1e200, 1e200, 0]]),
    "skewed": np.exp(random.normal(0, 1.5, (60, 2))) - [0, 1],
}


def camel(name):
    return re.sub(r"_([a-z])", lambda match: match.group(1).upper(), name.rstrip("_"))


def plain(value):
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return None if np.isnan(value) else "Infinity" if value == np.inf else "-Infinity" if value == -np.inf else value
    return value


cases = []


def case(cls, parameters, fit, attributes=(), new=None, inverse=False, weights=None, parts=None, extra=None):
    transformer = getattr(preprocessing, cls)(**parameters, **(extra or {}))
    X = DATA[fit]
    if parts:
        for start, end in zip([0, *parts], [*parts, len(X)]):
            transformer.partial_fit(X[start:end])
    elif weights:
        transformer.fit(X, sample_weight=DATA[weights])
    else:
        transformer.fit(X)
    rows = DATA[new or fit]
    made = transformer.transform(rows)
    cases.append({
        "class": cls, "parameters": {camel(name): camel(value) if isinstance(value, str) else value
                                     for name, value in parameters.items()},
        "fit": fit, "new": new or fit, **({"weights": weights} if weights else {}), **({"parts": parts} if parts else {}),
        "attributes": {camel(name): plain(getattr(transformer, name)) for name in attributes},
        "names": plain(list(transformer.get_feature_names_out())),
        "transform": plain(made),
        **({"inverse": plain(transformer.inverse_transform(made))} if inverse else {}),
    })


standard = ["mean_", "var_", "scale_", "n_samples_seen_"]
for fit in ["normal", "gaps", "constant", "nearly", "ties", "one"]:
    case("StandardScaler", {}, fit, standard, inverse=True)
case("StandardScaler", {}, "normal", standard, new="new", weights="weights", inverse=True)
case("StandardScaler", {}, "gaps", standard, new="new", weights="weights", inverse=True)
case("StandardScaler", {"with_mean": False}, "normal", standard, new="new", inverse=True)
case("StandardScaler", {"with_std": False}, "normal", standard, new="new", inverse=True)
case("StandardScaler", {"with_mean": False, "with_std": False}, "normal", standard, inverse=True)
case("StandardScaler", {}, "gaps", standard, new="new", parts=[7, 8, 31])

minmax = ["data_min_", "data_max_", "data_range_", "scale_", "min_", "n_samples_seen_"]
for fit in ["normal", "gaps", "constant", "nearly", "one"]:
    case("MinMaxScaler", {}, fit, minmax, inverse=True)
case("MinMaxScaler", {"feature_range": (-2, 3)}, "normal", minmax, new="new", inverse=True)
case("MinMaxScaler", {"clip": True}, "gaps", minmax, new="new", parts=[7, 8, 31])

for fit in ["normal", "gaps", "constant", "one"]:
    case("MaxAbsScaler", {}, fit, ["max_abs_", "scale_", "n_samples_seen_"], inverse=True)
case("MaxAbsScaler", {"clip": True}, "normal", ["max_abs_"], new="new", parts=[5])

for fit in ["normal", "gaps", "constant", "ties", "one"]:
    case("RobustScaler", {}, fit, ["center_", "scale_"], inverse=True)
case("RobustScaler", {"quantile_range": (10, 80), "unit_variance": True}, "gaps", ["center_", "scale_"], new="new", inverse=True)
case("RobustScaler", {"quantile_range": (0.001, 99.9999), "unit_variance": True}, "normal", ["scale_"])
case("RobustScaler", {"with_centering": False}, "normal", ["center_", "scale_"], inverse=True)
case("RobustScaler", {"with_scaling": False}, "normal", ["center_", "scale_"], inverse=True)

for norm in ["l1", "l2", "max"]:
    case("Normalizer", {"norm": norm}, "normal")
    case("Normalizer", {"norm": norm}, "one")
case("Normalizer", {"norm": "l1"}, "zeros")
case("Binarizer", {"threshold": 2.0}, "normal")
case("Binarizer", {}, "one")

for degree in [0, 1, 2, 3, (2, 3)]:
    case("PolynomialFeatures", {"degree": degree}, "one", ["n_output_features_", "powers_"])
case("PolynomialFeatures", {"degree": 3, "interaction_only": True, "include_bias": False}, "normal", ["powers_"])
case("PolynomialFeatures", {"degree": (0, 2), "include_bias": False}, "normal", ["powers_"])
#MORE

golden = {
    "from": f"scikit-learn {sklearn.__version__}, scripts/golden/preprocessing.py",
    "data": {name: plain(value) for name, value in DATA.items()},
    "cases": cases,
}
path = Path(__file__).parents[2] / "tests" / "golden" / "preprocessing.json"
path.write_text(json.dumps(golden, separators=(",", ":")).replace('{"class"', '\n{"class"') + "\n")
