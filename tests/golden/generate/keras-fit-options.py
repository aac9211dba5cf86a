"""Writes tests/golden/keras-fit-options.json: weighted metrics, weights of validation rows and options of fit, in float64.

Usage: pip install keras jax && python tests/golden/generate/keras-fit-options.py
"""

import json
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"
import keras
import numpy as np
from keras.src.backend.common import dtypes

keras.config.set_floatx("float64")
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"  # but for TensorFlow, Keras computes in float32 now and then

draw = np.random.default_rng(5)
x = draw.uniform(-1, 1, (22, 3)).round(6)
y = (x[:, :1] + 0.4 * draw.normal(size=(22, 1)) > 0).astype("float64")
w = draw.uniform(0, 2, 22).round(6)
w[3] = 0
kernel = np.array([[0.3], [-0.2], [0.1]])
data = {"x": x.tolist(), "y": y.tolist(), "w": w.tolist(), "kernel": kernel.ravel().tolist()}


def train(two=False, metrics=(), weighted=(), **options):
    inputs = keras.Input((3,))
    make = lambda name: keras.layers.Dense(
        1, activation="sigmoid", name=name, kernel_initializer=keras.initializers.Constant(kernel)
    )
    names = ["one", "two"] if two else ["one"]
    outputs = [make(name)(inputs) for name in names]
    model = keras.Model(inputs, outputs if two else outputs[0])
    per_output = lambda given: [list(given)] * 2 if two else list(given)
    model.compile(
        optimizer=keras.optimizers.SGD(0.5),
        loss="binary_crossentropy",
        metrics=per_output(metrics),
        weighted_metrics=per_output(weighted),
    )
    t = lambda rows: [rows, 1 - rows] if two else rows
    weights = options.pop("sample_weight", None)
    if weights is not None:
        options["sample_weight"] = weights[:16]
    validation = (x[16:], t(y[16:]), w[16:]) if options.pop("weigh_validation", False) else (x[16:], t(y[16:]))
    if options.pop("validate", True):
        options["validation_data"] = validation
    history = model.fit(x[:16], t(y[:16]), batch_size=6, shuffle=False, verbose=0, **options)
    return {k: [float(v) for v in values] for k, values in history.history.items()}


classes = {0: 0.5, 1: 3.0}
result = {
    "weighted": train(metrics=["accuracy"], weighted=["accuracy", "mse"], epochs=3, sample_weight=w, weigh_validation=True),
    "alone": train(weighted=["accuracy"], epochs=2, sample_weight=w),
    "classes": train(metrics=["mse"], weighted=["mse"], epochs=2, class_weight=classes),
    "unweighted": train(metrics=["mse"], weighted=["mse"], epochs=2),
    "outputs": train(two=True, metrics=["mse"], weighted=["mse"], epochs=2),
    "every second": train(metrics=["mse"], epochs=5, validation_freq=2),
    "listed": train(metrics=["mse"], epochs=5, validation_freq=[1, 4]),
    "steps": train(metrics=["mse"], epochs=3, validation_steps=1, validation_batch_size=4),
    "one step": train(metrics=["mse"], epochs=3, steps_per_epoch=1, validate=False),
}
path = Path(__file__).parents[3] / "tests/golden/keras-fit-options.json"
path.write_text(json.dumps({"data": data, "history": result}) + "\n")
print({k: list(v) for k, v in result.items()}, result["every second"], keras.__version__)
