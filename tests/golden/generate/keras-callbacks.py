"""Writes tests/golden/keras-callbacks.json: what Keras's callbacks do, on series of values and in training, in float64.

Usage: pip install keras jax && python tests/golden/generate/keras-callbacks.py
"""

import json
import os
import random
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"
import keras
import numpy as np
from keras.src.backend.common import dtypes

keras.config.set_floatx("float64")
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"  # but for TensorFlow, Keras computes in float32 now and then


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


class Weights:
    """A model whose weights are the number of the epoch."""

    def __init__(self):
        self.optimizer = keras.optimizers.SGD(learning_rate=0.1)
        self.stop_training = False
        self.epoch = -1
        self.restored = None

    def get_weights(self):
        return self.epoch

    def set_weights(self, weights):
        self.restored = weights


def trace(make, options, series):
    """Rates after each epoch, the epoch after which it stops (or None), and the epoch whose weights are restored."""
    callback, model = make(**options), Weights()
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for epoch, value in enumerate(series):
        model.epoch = epoch
        callback.on_epoch_end(epoch, {options.get("monitor", "val_loss"): value})
        rates.append(float(keras.ops.convert_to_numpy(model.optimizer.learning_rate)))
        if model.stop_training:
            break
    callback.on_train_end()
    return {
        "options": {camel(k): camel(v) if k == "monitor" else v for k, v in options.items()},
        "series": series,
        "rates": rates,
        "stopped": epoch if model.stop_training else None,
        "restored": model.restored,
    }


draw = random.Random(1)
noisy = [round(2 / (1 + 0.2 * epoch) + draw.uniform(-0.3, 0.3), 3) for epoch in range(30)]
flat = [1.0, 0.9, 0.9, 0.9, 0.9, 0.85, 0.85, 0.86, 0.86, 0.84, 0.84, 0.84, 0.84, 0.84, 0.84, 0.84]
growing = [round(0.5 + 0.1 * epoch % 0.7, 3) for epoch in range(20)]
plateau = keras.callbacks.ReduceLROnPlateau
stopping = keras.callbacks.EarlyStopping

SERIES = {
    "reduceLrOnPlateau": [trace(plateau, options, series) for series in (noisy, flat, growing) for options in (
        {},
        {"patience": 1},
        {"patience": 0, "factor": 0.5},
        {"patience": 2, "factor": 0.3, "cooldown": 3},
        {"patience": 2, "min_delta": 0.05, "cooldown": 1, "min_lr": 0.004},
        {"patience": 3, "mode": "max", "monitor": "val_score", "factor": 0.9},
        {"patience": 1, "min_delta": 0, "mode": "min", "monitor": "loss", "min_lr": 0.05},
    )],
    "earlyStopping": [trace(stopping, options, series) for series in (noisy, flat, growing) for options in (
        {},
        {"patience": 2, "restore_best_weights": True},
        {"patience": 3, "min_delta": 0.1, "restore_best_weights": True},
        {"patience": 2, "baseline": 0.6, "restore_best_weights": True},
        {"patience": 1, "start_from_epoch": 4, "restore_best_weights": True},
        {"patience": 2, "mode": "max", "monitor": "val_score", "restore_best_weights": True},
    )],
}

X = np.array([[0.0, 1.0], [1.0, 0.5], [-1.0, 2.0], [0.5, -0.5], [2.0, 1.0], [1.5, -1.0]])
Y = np.array([[1.0], [2.0], [-0.5], [0.0], [3.5], [0.5]])
VALIDATION = (np.array([[0.2, 0.3], [1.0, -2.0], [-1.0, 0.5]]), np.array([[0.4], [-1.0], [0.3]]))


class Watch(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.weights = []

    def on_epoch_end(self, epoch, logs=None):
        self.weights.append([float(w) for array in self.model.get_weights() for w in np.ravel(array)])


def train(callbacks, **optimizer):
    """Full training of a line: history, weights that a later callback sees after each epoch, and those at the end."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(optimizer=keras.optimizers.SGD(**optimizer), loss="mse")
    watch = Watch()
    history = model.fit(X, Y, batch_size=2, epochs=12, shuffle=False, validation_data=VALIDATION, verbose=0,
                        callbacks=[*callbacks, watch])
    return {
        "optimizer": {camel(k): v for k, v in optimizer.items()},
        "history": {camel(k): [float(v) for v in values] for k, values in history.history.items()},
        "seen": watch.weights,
        "weights": [float(w) for array in model.get_weights() for w in np.ravel(array)],
    }


TRAINING = {
    "reduceLrOnPlateau": train([plateau(patience=1, factor=0.5, monitor="loss", min_delta=0.01)], learning_rate=0.2),
    "learningRateScheduler": train(
        [keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate if epoch < 3 else rate * 0.8)], learning_rate=0.1),
    "schedule": train([keras.callbacks.LearningRateScheduler(
        lambda epoch, _: float(keras.optimizers.schedules.PolynomialDecay(0.1, 8, 0.01, power=2.0)(epoch)))],
        learning_rate=0.5),
    "swapEmaWeights": train([keras.callbacks.SwapEMAWeights()], learning_rate=0.05, use_ema=True, ema_momentum=0.8),
    "swapOnEpoch": train(
        [keras.callbacks.SwapEMAWeights(swap_on_epoch=True)], learning_rate=0.05, use_ema=True, ema_momentum=0.8),
}

DATA = {"x": X.tolist(), "y": Y.tolist(), "validation": [part.tolist() for part in VALIDATION]}
file = Path(__file__).parents[3] / "tests/golden/keras-callbacks.json"
source = f"Keras {keras.version()} on JAX, float64; tests/golden/generate/keras-callbacks.py"
file.write_text(json.dumps({"source": source, "data": DATA, "series": SERIES, "training": TRAINING}, indent=1) + "\n")
print(f"wrote {file}")
