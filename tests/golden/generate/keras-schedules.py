"""Writes tests/golden/keras-schedules.json: learning rates of Keras's schedules, in float64, and of PyTorch's OneCycleLR.

Usage: pip install keras && python tests/golden/generate/keras-schedules.py

OneCycleLR is computed from its published formula, so that PyTorch is not needed.
"""

import json
import math
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "numpy"
import keras
import numpy as np
from keras.src.backend.common import dtypes

keras.config.set_floatx("float64")
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"  # but for TensorFlow, Keras computes in float32 now and then
schedules = keras.optimizers.schedules
STEPS = 40

RUNS = [
    ("exponentialDecay", schedules.ExponentialDecay, {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.5}),
    ("exponentialDecay", schedules.ExponentialDecay,
     {"initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 0.9, "staircase": True}),
    ("inverseTimeDecay", schedules.InverseTimeDecay, {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.5}),
    ("inverseTimeDecay", schedules.InverseTimeDecay,
     {"initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 2.0, "staircase": True}),
    ("piecewiseConstantDecay", schedules.PiecewiseConstantDecay,
     {"boundaries": [3, 11], "values": [0.1, 0.02, 0.001]}),
    ("polynomialDecay", schedules.PolynomialDecay, {"initial_learning_rate": 0.1, "decay_steps": 10}),
    ("polynomialDecay", schedules.PolynomialDecay,
     {"initial_learning_rate": 0.1, "decay_steps": 6, "end_learning_rate": 0.01, "power": 1.5, "cycle": True}),
    ("cosineDecay", schedules.CosineDecay, {"initial_learning_rate": 0.1, "decay_steps": 10, "alpha": 0.2}),
    ("cosineDecay", schedules.CosineDecay,
     {"initial_learning_rate": 0.01, "decay_steps": 10, "alpha": 0.1, "warmup_target": 0.2, "warmup_steps": 4}),
    ("cosineDecayRestarts", schedules.CosineDecayRestarts, {"initial_learning_rate": 0.1, "first_decay_steps": 4}),
    ("cosineDecayRestarts", schedules.CosineDecayRestarts,
     {"initial_learning_rate": 0.1, "first_decay_steps": 4.3, "t_mul": 1.5, "m_mul": 0.8, "alpha": 0.05}),
    ("cosineDecayRestarts", schedules.CosineDecayRestarts,
     {"initial_learning_rate": 0.1, "first_decay_steps": 5, "t_mul": 1.0, "m_mul": 0.5}),
]


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def one_cycle(max_learning_rate, total_steps, rise_share=0.3, div_factor=25.0, final_div_factor=1e4):
    first, peak = max_learning_rate / div_factor, rise_share * total_steps - 1
    anneal = lambda start, end, part: end + (start - end) / 2 * (1 + math.cos(math.pi * part))
    return [anneal(first, max_learning_rate, step / peak) if step <= peak
            else anneal(max_learning_rate, first / final_div_factor, (step - peak) / (total_steps - 1 - peak))
            for step in range(total_steps)]


runs = [{"schedule": name, "options": {camel(key): value for key, value in options.items()},
         "rates": [float(np.asarray(make(**options)(step))) for step in range(STEPS)]}
        for name, make, options in RUNS]
for options in ({"max_learning_rate": 0.1, "total_steps": 20},
                {"max_learning_rate": 0.1, "total_steps": 15, "rise_share": 0.45, "div_factor": 10, "final_div_factor": 100}):
    runs.append({"schedule": "oneCycle", "options": {camel(key): value for key, value in options.items()},
                 "rates": one_cycle(**options)})
path = Path(__file__).parents[3] / "tests/golden/keras-schedules.json"
path.write_text(json.dumps({"source": f"Keras {keras.__version__}, float64; tests/golden/generate/keras-schedules.py",
                            "runs": runs}, indent=1) + "\n")
