"""Writes tests/golden/metrics.json: what scikit-learn's metrics give for small made-up predictions.

Usage: pip install scikit-learn && python tests/golden/generate/metrics.py
"""

import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics

warnings.simplefilter("ignore")
random = np.random.default_rng(7)


def classification(name, true, predicted, classes):
    true, predicted = np.asarray(true), np.asarray(predicted)
    labels = list(range(classes))

    def scores(average, chosen):
        values = metrics.precision_recall_fscore_support(
            true, predicted, labels=chosen, average=average, zero_division=0
        )
        return [None if v is None else np.asarray(v).tolist() for v in values]

    return {
        "name": name,
        "classes": classes,
        "yTrue": true.tolist(),
        "yPred": predicted.tolist(),
        "accuracy": metrics.accuracy_score(true, predicted),
        "balancedAccuracy": metrics.balanced_accuracy_score(true, predicted),
        "confusionMatrix": metrics.confusion_matrix(true, predicted, labels=labels).tolist(),
        "perClass": scores(None, labels),
        "macro": scores("macro", None),
        "weighted": scores("weighted", None),
    }


def probabilities(name, true, values, dtype):
    values = np.asarray(values, dtype=dtype)
    classes = 2 if values.ndim == 1 else values.shape[1]
    return {
        "name": name,
        "dtype": dtype,
        "yTrue": np.asarray(true).tolist(),
        "probabilities": values.ravel().tolist(),
        "logLoss": float(metrics.log_loss(true, values, labels=list(range(classes)))),
    }


def regression(name, true, predicted):
    true, predicted = np.asarray(true, dtype=float), np.asarray(predicted, dtype=float)
    return {
        "name": name,
        "outputs": 1 if true.ndim == 1 else true.shape[1],
        "yTrue": true.ravel().tolist(),
        "yPred": predicted.ravel().tolist(),
        "mse": metrics.mean_squared_error(true, predicted),
        "rmse": metrics.root_mean_squared_error(true, predicted),
        "mae": metrics.mean_absolute_error(true, predicted),
        "r2": metrics.r2_score(true, predicted),
    }


def roc(name, true, scores):
    fpr, tpr, thresholds = metrics.roc_curve(true, scores)
    return {
        "name": name,
        "yTrue": np.asarray(true).tolist(),
        "scores": np.asarray(scores).tolist(),
        "falsePositiveRate": fpr.tolist(),
        "truePositiveRate": tpr.tolist(),
        "thresholds": ["Infinity", *thresholds[1:].tolist()],
        "rocAuc": metrics.roc_auc_score(true, scores),
    }


labels = random.integers(0, 4, 60)
softmax = random.dirichlet([1, 1, 1], 25)
binary = random.integers(0, 2, 80)
scores = binary + random.normal(0, 1, 80)
targets = random.normal(10, 4, (30, 3))
golden = {
    "scikitLearn": sklearn.__version__,
    "classification": [
        classification("random", labels, np.where(random.random(60) < 0.6, labels, random.integers(0, 4, 60)), 4),
        classification("a class never predicted", [0, 1, 2, 2, 1, 0], [0, 1, 1, 1, 1, 0], 3),
        classification("a class never true", [0, 1, 1, 0, 1], [2, 1, 1, 0, 2], 3),
        classification("classes that do not occur", [1, 3, 3, 1], [1, 3, 1, 1], 6),
        classification("all wrong", [0, 0, 1, 1], [1, 1, 0, 0], 2),
        classification("one class", [0, 0, 0], [0, 0, 0], 1),
    ],
    "probabilities": [
        probabilities("three classes", random.integers(0, 3, 25), softmax, "float64"),
        probabilities("class 1 of two", [1, 0, 1, 1], [0.9, 0.2, 0.4, 0.999], "float64"),
        probabilities("certain and wrong", [1, 0, 0], [0.0, 1.0, 0.0], "float64"),
        probabilities("certain and wrong in float32", [1, 0], [[1, 0], [1, 0]], "float32"),
    ],
    "regression": [
        regression("random", targets[:, 0], targets[:, 0] + random.normal(0, 1, 30)),
        regression("worse than the mean", [1, 2, 3], [3, 2, 1]),
        regression("constant", [2, 2, 2], [2, 2, 3]),
        regression("constant and exact", [2, 2, 2], [2, 2, 2]),
        regression("three outputs", targets, targets * 0.9 + random.normal(0, 2, (30, 3))),
    ],
    "roc": [
        roc("random", binary, scores),
        roc("ties", binary, np.round(scores)),
        roc("perfect", [0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]),
        roc("reversed", [1, 1, 0, 0], [0.1, 0.2, 0.8, 0.9]),
        roc("one score for all", [0, 1, 1], [0.5, 0.5, 0.5]),
    ],
}
path = Path(__file__).resolve().parents[3] / "tests/golden/metrics.json"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps(golden, indent=1) + "\n")
