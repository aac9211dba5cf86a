"""Writes tests/golden/metrics-scikit-learn.json: what scikit-learn's metrics give, call by call.

Each case is a function, its arguments and options by the names of data sets ("@name"), and the result.

Usage: pip install scikit-learn && python tests/golden/generate/metrics-scikit-learn.py
"""

import inspect
import json
import re
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn import calibration, metrics

warnings.simplefilter("ignore")
random = np.random.default_rng(11)
n = 60

labels = random.integers(0, 4, n)
predicted = np.where(random.random(n) < 0.6, labels, random.integers(0, 4, n))
binary = random.integers(0, 2, n)
binary_predicted = np.where(random.random(n) < 0.7, binary, 1 - binary)
scores = binary + random.normal(0, 1, n)
softmax = random.dirichlet([1, 1, 1, 1], n)
targets = random.normal(10, 4, (30, 3))
positive = random.gamma(2, 2, 30)
names = np.array(["cat", "dog", "\u00e9l\u00e9phant", "zebra"])

DATA = {
    "labels": labels,
    "predicted": predicted,
    "names": names[labels],
    "namesPredicted": names[predicted],
    "binary": binary,
    "binaryPredicted": binary_predicted,
    "signs": 2 * binary - 1,
    "yesNo": np.array(["no", "yes"])[binary],
    "yesNoPredicted": np.array(["no", "yes"])[binary_predicted],
    "scores": scores,
    "ties": np.round(scores),
    "probability": 1 / (1 + np.exp(-scores)),
    "certain": np.clip(np.round(scores), 0, 1),
    "softmax": softmax,
    "softmaxTies": np.eye(4)[random.integers(0, 4, n)],
    "decisions": random.normal(0, 1, (n, 4)),
    "w": random.integers(1, 5, n) / 2,
    "wZeros": np.where(random.random(n) < 0.3, 0.0, random.random(n)),
    "multilabel": random.integers(0, 2, (n, 3)),
    "multilabelPredicted": random.integers(0, 2, (n, 3)),
    "multilabelScores": random.random((n, 3)),
    "never": np.array([0, 1, 2, 2, 1, 0]),
    "neverPredicted": np.array([0, 1, 1, 1, 1, 0]),
    "neverTrue": np.array([0, 1, 1, 0, 1]),
    "neverTruePredicted": np.array([2, 1, 1, 0, 2]),
    "wrong": np.array([0, 0, 1, 1]),
    "wrongPredicted": np.array([1, 1, 0, 0]),
    "zeros": np.zeros(4, int),
    "ones": np.ones(4, int),
    "fourScores": np.array([0.1, 0.4, 0.35, 0.8]),
    "emptyRows": np.array([[0, 0, 0], [1, 1, 0], [0, 0, 0], [0, 1, 1]]),
    "emptyRowsPredicted": np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0]]),
    "halves": np.array([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]),
    "halvesPredicted": np.array([0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0]),
    "sparse": np.array([1, 3, 3, 1, 7]),
    "sparsePredicted": np.array([1, 3, 1, 1, 3]),
    "targets": targets,
    "targetsPredicted": targets * 0.9 + random.normal(0, 2, (30, 3)),
    "target": targets[:, 0],
    "targetPredicted": targets[:, 0] + random.normal(0, 1, 30),
    "large": 1e6 + targets[:, 0],
    "largePredicted": 1e6 + targets[:, 0] + random.normal(0, 1, 30),
    "w30": random.integers(0, 4, 30).astype(float),
    "constant": np.full(4, 2.5),
    "constantPredicted": np.array([2.5, 2.5, 3.5, 2.0]),
    "withZeros": np.array([0.0, 2.0, 0.0, 5.0]),
    "withZerosPredicted": np.array([0.5, 1.0, 1.0, 6.0]),
    "constantColumn": np.array([[1.0, 2.0], [1.0, 3.0], [1.0, 5.0]]),
    "constantColumnPredicted": np.array([[1.0, 2.5], [1.0, 3.0], [1.0, 4.0]]),
    "positive": positive,
    "positivePredicted": positive * random.gamma(8, 1 / 8, 30),
    "one": np.array([3.0]),
    "fourZeros": np.zeros(4),
    "oneToFour": np.array([1.0, 2.0, 3.0, 4.0]),
    "wEnds": np.array([1.0, 0.0, 0.0, 1.0]),
}
VALUES = {"uniformAverage": "uniform_average", "rawValues": "raw_values", "varianceWeighted": "variance_weighted"}
FIELDS = {
    "precisionRecallFscoreSupport": ("precision", "recall", "fscore", "support"),
    "rocCurve": ("falsePositiveRate", "truePositiveRate", "thresholds"),
    "precisionRecallCurve": ("precision", "recall", "thresholds"),
    "calibrationCurve": ("probTrue", "probPred"),
    "classLikelihoodRatios": ("positive", "negative"),
}


def snake(name):
    return re.sub(r"[A-Z]", lambda m: "_" + m[0].lower(), name)


def plain(value):
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, (float, np.floating)):
        value = float(value)
        return value if np.isfinite(value) else str(value)
    return value.item() if isinstance(value, np.generic) else value


def fill(value):
    if isinstance(value, str) and value.startswith("@"):
        return DATA[value[1:]]
    if value == "nan":
        return np.nan
    return VALUES.get(value, value) if isinstance(value, str) else value


def case(function, *args, **options):
    call = getattr(metrics, snake(function), None) or getattr(calibration, snake(function))
    given = {snake(key): fill(value) for key, value in options.items()}
    result = call(*[fill("@" + arg) for arg in args], **given)
    if function in FIELDS:
        result = dict(zip(FIELDS[function], result))
    return {"call": function, "args": args, "options": options, "expected": plain(result)}


CASES = []


def add(function, *args, **options):
    CASES.append(case(function, *args, **options))


PAIRS = [
    ("labels", "predicted"), ("names", "namesPredicted"), ("binary", "binaryPredicted"), ("never", "neverPredicted"),
    ("neverTrue", "neverTruePredicted"), ("wrong", "wrongPredicted"), ("zeros", "zeros"), ("zeros", "ones"),
    ("sparse", "sparsePredicted"), ("yesNo", "yesNoPredicted"), ("halves", "halvesPredicted"),
]
WIDE = [("multilabel", "multilabelPredicted"), ("emptyRows", "emptyRowsPredicted")]
for pair in PAIRS:
    weighted = len(DATA[pair[0]]) == n
    for options in [{}, *([{"sampleWeight": "@w"}, {"sampleWeight": "@wZeros"}] if weighted else [])]:
        for function in ("accuracyScore", "zeroOneLoss"):
            add(function, *pair, **options)
            add(function, *pair, normalize=False, **options)
        add("hammingLoss", *pair, **options)
        add("balancedAccuracyScore", *pair, **options)
        add("matthewsCorrcoef", *pair, **options)
        for weights in (None, "linear", "quadratic"):
            add("cohenKappaScore", *pair, **({"weights": weights} if weights else {}), **options)
        add("confusionMatrix", *pair, **options)
        for normalize in ("true", "pred", "all"):
            add("confusionMatrix", *pair, normalize=normalize, **options)
        add("multilabelConfusionMatrix", *pair, **options)
        add("classificationReport", *pair, **options)
        add("classificationReport", *pair, digits=4, outputDict=True, **options)
        add("precisionRecallFscoreSupport", *pair, **options)
        for average in (None, "micro", "macro", "weighted"):
            for function in ("precisionScore", "recallScore", "f1Score", "jaccardScore"):
                add(function, *pair, average=average, **options)
            add("fbetaScore", *pair, beta=0.5, average=average, **options)
add("balancedAccuracyScore", "labels", "predicted", adjusted=True)
for zero in (0, 1, "nan"):
    for pair in (("never", "neverPredicted"), ("neverTrue", "neverTruePredicted"), ("wrong", "wrongPredicted")):
        for average in (None, "micro", "macro", "weighted"):
            add("precisionRecallFscoreSupport", *pair, average=average, zeroDivision=zero)
            if zero != "nan":
                add("jaccardScore", *pair, average=average, zeroDivision=zero)
        add("classificationReport", *pair, zeroDivision=zero)
    add("precisionRecallFscoreSupport", "emptyRows", "emptyRowsPredicted", average="samples", zeroDivision=zero)
    add("f1Score", "zeros", "zeros", zeroDivision=zero)
for options in ({}, {"sampleWeight": "@w"}):
    for function in ("precisionScore", "recallScore", "f1Score", "jaccardScore"):
        add(function, "binary", "binaryPredicted", **options)
        add(function, "binary", "binaryPredicted", posLabel=0, **options)
        add(function, "yesNo", "yesNoPredicted", posLabel="yes", **options)
    for beta in (0, 2, 0.3):
        add("fbetaScore", "binary", "binaryPredicted", beta=beta, **options)
add("f1Score", "ones", "ones")
add("precisionRecallFscoreSupport", "labels", "predicted", labels=[3, 1])
add("precisionRecallFscoreSupport", "labels", "predicted", labels=[3, 1], average="micro")
add("precisionRecallFscoreSupport", "labels", "predicted", labels=[9, 0])
add("precisionRecallFscoreSupport", "labels", "predicted", labels=[9, 8], average="weighted")
add("confusionMatrix", "labels", "predicted", labels=[3, 1])
add("confusionMatrix", "names", "namesPredicted", labels=["zebra", "ant", "cat"])
add("cohenKappaScore", "labels", "predicted", labels=[2, 0])
add("classificationReport", "labels", "predicted", labels=[3, 1])
add("classificationReport", "labels", "predicted", labels=[3, 1, 0, 2, 8], digits=3)
add("classificationReport", "labels", "predicted", targetNames=["a", "b", "c", "a much longer name"], digits=0)
add("classificationReport", "halves", "halvesPredicted", digits=1)
for pair in WIDE:
    weighted = len(DATA[pair[0]]) == n
    for options in [{}, *([{"sampleWeight": "@w"}] if weighted else [])]:
        for function in ("accuracyScore", "hammingLoss", "zeroOneLoss", "multilabelConfusionMatrix"):
            add(function, *pair, **options)
        add("multilabelConfusionMatrix", *pair, samplewise=True, **options)
        add("classificationReport", *pair, **options)
        add("classificationReport", *pair, outputDict=True, **options)
        for average in (None, "micro", "macro", "weighted", "samples"):
            add("precisionRecallFscoreSupport", *pair, average=average, **options)
            add("jaccardScore", *pair, average=average, **options)
add("precisionRecallFscoreSupport", "multilabel", "multilabelPredicted", labels=[2, 0], average="macro")
for options in ({}, {"sampleWeight": "@w"}):
    add("classLikelihoodRatios", "binary", "binaryPredicted", **options)
add("classLikelihoodRatios", "wrong", "wrongPredicted", replaceUndefinedBy=1.0)

for options in ({}, {"sampleWeight": "@w"}, {"sampleWeight": "@wZeros"}):
    for truth in ("binary", "signs"):
        for score in ("scores", "ties", "certain"):
            for drop in (True, False):
                add("rocCurve", truth, score, dropIntermediate=drop, **options)
                add("precisionRecallCurve", truth, score, dropIntermediate=drop, **options)
            add("rocAucScore", truth, score, **options)
            add("averagePrecisionScore", truth, score, **options)
            for fpr in (0.1, 0.35, 1):
                add("rocAucScore", truth, score, maxFpr=fpr, **options)
    add("rocAucScore", "yesNo", "scores", **options)
    add("rocCurve", "yesNo", "scores", posLabel="yes", **options)
    add("rocCurve", "labels", "scores", posLabel=2, **options)
    add("averagePrecisionScore", "yesNo", "scores", posLabel="no", **options)
    for average in (None, "micro", "macro", "weighted"):
        for score in ("softmax", "softmaxTies"):
            add("rocAucScore", "labels", score, multiClass="ovr", average=average, **options)
            add("averagePrecisionScore", "labels", score, average=average, **options)
        add("rocAucScore", "multilabel", "multilabelScores", average=average, **options)
        add("averagePrecisionScore", "multilabel", "multilabelScores", average=average, **options)
    add("averagePrecisionScore", "multilabel", "multilabelScores", average="samples", **options)
    for k in (1, 2, 3):
        add("topKAccuracyScore", "labels", "softmax", k=k, **options)
        add("topKAccuracyScore", "labels", "softmaxTies", k=k, normalize=False, **options)
    for score in ("scores", "probability"):
        add("topKAccuracyScore", "binary", score, k=1, **options)
    for normalize in (True, False):
        add("logLoss", "labels", "softmax", normalize=normalize, **options)
        add("logLoss", "binary", "probability", normalize=normalize, **options)
    add("logLoss", "names", "softmax", **options)
    add("logLoss", "binary", "certain", **options)
    add("brierScoreLoss", "binary", "probability", **options)
    add("brierScoreLoss", "signs", "probability", **options)
    add("brierScoreLoss", "yesNo", "probability", posLabel="no", **options)
    add("brierScoreLoss", "labels", "softmax", **options)
    add("brierScoreLoss", "labels", "softmax", scaleByHalf=True, **options)
    add("d2LogLossScore", "labels", "softmax", **options)
    add("d2BrierScore", "labels", "softmax", **options)
    add("d2BrierScore", "binary", "probability", **options)
    add("hingeLoss", "binary", "scores", **options)
    add("hingeLoss", "labels", "decisions", **options)
for average in ("macro", "weighted"):
    add("rocAucScore", "names", "softmax", multiClass="ovo", average=average)
    add("rocAucScore", "labels", "softmaxTies", multiClass="ovo", average=average)
for truth in ("zeros", "ones"):
    add("rocAucScore", truth, "fourScores")
    add("rocCurve", truth, "fourScores")
    add("precisionRecallCurve", truth, "fourScores")
    add("averagePrecisionScore", truth, "fourScores")
    add("logLoss", truth, "fourScores", labels=[0, 1])
    add("brierScoreLoss", truth, "fourScores")
    add("hingeLoss", truth, "fourScores")
add("topKAccuracyScore", "zeros", "fourScores", k=1, labels=[0, 1])
for strategy in ("uniform", "quantile"):
    for bins in (1, 3, 5, 10):
        for score in ("probability", "certain"):
            add("calibrationCurve", "binary", score, nBins=bins, strategy=strategy)
add("calibrationCurve", "yesNo", "probability", posLabel="yes")

ERRORS = [
    "meanSquaredError", "rootMeanSquaredError", "meanAbsoluteError", "meanAbsolutePercentageError",
    "medianAbsoluteError", "meanPinballLoss", "d2AbsoluteErrorScore", "d2PinballScore", "r2Score",
    "explainedVarianceScore",
]
for function in ERRORS:
    shares = function in ("r2Score", "explainedVarianceScore")
    for options in ({}, {"sampleWeight": "@w30"}):
        for pair in (("target", "targetPredicted"), ("large", "largePredicted")):
            add(function, *pair, **options)
        for multioutput in ("uniformAverage", "rawValues", [0.2, 0.3, 0.7], *(["varianceWeighted"] if shares else [])):
            add(function, "targets", "targetsPredicted", multioutput=multioutput, **options)
        if "alpha" in inspect.signature(getattr(metrics, snake(function))).parameters:
            for alpha in (0, 0.1, 0.9, 1):
                add(function, "targets", "targetsPredicted", alpha=alpha, **options)
    for pair in (("constant", "constant"), ("constant", "constantPredicted"), ("withZeros", "withZerosPredicted")):
        add(function, *pair)
    add(function, "constantColumn", "constantColumnPredicted", multioutput="rawValues")
    if shares:
        add(function, "constantColumn", "constantColumnPredicted", multioutput="varianceWeighted")
        for pair in (("constant", "constant"), ("constant", "constantPredicted")):
            add(function, *pair, forceFinite=False)
add("r2Score", "one", "one")
# the median lies between two rows that rows of no weight separate
add("medianAbsoluteError", "fourZeros", "oneToFour", sampleWeight="@wEnds")
for function in ("meanSquaredLogError", "rootMeanSquaredLogError"):
    for options in ({}, {"sampleWeight": "@w30"}):
        add(function, "positive", "positivePredicted", **options)
    add(function, "withZeros", "withZerosPredicted")
add("maxError", "target", "targetPredicted")
add("maxError", "constant", "constant")
for options in ({}, {"sampleWeight": "@w30"}):
    for function in ("meanPoissonDeviance", "meanGammaDeviance"):
        add(function, "positive", "positivePredicted", **options)
    for function in ("meanTweedieDeviance", "d2TweedieScore"):
        for power in (-1, 0, 1, 1.5, 2, 3):
            add(function, "positive", "positivePredicted", power=power, **options)
add("meanPoissonDeviance", "withZeros", "withZerosPredicted")
add("meanTweedieDeviance", "withZeros", "withZerosPredicted", power=1.5)
add("meanTweedieDeviance", "withZeros", "withZerosPredicted", power=-0.5)

golden = {"scikitLearn": sklearn.__version__, "data": plain(DATA), "cases": CASES}
path = Path(__file__).resolve().parents[3] / "tests/golden/metrics-scikit-learn.json"


def lines(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


path.write_text(
    '{\n "scikitLearn": ' + json.dumps(sklearn.__version__)
    + ',\n "data": {\n' + ",\n".join(f"  {json.dumps(k)}: {lines(v)}" for k, v in golden["data"].items())
    + '\n },\n "cases": [\n' + ",\n".join("  " + lines(c) for c in CASES) + "\n ]\n}\n"
)
