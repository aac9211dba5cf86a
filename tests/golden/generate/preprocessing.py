"""Writes tests/golden/preprocessing.json: what scikit-learn's transformers give, case by case.

Each case is a class, its parameters (in camelCase, as here), the rows of `fit` by the names of data sets ("@name"),
attributes, the names of features, and what `transform` and `inverse_transform` give. NaN is written as null.

Usage: pip install scikit-learn && python tests/golden/generate/preprocessing.py
"""

import json
import re
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn import feature_selection, impute, preprocessing

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
    "words": [["red", "S"], ["green", "M"], ["red", "L"], ["blue", "M"], ["red", "M"], ["\U0001f600", "XL"], ["\uffe6", "M"],
              ["green", "S"], ["red", None], ["blue", "M"]],
    "newWords": [["blue", "L"], ["violet", "M"], ["green", "S"], ["red", None]],
    "colours": [["red", "S"], ["green", "M"], ["red", "L"], ["blue", "M"], ["red", "M"], ["red", "M"], ["green", "L"]],
    "newColours": [["blue", "L"], ["violet", "M"], ["green", "XS"]],
    "knownColours": [["blue", "L"], ["red", "M"], ["green", "S"]],
    "binary": [["yes", "a"], ["no", "b"], ["yes", "c"]],
    "numbers": np.array([[3.0, 1], [1, 2], [3, nan], [2, 1], [3, 1], [1, 2]]),
    "newNumbers": np.array([[2.0, nan], [7, 1], [1, 2]]),
    "holes": np.array([[1, nan, 5, nan], [nan, nan, 5, 2], [4, nan, 1, 2], [4, nan, nan, 9], [7, nan, 1, 3]]),
    "newHoles": np.array([[nan, nan, nan, nan], [1, nan, 2, 2]]),
    "marks": np.array([[-1.0, 2, 3], [4, -1, 3], [8, 2, 3], [-1, 7, 3]]),
    "textHoles": [["a", "x"], [None, "y"], ["b", None], ["b", "x"], ["a", "y"]],
}


def camel(name):
    return re.sub(r"[_-]([a-z])", lambda match: match.group(1).upper(), name.rstrip("_"))


def plain(value):
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, bool):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return None if np.isnan(value) else "Infinity" if value == np.inf else "-Infinity" if value == -np.inf else value
    return value


def numbers(value):
    """0 and 1 in place of False and True."""
    return [numbers(item) for item in value] if isinstance(value, list) else int(value) if isinstance(value, bool) else value


cases = []


def rows_of(name):
    """Texts are told from numbers column by column, as a table tells them."""
    X = DATA[name]
    return X if isinstance(X, np.ndarray) else np.array(X, dtype=object)


def case(cls, parameters, fit, attributes=(), new=None, inverse=False, weights=None, parts=None, extra=None):
    module = next(one for one in (impute, feature_selection, preprocessing) if hasattr(one, cls))
    transformer = getattr(module, cls)(**parameters, **(extra or {}))
    X = rows_of(fit)
    if parts:
        for start, end in zip([0, *parts], [*parts, len(X)]):
            transformer.partial_fit(X[start:end])
    elif weights:
        transformer.fit(X, sample_weight=DATA[weights])
    else:
        transformer.fit(X)
    rows = rows_of(new or fit)
    made = transformer.transform(rows)
    cases.append({
        "class": cls, "parameters": {camel(name): camel(value) if isinstance(value, str) and name != "fill_value" else
                                     "NaN" if value is nan else plain(value)
                                     for name, value in parameters.items()},
        "fit": fit, "new": new or fit, **({"weights": weights} if weights else {}), **({"parts": parts} if parts else {}),
        "attributes": {camel(name): [plain(item) for item in value] if isinstance(value := getattr(transformer, name), list)
                       else plain(value) for name in attributes},
        # numbers in names are written as JavaScript writes them
        "names": [re.sub(r"\.0$", "", name) for name in transformer.get_feature_names_out()],
        "transform": numbers(plain(made)),
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

dense = {"sparse_output": False}
categories = ["categories_", "drop_idx_"]
for fit, new in [("words", "words"), ("colours", "knownColours"), ("binary", "binary"), ("numbers", "numbers"), ("one", "one")]:
    for drop in [None, "first", "if_binary"]:
        case("OneHotEncoder", {"drop": drop} if drop else {}, fit, categories, new, inverse=fit != "one", extra=dense)
case("OneHotEncoder", {"drop": ["red", "M"]}, "colours", categories, "knownColours", inverse=True, extra=dense)
case("OneHotEncoder", {"handle_unknown": "ignore"}, "colours", categories, "newColours", inverse=True, extra=dense)
case("OneHotEncoder", {"handle_unknown": "ignore", "drop": "first"}, "colours", categories, "newColours", inverse=True, extra=dense)
case("OneHotEncoder", {"handle_unknown": "ignore"}, "numbers", categories, "newNumbers", inverse=True, extra=dense)
case("OneHotEncoder", {"handle_unknown": "ignore"}, "words", categories, "newWords", inverse=True, extra=dense)
rare = [*categories, "infrequent_categories_"]
for unknown in ["ignore", "infrequent_if_exist", "warn"]:
    for grouping in [{"min_frequency": 2}, {"min_frequency": 0.4}, {"max_categories": 2}, {"max_categories": 1},
                     {"min_frequency": 2, "max_categories": 3}]:
        case("OneHotEncoder", {"handle_unknown": unknown, **grouping}, "words", rare, "newWords",
             inverse=unknown != "ignore", extra=dense)
case("OneHotEncoder", {"drop": "first", "min_frequency": 2}, "colours", rare, "knownColours", inverse=True, extra=dense)
case("OneHotEncoder", {"drop": "if_binary", "max_categories": 2}, "words", rare, "words", inverse=True, extra=dense)
case("OneHotEncoder", {"categories": [["green", "red", "blue", "grey"], ["S", "M", "L"]]}, "colours", categories, "knownColours",
     inverse=True, extra=dense)

for fit, new in [("colours", "knownColours"), ("numbers", "numbers"), ("one", "one")]:
    case("OrdinalEncoder", {}, fit, ["categories_"], new, inverse=True)
case("OrdinalEncoder", {"encoded_missing_value": -2}, "numbers", ["categories_"], "numbers", inverse=True)
for value in [-1, nan]:
    case("OrdinalEncoder", {"handle_unknown": "use_encoded_value", "unknown_value": value}, "colours", ["categories_"],
         "newColours", inverse=True)
DATA["words"][8][1] = nan  # what is missing is NaN to OrdinalEncoder; JSON has null for both
rare = ["categories_", "infrequent_categories_"]
for grouping in [{"min_frequency": 2}, {"max_categories": 2}, {"min_frequency": 0.4, "max_categories": 3}]:
    case("OrdinalEncoder", {"handle_unknown": "use_encoded_value", "unknown_value": -1, **grouping}, "words", rare, "words")
    case("OrdinalEncoder", {"handle_unknown": "use_encoded_value", "unknown_value": -1, **grouping}, "colours", rare,
         "newColours", inverse=True)

for strategy in ["mean", "median", "most_frequent"]:
    for more in [{}, {"add_indicator": True}, {"keep_empty_features": True}]:
        case("SimpleImputer", {"strategy": strategy, **more}, "holes", ["statistics_"], "newHoles", inverse="add_indicator" in more)
case("SimpleImputer", {"strategy": "mean"}, "gaps", ["statistics_"], "new")
case("SimpleImputer", {"strategy": "median"}, "gaps", ["statistics_"])
case("SimpleImputer", {"strategy": "most_frequent", "missing_values": -1}, "marks", ["statistics_"])
case("SimpleImputer", {"strategy": "mean", "missing_values": -1, "add_indicator": True}, "marks", ["statistics_"], inverse=True)
case("SimpleImputer", {"strategy": "constant", "fill_value": 7}, "holes", ["statistics_"], "newHoles")
case("SimpleImputer", {"strategy": "constant", "keep_empty_features": True}, "holes", ["statistics_"], "newHoles")
case("SimpleImputer", {"strategy": "most_frequent"}, "textHoles", ["statistics_"], extra={"missing_values": None})
case("SimpleImputer", {"strategy": "constant"}, "textHoles", ["statistics_"], extra={"missing_values": None})
case("SimpleImputer", {"strategy": "constant", "fill_value": "none", "add_indicator": True}, "textHoles", ["statistics_"],
     extra={"missing_values": None})

quantiles = ["n_quantiles_", "quantiles_", "references_"]
for fit in ["normal", "gaps", "ties", "skewed", "one"]:
    for distribution in ["uniform", "normal"]:
        case("QuantileTransformer", {"output_distribution": distribution}, fit, quantiles, inverse=True)
case("QuantileTransformer", {"n_quantiles": 7}, "normal", quantiles, "new", inverse=True)
case("QuantileTransformer", {"n_quantiles": 11, "output_distribution": "normal"}, "ties", quantiles, "newTies", inverse=True)
case("QuantileTransformer", {"n_quantiles": 5, "subsample": 20, "random_state": 3}, "normal", quantiles, "new")
case("QuantileTransformer", {}, "constant", quantiles, "newConstant")

bins = ["bin_edges_", "n_bins_"]
for strategy in ["uniform", "quantile"]:
    for fit, new in [("normal", "new"), ("ties", "newTies"), ("constant", "newConstant"), ("skewed", "skewed")]:
        case("KBinsDiscretizer", {"strategy": strategy, "encode": "ordinal"}, fit, bins, new, inverse=fit != "constant")
        case("KBinsDiscretizer", {"strategy": strategy, "encode": "onehot-dense"}, fit, bins, new)
    case("KBinsDiscretizer", {"strategy": strategy, "encode": "ordinal"}, "normal", bins, "new", weights="weights")
    case("KBinsDiscretizer", {"strategy": strategy, "encode": "ordinal", "subsample": 25, "random_state": 1}, "normal", bins, "new")
for method in ["linear", "inverted_cdf"]:
    case("KBinsDiscretizer", {"quantile_method": method, "encode": "ordinal", "n_bins": [2, 3, 10]}, "normal", bins, "new")
case("KBinsDiscretizer", {"quantile_method": "inverted_cdf", "encode": "ordinal"}, "normal", bins, "new", weights="weights")

case("VarianceThreshold", {}, "constant", ["variances_"], "newConstant", inverse=True)
case("VarianceThreshold", {"threshold": 1.0}, "gaps", ["variances_"], "new", inverse=True)
case("VarianceThreshold", {}, "nearly", ["variances_"])

golden = {
    "from": f"scikit-learn {sklearn.__version__}, tests/golden/generate/preprocessing.py",
    "data": {name: plain(value) for name, value in DATA.items()},
    "cases": cases,
}
path = Path(__file__).parents[3] / "tests" / "golden" / "preprocessing.json"
path.write_text(json.dumps(golden, separators=(",", ":")).replace('{"class"', '\n{"class"') + "\n")
