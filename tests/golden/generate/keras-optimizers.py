"""Writes tests/golden/keras-optimizers.json: trajectories of Keras's optimisers, in float64.

Usage: pip install keras && python tests/golden/generate/keras-optimizers.py

The gradients are those of sum(0.5 * curvature * (w - goal)^2) + 0.1 * sum(w)^2 over all parameters, computed by hand on
both sides, so that nothing but the optimiser is compared.
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

random = np.random.default_rng(5)
SHAPES = [(3, 2), (2,), (2, 3)]
STEPS, EVERY = 60, 6
INITIAL = [random.normal(size=shape) for shape in SHAPES]
GOALS = [random.normal(size=shape) for shape in SHAPES]
CURVATURES = [random.uniform(0.2, 3, size=shape) for shape in SHAPES]

WORDS = {
    "clipvalue": "clipValue", "clipnorm": "clipNorm", "global_clipnorm": "globalClipNorm", "beta_1": "beta1",
    "beta_2": "beta2",
}


def camel(name):
    first, *rest = name.split("_")
    return WORDS.get(name, first + "".join(word.capitalize() for word in rest))


RUNS = [
    ("sgd", "SGD", {}),
    ("sgd", "SGD", {"momentum": 0.9}),
    ("sgd", "SGD", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    ("rmsprop", "RMSprop", {}),
    ("rmsprop", "RMSprop", {"centered": True, "momentum": 0.9}),
    ("adam", "Adam", {}),
    ("adam", "Adam", {"amsgrad": True, "weight_decay": 0.01, "learning_rate": 0.1}),
    ("adamw", "AdamW", {"learning_rate": 0.1}),
    ("adamax", "Adamax", {"learning_rate": 0.1}),
    ("nadam", "Nadam", {"learning_rate": 0.1}),
    ("adagrad", "Adagrad", {"learning_rate": 0.1}),
    ("adadelta", "Adadelta", {"learning_rate": 1.0}),
    ("lion", "Lion", {"learning_rate": 0.01, "weight_decay": 0.01}),
    ("sgd", "SGD", {"learning_rate": 0.1, "clipvalue": 0.5}),
    ("sgd", "SGD", {"learning_rate": 0.1, "clipnorm": 0.7}),
    ("adam", "Adam", {"learning_rate": 0.1, "global_clipnorm": 0.7}),
    ("sgd", "SGD", {"learning_rate": 0.1, "momentum": 0.5, "use_ema": True, "ema_momentum": 0.8}),
    ("sgd", "SGD", {"learning_rate": 0.1, "use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 5}),
    ("adam", "Adam", {
        "learning_rate": 0.1, "gradient_accumulation_steps": 3, "clipnorm": 0.5, "weight_decay": 0.01,
        "use_ema": True}),
    ("muon", "Muon", {"learning_rate": 0.05}),
    ("muon", "Muon", {"learning_rate": 0.05, "nesterov": False, "momentum": 0.8, "ns_steps": 3, "adam_lr_ratio": 0.5}),
    ("ftrl", "Ftrl", {"learning_rate": 0.1}),
    ("ftrl", "Ftrl", {
        "learning_rate": 0.1, "learning_rate_power": -0.7, "l1_regularization_strength": 0.1,
        "l2_regularization_strength": 0.2, "l2_shrinkage_regularization_strength": 0.05, "beta": 0.3}),
]


def run(name, keras_name, options):
    optimizer = getattr(keras.optimizers, keras_name)(**options)
    variables = [keras.Variable(value, dtype="float64") for value in INITIAL]
    optimizer.build(variables)
    samples = []
    for step in range(STEPS):
        values = [np.asarray(v.value) for v in variables]
        total = sum(v.sum() for v in values)
        optimizer.apply([c * (v - g) + 0.2 * total for v, g, c in zip(values, GOALS, CURVATURES)], variables)
        if step % EVERY == 0:
            samples.append([np.asarray(v.value).flatten().tolist() for v in variables])
    if options.get("use_ema"):
        optimizer.finalize_variable_values(variables)
        samples.append([np.asarray(v.value).flatten().tolist() for v in variables])
    return {
        "optimizer": name,
        "options": {camel(key): value for key, value in options.items()},
        "samples": samples,
    }


flat = lambda arrays: [array.flatten().tolist() for array in arrays]
path = Path(__file__).parents[3] / "tests/golden/keras-optimizers.json"
path.write_text(json.dumps({
    "source": f"Keras {keras.__version__}, float64; tests/golden/generate/keras-optimizers.py",
    "steps": STEPS, "every": EVERY, "shapes": SHAPES,
    "initial": flat(INITIAL), "goals": flat(GOALS), "curvatures": flat(CURVATURES),
    "runs": [run(*row) for row in RUNS],
}) + "\n")
