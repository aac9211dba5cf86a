"""Writes tests/golden/keras-layers.json: what Keras's layers, constraints and initialisers give.

Some of them compute in float32, whatever the policy says.

Usage: pip install keras jax && python tests/golden/generate/keras-layers.py
"""

import json
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"

import keras
import numpy as np
from keras import constraints, initializers, layers

keras.config.set_floatx("float64")
keras.config.set_dtype_policy("float64")
random = np.random.default_rng(11)


def numbers(array):
    array = np.asarray(array, dtype=np.float64)
    return {"shape": list(array.shape), "data": array.reshape(-1).tolist()}


def draw(*shape):
    return random.normal(size=shape).round(3)


def layer_case(kind, options, layer, *inputs, weights=None, modes=(False, True)):
    """`weights`: names in Myelin, in the order of Keras's `layer.weights`."""
    given = list(inputs) if len(inputs) > 1 else inputs[0]
    layer(given)
    values = [draw(*w.shape) for w in layer.weights]
    values = [np.abs(v) if "ariance" in name else v for v, name in zip(values, weights or [])]
    layer.set_weights(values)
    case = {
        "kind": kind,
        "options": options,
        "inputs": [numbers(x) for x in inputs],
        "weights": {name: numbers(v) for name, v in zip(weights or [], values)},
    }
    for training in modes:
        layer.set_weights(values)
        case["train" if training else "predict"] = numbers(layer(given, training=training))
    if layer.losses:
        case["penalty"] = float(sum(layer.losses))
    return case


x = draw(4, 3)
cube = draw(2, 3, 4)
L = layers
cases = [
    layer_case(
        "dense", {"units": 2, "activation": "tanh"}, L.Dense(2, activation="tanh"), x, weights=["kernel", "bias"]
    ),
    layer_case("dense", {"units": 3}, L.Dense(3), cube, weights=["kernel", "bias"]),
    layer_case("layerNormalization", {}, L.LayerNormalization(), x, weights=["gamma", "beta"]),
    layer_case(
        "layerNormalization", {"axis": [1, 2], "epsilon": 0.01}, L.LayerNormalization(axis=[1, 2], epsilon=0.01), cube,
        weights=["gamma", "beta"],
    ),
    layer_case("layerNormalization", {"axis": 1}, L.LayerNormalization(axis=1), cube, weights=["gamma", "beta"]),
    layer_case(
        "batchNormalization", {}, L.BatchNormalization(), x, weights=["gamma", "beta", "movingMean", "movingVariance"]
    ),
    layer_case("reshape", {"targetShape": [4, -1]}, L.Reshape((4, -1)), cube),
    layer_case("permute", {"dims": [2, 1]}, L.Permute((2, 1)), cube),
    layer_case("flatten", {}, L.Flatten(), cube),
    layer_case("gaussianNoise", {"stddev": 0.5}, L.GaussianNoise(0.5), x, modes=(False,)),
    layer_case("gaussianDropout", {"rate": 0.5}, L.GaussianDropout(0.5), x, modes=(False,)),
    layer_case("alphaDropout", {"rate": 0.5}, L.AlphaDropout(0.5), x, modes=(False,)),
    layer_case("dropout", {"rate": 0.5}, L.Dropout(0.5), x, modes=(False,)),
    layer_case(
        "activityRegularization", {"l1": 0.1, "l2": 0.2}, L.ActivityRegularization(l1=0.1, l2=0.2), cube, modes=(False,)
    ),
    layer_case("prelu", {}, L.PReLU(), cube, weights=["alpha"]),
    layer_case("prelu", {"sharedAxes": [1]}, L.PReLU(shared_axes=[1]), cube, weights=["alpha"]),
    layer_case("relu", {}, L.ReLU(), x),
    layer_case("relu", {"maxValue": 0.5}, L.ReLU(max_value=0.5), x),
    layer_case(
        "relu", {"maxValue": 1, "negativeSlope": 0.1, "threshold": 0.25},
        L.ReLU(max_value=1.0, negative_slope=0.1, threshold=0.25), x,
    ),
    layer_case("leakyRelu", {}, L.LeakyReLU(), x),
    layer_case("elu", {}, L.ELU(), x),
    layer_case("elu", {"alpha": 0.5}, L.ELU(alpha=0.5), x),
    layer_case("softmax", {}, L.Softmax(), cube),
    layer_case("softmax", {"axis": 1}, L.Softmax(axis=1), cube),
    layer_case("softmax", {"axis": [1, 2]}, L.Softmax(axis=(1, 2)), cube),
    layer_case("rescaling", {"scale": 0.5, "offset": -1}, L.Rescaling(0.5, -1.0), x),
    layer_case(
        "normalization", {"mean": [1, 2, 3], "variance": [4, 0.25, 0]},
        L.Normalization(mean=[1.0, 2.0, 3.0], variance=[4.0, 0.25, 0.0]), x,
    ),
    layer_case(
        "normalization", {"mean": [1, 2, 3], "variance": [4, 0.25, 1], "invert": True},
        L.Normalization(mean=[1.0, 2.0, 3.0], variance=[4.0, 0.25, 1.0], invert=True), x,
    ),
    layer_case(
        "categoryEncoding", {"numTokens": 4}, L.CategoryEncoding(4), np.array([[0, 1, 1], [3, 3, 2]]), modes=(False,)
    ),
    layer_case(
        "categoryEncoding", {"numTokens": 4, "outputMode": "count"}, L.CategoryEncoding(4, output_mode="count"),
        np.array([[0, 1, 1], [3, 3, 2]]), modes=(False,),
    ),
    layer_case(
        "categoryEncoding", {"numTokens": 4, "outputMode": "oneHot"}, L.CategoryEncoding(4, output_mode="one_hot"),
        np.array([[0], [3]]), modes=(False,),
    ),
    layer_case("add", {}, L.Add(), draw(2, 3), draw(2, 3), draw(2, 3)),
    layer_case("add", {}, L.Add(), draw(2, 3, 4), draw(2, 4)),
    layer_case("subtract", {}, L.Subtract(), draw(2, 3), draw(2, 1)),
    layer_case("multiply", {}, L.Multiply(), draw(2, 3), draw(2, 3)),
    layer_case("average", {}, L.Average(), draw(2, 3), draw(2, 3), draw(2, 3)),
    layer_case("maximum", {}, L.Maximum(), draw(2, 3), draw(2, 3), draw(2, 3)),
    layer_case("minimum", {}, L.Minimum(), draw(2, 3), draw(2, 3)),
    layer_case("concatenate", {}, L.Concatenate(), draw(2, 3), draw(2, 1)),
    layer_case("concatenate", {"axis": 1}, L.Concatenate(axis=1), draw(2, 3, 2), draw(2, 1, 2)),
    layer_case("dot", {"axes": 1}, L.Dot(axes=1), draw(2, 3), draw(2, 3)),
    layer_case("dot", {"axes": 1, "normalize": True}, L.Dot(axes=1, normalize=True), draw(2, 3), draw(2, 3)),
    layer_case("dot", {"axes": [2, 1]}, L.Dot(axes=(2, 1)), draw(2, 3, 4), draw(2, 4, 5)),
    layer_case("dot", {"axes": -1}, L.Dot(axes=-1), draw(2, 3, 4), draw(2, 5, 4)),
    layer_case("dot", {"axes": [1, 1]}, L.Dot(axes=(1, 1)), draw(2, 3), draw(2, 3, 4)),
]

data = draw(6, 3)
adapted = L.Normalization()
adapted.adapt(data)
picture_data = draw(5, 2, 3)
adapted_pictures = L.Normalization(axis=1)
adapted_pictures.adapt(picture_data)


def constraint_case(name, options, constraint, w):
    return {"name": name, "options": options, "weights": numbers(w), "result": numbers(constraint(w))}


w = draw(4, 3) * 2
constraint_cases = [
    constraint_case("maxNorm", {}, constraints.MaxNorm(), w),
    constraint_case("maxNorm", {"maxValue": 1.5, "axis": 1}, constraints.MaxNorm(1.5, axis=1), w),
    constraint_case("unitNorm", {}, constraints.UnitNorm(), w),
    constraint_case("unitNorm", {"axis": [0, 1]}, constraints.UnitNorm(axis=[0, 1]), w),
    constraint_case("minMaxNorm", {}, constraints.MinMaxNorm(), w),
    constraint_case(
        "minMaxNorm", {"minValue": 3, "maxValue": 4, "rate": 0.5}, constraints.MinMaxNorm(3.0, 4.0, rate=0.5), w
    ),
    constraint_case("nonNegative", {}, constraints.NonNeg(), w),
]


def statistics(name, options, initializer, shape):
    values = np.asarray(initializer(shape), dtype=np.float64)
    return {
        "name": name, "options": options, "shape": list(shape),
        "mean": values.mean(), "deviation": values.std(), "least": values.min(), "greatest": values.max(),
    }


shape = (400, 250)
I = initializers
initializer_cases = [
    statistics("glorotUniform", {}, I.GlorotUniform(1), shape),
    statistics("glorotNormal", {}, I.GlorotNormal(1), shape),
    statistics("heUniform", {}, I.HeUniform(1), shape),
    statistics("heNormal", {}, I.HeNormal(1), shape),
    statistics("lecunUniform", {}, I.LecunUniform(1), shape),
    statistics("lecunNormal", {}, I.LecunNormal(1), shape),
    statistics("randomUniform", {}, I.RandomUniform(seed=1), shape),
    statistics("randomNormal", {}, I.RandomNormal(seed=1), shape),
    statistics("truncatedNormal", {}, I.TruncatedNormal(seed=1), shape),
    statistics("truncatedNormal", {"mean": 3, "stddev": 2}, I.TruncatedNormal(3.0, 2.0, seed=1), shape),
    statistics("varianceScaling", {}, I.VarianceScaling(seed=1), shape),
    statistics(
        "varianceScaling", {"scale": 2, "mode": "fanOut", "distribution": "untruncatedNormal"},
        I.VarianceScaling(2.0, "fan_out", "untruncated_normal", seed=1), shape,
    ),
    statistics(
        "varianceScaling", {"scale": 0.5, "mode": "fanAvg", "distribution": "uniform"},
        I.VarianceScaling(0.5, "fan_avg", "uniform", seed=1), shape,
    ),
    statistics("orthogonal", {"gain": 2}, I.Orthogonal(2.0, seed=1), shape),
    statistics("identity", {"gain": 3}, I.Identity(3.0), (30, 20)),
    statistics("constant", {"value": 7}, I.Constant(7.0), (3, 4)),
    statistics("zeros", {}, I.Zeros(), (3, 4)),
    statistics("ones", {}, I.Ones(), (3, 4)),
]

target = Path(os.environ.get("OUT", Path(__file__).parents[3] / "tests/golden/keras-layers.json"))
target.write_text(json.dumps({
    "keras": keras.__version__,
    "layers": cases,
    "adapted": [
        {"axis": -1, "rows": numbers(data), "mean": numbers(adapted.mean)["data"],
         "variance": numbers(adapted.variance)["data"]},
        {"axis": 1, "rows": numbers(picture_data), "mean": numbers(adapted_pictures.mean)["data"],
         "variance": numbers(adapted_pictures.variance)["data"]},
    ],
    "constraints": constraint_cases,
    "initializers": initializer_cases,
}, separators=(",", ":")) + "\n")
