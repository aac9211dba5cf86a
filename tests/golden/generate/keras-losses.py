"""Writes tests/golden/keras-losses.json: what Keras's losses give for small made-up predictions, in float64.

Usage: pip install keras && python tests/golden/generate/keras-losses.py
"""

import json
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "numpy"
import keras
import numpy as np
from keras.src.backend.common import dtypes

keras.config.set_floatx("float64")
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"  # but for TensorFlow, Keras computes in float32 now and then
random = np.random.default_rng(11)

REAL = random.normal(size=(5, 3)) * 2
TARGETS = random.normal(size=(5, 3)) * 2
POSITIVE = np.abs(REAL) + 0.1
COUNTS = random.poisson(2.0, size=(5, 3)).astype("float64")
BINARY = random.integers(0, 2, size=(5, 3)).astype("float64")
SIGNS = 2 * BINARY - 1
PROBABILITIES = random.uniform(0.02, 0.98, size=(5, 3))
SHARES = PROBABILITIES / PROBABILITIES.sum(axis=-1, keepdims=True)
CLASSES = random.integers(0, 3, size=(5,))
ONE_HOT = np.eye(3)[CLASSES]
MIXED = random.dirichlet([1.0, 1.0, 1.0], size=5)
DEEP, DEEP_TARGETS = random.normal(size=(2, 2, 3)), random.normal(size=(2, 2, 3))

camel = {"from_logits": "fromLogits", "label_smoothing": "labelSmoothing", "apply_class_balancing": "applyClassBalancing"}

CASES = [
    ("meanSquaredError", "MeanSquaredError", {}, REAL, TARGETS),
    ("meanSquaredError", "MeanSquaredError", {}, DEEP, DEEP_TARGETS),
    ("meanAbsoluteError", "MeanAbsoluteError", {}, REAL, TARGETS),
    ("meanAbsolutePercentageError", "MeanAbsolutePercentageError", {}, REAL, TARGETS),
    ("meanAbsolutePercentageError", "MeanAbsolutePercentageError", {}, REAL, COUNTS),
    ("meanSquaredLogarithmicError", "MeanSquaredLogarithmicError", {}, REAL, TARGETS),
    ("huber", "Huber", {}, REAL, TARGETS),
    ("huber", "Huber", {"delta": 0.3}, REAL, TARGETS),
    ("logCosh", "LogCosh", {}, REAL, TARGETS),
    ("klDivergence", "KLDivergence", {}, SHARES, MIXED),
    ("klDivergence", "KLDivergence", {}, SHARES, ONE_HOT),
    ("poisson", "Poisson", {}, POSITIVE, COUNTS),
    ("cosineSimilarity", "CosineSimilarity", {}, REAL, TARGETS),
    ("cosineSimilarity", "CosineSimilarity", {}, DEEP, DEEP_TARGETS),
    ("hinge", "Hinge", {}, REAL, SIGNS),
    ("hinge", "Hinge", {}, REAL, BINARY),
    ("squaredHinge", "SquaredHinge", {}, REAL, SIGNS),
    ("squaredHinge", "SquaredHinge", {}, REAL, BINARY),
    ("categoricalHinge", "CategoricalHinge", {}, REAL, ONE_HOT),
    ("binaryCrossentropy", "BinaryCrossentropy", {}, PROBABILITIES, BINARY),
    ("binaryCrossentropy", "BinaryCrossentropy", {"label_smoothing": 0.2}, PROBABILITIES, BINARY),
    ("binaryCrossentropy", "BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, REAL, BINARY),
    ("binaryFocalCrossentropy", "BinaryFocalCrossentropy", {}, PROBABILITIES, BINARY),
    ("binaryFocalCrossentropy", "BinaryFocalCrossentropy",
     {"apply_class_balancing": True, "alpha": 0.3, "gamma": 1.5, "label_smoothing": 0.1}, PROBABILITIES, BINARY),
    ("binaryFocalCrossentropy", "BinaryFocalCrossentropy", {"from_logits": True}, REAL, BINARY),
    ("categoricalCrossentropy", "CategoricalCrossentropy", {}, PROBABILITIES, ONE_HOT),
    ("categoricalCrossentropy", "CategoricalCrossentropy", {"label_smoothing": 0.2}, SHARES, ONE_HOT),
    ("categoricalCrossentropy", "CategoricalCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, REAL, MIXED),
    ("categoricalFocalCrossentropy", "CategoricalFocalCrossentropy", {}, PROBABILITIES, ONE_HOT),
    ("categoricalFocalCrossentropy", "CategoricalFocalCrossentropy",
     {"alpha": 0.5, "gamma": 1.5, "label_smoothing": 0.1}, SHARES, ONE_HOT),
    ("categoricalFocalCrossentropy", "CategoricalFocalCrossentropy", {"from_logits": True}, REAL, ONE_HOT),
    ("sparseCategoricalCrossentropy", "SparseCategoricalCrossentropy", {}, PROBABILITIES, CLASSES),
    ("sparseCategoricalCrossentropy", "SparseCategoricalCrossentropy", {"from_logits": True}, REAL, CLASSES),
]


def case(name, keras_name, options, prediction, target):
    loss = getattr(keras.losses, keras_name)
    per_row = np.asarray(loss(reduction="none", dtype="float64", **options)(target, prediction))
    return {
        "loss": name,
        "options": {camel.get(key, key): value for key, value in options.items()},
        "shape": list(prediction.shape),
        "prediction": prediction.flatten().tolist(),
        "target": target.flatten().tolist(),
        "rows": per_row.reshape(prediction.shape[0], -1).mean(axis=1).tolist(),
        "value": float(loss(dtype="float64", **options)(target, prediction)),
    }


cases = [case(*row) for row in CASES]
path = Path(__file__).parents[3] / "tests/golden/keras-losses.json"
path.write_text(
    json.dumps({"source": f"Keras {keras.__version__}, float64; tests/golden/generate/keras-losses.py", "cases": cases}, indent=1)
    + "\n"
)
print(f"{len(cases)} cases")
