"""Writes tests/golden/splits.json: the rows that scikit-learn's splitters choose.

Each case is a class of myelin/selection with its options, the data by name, and the folds.

Usage: pip install scikit-learn && python tests/golden/generate/splits.py
"""

import json
import re
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn import model_selection

warnings.simplefilter("ignore")
random = np.random.default_rng(5)
n = 23
names = np.array(["cat", "dog", "emu"])
DATA = {
    "rows": np.arange(n),
    "even": np.arange(20),
    "few": np.arange(5),
    "classes": random.integers(0, 3, n),
    "unsorted": np.array([2] * 9 + [0] * 6 + [1] * 8),
    "names": names[random.integers(0, 3, n)],
    "rare": np.array([0] * 18 + [1] * 3 + [2] * 2),
    "ties": np.array([0] * 5 + [1] * 5 + [2] * 5 + [3] * 5),
    "groups": random.integers(0, 7, n),
    "groupNames": np.array(["a", "b", "c", "d", "e", "f"])[random.integers(0, 6, n)],
    "wide": random.integers(0, 2, (40, 2)),
    "forty": np.arange(40),
    "parts": random.integers(-1, 3, n),
}
CASES = []


def snake(name):
    return re.sub(r"[A-Z]", lambda m: "_" + m[0].lower(), name)


def add(name, x, y=None, groups=None, args=(), **options):
    given = [DATA[arg] if isinstance(arg, str) else arg for arg in args]
    splitter = getattr(model_selection, name)(*given, **{snake(k): v for k, v in options.items()})
    folds = [[train.tolist(), test.tolist()] for train, test in splitter.split(
        DATA[x], DATA[y] if y else None, DATA[groups] if groups else None)]
    CASES.append({"name": name, "args": list(args), "options": options, "x": x, "y": y, "groups": groups,
                  "folds": folds, "nSplits": int(splitter.get_n_splits(
                      DATA[x], DATA[y] if y else None, DATA[groups] if groups else None))})


for seed in (None, 0, 7):
    options = {} if seed is None else {"shuffle": True, "randomState": seed}
    for splits in (2, 3, 5):
        add("KFold", "rows", nSplits=splits, **options)
        for y in ("classes", "unsorted", "names", "rare"):
            add("StratifiedKFold", "rows", y, nSplits=splits, **options)
        for groups in ("groups", "groupNames"):
            add("GroupKFold", "rows", None, groups, nSplits=splits, **options)
            for y in ("classes", "names", "unsorted"):
                add("StratifiedGroupKFold", "rows", y, groups, nSplits=splits, **options)
for seed in (0, 7):
    for options in ({}, {"testSize": 0.3}, {"trainSize": 0.5}, {"testSize": 4, "trainSize": 0.33}, {"testSize": 6}):
        add("ShuffleSplit", "rows", nSplits=3, randomState=seed, **options)
        add("GroupShuffleSplit", "rows", None, "groups", nSplits=3, randomState=seed,
            **{k: v if v < 1 else v / 7 for k, v in options.items()})
        for y, x in (("classes", "rows"), ("names", "rows"), ("unsorted", "rows"), ("ties", "even"), ("wide", "forty")):
            add("StratifiedShuffleSplit", x, y, nSplits=3, randomState=seed,
                **(options or {"testSize": 0.2}))
    add("RepeatedKFold", "rows", nSplits=3, nRepeats=2, randomState=seed)
    add("RepeatedStratifiedKFold", "rows", "classes", nSplits=3, nRepeats=2, randomState=seed)
add("LeaveOneOut", "few")
add("LeavePOut", "few", args=(2,))
add("LeavePOut", "few", args=(3,))
add("LeaveOneGroupOut", "rows", None, "groups")
add("LeaveOneGroupOut", "rows", None, "groupNames")
add("LeavePGroupsOut", "rows", None, "groups", nGroups=2)
add("PredefinedSplit", "rows", args=("parts",))
for options in ({}, {"nSplits": 3}, {"maxTrainSize": 6}, {"testSize": 2, "gap": 1}, {"nSplits": 4, "testSize": 3, "gap": 4}):
    add("TimeSeriesSplit", "rows", **options)

TRAIN_TEST = []
for seed in (0, 1, 42):
    for options in ({}, {"testSize": 0.2}, {"testSize": 0.33}, {"trainSize": 0.6}, {"testSize": 6, "trainSize": 9}, {"testSize": 5}):
        for stratify in (None, "classes", "names"):
            given = {snake(k): v for k, v in options.items()}
            train, test = model_selection.train_test_split(
                DATA["rows"], random_state=seed, stratify=DATA[stratify] if stratify else None, **given)
            TRAIN_TEST.append({"options": {**options, "randomState": seed}, "stratify": stratify,
                               "train": train.tolist(), "test": test.tolist()})
for options in ({}, {"testSize": 0.4}, {"trainSize": 7, "testSize": 3}):
    train, test = model_selection.train_test_split(DATA["rows"], shuffle=False, **{snake(k): v for k, v in options.items()})
    TRAIN_TEST.append({"options": {**options, "shuffle": False}, "stratify": None, "train": train.tolist(),
                       "test": test.tolist()})


def lines(value):
    return json.dumps(value, separators=(",", ":"))


path = Path(__file__).resolve().parents[3] / "tests/golden/splits.json"
path.write_text(
    '{\n "scikitLearn": ' + json.dumps(sklearn.__version__)
    + ',\n "data": {\n' + ",\n".join(f'  "{k}": {lines(v.tolist())}' for k, v in DATA.items())
    + '\n },\n "cases": [\n' + ",\n".join("  " + lines(c) for c in CASES)
    + '\n ],\n "trainTest": [\n' + ",\n".join("  " + lines(c) for c in TRAIN_TEST) + "\n ]\n}\n"
)
