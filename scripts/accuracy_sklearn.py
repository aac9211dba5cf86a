"""scikit-learn's MLP with its defaults on one split that accuracy-table.mjs wrote: prints its score on the test part.
"""
import json
import sys
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

# 200 iterations are often not enough for the tolerance; the default is kept all the same
warnings.filterwarnings("ignore", category=ConvergenceWarning)

with open(sys.argv[1]) as file:
    split = json.load(file)


def read(part):
    x = np.fromfile(part["path"] + ".x", np.uint8 if part["bytes"] else np.float64).reshape(part["shape"])
    return (x * part["scale"]).astype(np.float32), np.fromfile(part["path"] + ".y")


estimator = MLPClassifier if split["task"] == "classification" else MLPRegressor
model = estimator(random_state=split["seed"], **split["options"])
print(model.fit(*read(split["train"])).score(*read(split["test"])))
