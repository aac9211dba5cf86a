"""Writes tests/golden/keras-augmentation.json: what Keras's layers of image augmentation give.

Ranges of one value leave nothing to chance. Positions are float32, whatever the policy says.

Usage: pip install keras jax && python tests/golden/generate/keras-augmentation.py
"""

import json
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"

import keras
import numpy as np
from keras import layers as L

keras.config.set_floatx("float64")
keras.config.set_dtype_policy("float64")
random = np.random.default_rng(12)
pictures = random.uniform(size=(2, 4, 5, 2)).round(3)
wide = random.uniform(size=(1, 3, 8, 1)).round(3)


def case(kind, options, layer, x):
    return {
        "kind": kind,
        "options": options,
        "shape": list(x.shape),
        "input": x.reshape(-1).tolist(),
        "output": np.asarray(layer(x, training=True), dtype=np.float64).reshape(-1).tolist(),
    }


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


cases = []


def add(kind, make, x, **options):
    cases.append(case(kind, {camel(name): value for name, value in options.items()}, make(**options), x))


modes = ["constant", "nearest", "reflect", "wrap"]
for fill_mode in modes:
    for interpolation in ["nearest", "bilinear"]:
        how = {"fill_mode": fill_mode, "interpolation": interpolation, "fill_value": 0.25}
        # 0.75 pixels down and 1.5 left; half a pixel, which is a tie; beyond the picture
        add("randomTranslation", L.RandomTranslation, pictures, height_factor=[0.1875, 0.1875], width_factor=[-0.3, -0.3], **how)
        add("randomTranslation", L.RandomTranslation, wide, height_factor=[0.0, 0.0], width_factor=[0.0625, 0.0625], **how)
        add("randomTranslation", L.RandomTranslation, wide, height_factor=[1.0, 1.0], width_factor=[-1.0, -1.0], **how)
        add("randomRotation", L.RandomRotation, pictures, factor=[0.07, 0.07], **how)
        add("randomRotation", L.RandomRotation, wide, factor=[-0.36, -0.36], **how)
        add("randomZoom", L.RandomZoom, pictures, height_factor=[0.6, 0.6], **how)
        add("randomZoom", L.RandomZoom, wide, height_factor=[-0.3, -0.3], width_factor=[0.7, 0.7], **how)
add("randomTranslation", L.RandomTranslation, pictures, height_factor=[0.3, 0.3], width_factor=[0.4, 0.4])
add("randomRotation", L.RandomRotation, pictures, factor=[0.3, 0.3])
add("randomZoom", L.RandomZoom, pictures, height_factor=[0.3, 0.3], width_factor=[-0.2, -0.2])
add("randomBrightness", L.RandomBrightness, pictures, factor=[0.3, 0.3], value_range=[0.0, 1.0])
add("randomBrightness", L.RandomBrightness, pictures * 255, factor=[-0.4, -0.4])

path = Path(__file__).resolve().parents[3] / "tests/golden/keras-augmentation.json"
path.write_text(json.dumps({"keras": keras.__version__, "cases": cases}, separators=(",", ":")) + "\n")
