"""Writes tests/golden/keras-masked-losses.json: training and evaluation where a mask leaves out steps, in float64.

Usage: pip install keras tensorflow-cpu && python tests/golden/generate/keras-masked-losses.py
"""

import json
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np

keras.config.set_floatx("float64")
L = keras.layers
draw = np.random.default_rng(8)
rows, steps = 7, 4
lengths = [4, 2, 1, 0, 3, 4, 2]
words = np.array([[draw.integers(1, 5) if t < n else 0 for t in range(steps)] for n in lengths])
series = np.where(np.arange(steps)[None, :, None] < np.array(lengths)[:, None, None], draw.normal(size=(rows, steps, 2)).round(4), 0)
classes = draw.integers(0, 3, (rows, steps))
one_hot = np.eye(3)[classes]
values = draw.normal(size=(rows, steps, 2)).round(4)
binary = draw.integers(0, 2, (rows, steps, 1)).astype(float)
weights = draw.uniform(0, 2, rows).round(4)


def numbers(array):
    array = np.asarray(array, dtype=np.float64)
    return {"shape": list(array.shape), "data": array.reshape(-1).tolist()}


def train(embedded, heads, targets, loss, metrics=(), weighted=(), sample_weight=None, batch_size=3):
    """`heads`: units and activation of each output."""
    inputs = keras.Input((steps,) if embedded else (steps, 2))
    x = L.Embedding(5, 3, mask_zero=True)(inputs) if embedded else L.Masking()(inputs)
    x = L.LSTM(3, return_sequences=True)(x)
    outputs = [L.Dense(units, activation=activation, name=name)(x) for name, units, activation in heads]
    model = keras.Model(inputs, outputs if len(heads) > 1 else outputs[0])
    start = [draw.normal(size=w.shape).round(4) for w in model.weights]
    model.set_weights(start)
    several = len(heads) > 1
    each = lambda given: [list(given) for _ in heads] if several else list(given)
    # eagerly: in a graph of TensorFlow the losses of outputs are means over batches, whatever their rows
    model.compile(optimizer=keras.optimizers.SGD(0.5), loss=loss, metrics=each(metrics), weighted_metrics=each(weighted),
                  run_eagerly=True)
    data = words if embedded else series
    history = model.fit(data, targets, batch_size=batch_size, epochs=3, shuffle=False, verbose=0, sample_weight=sample_weight,
                        validation_data=(data[2:5], [t[2:5] for t in targets] if several else targets[2:5])).history
    return {
        "weights": [numbers(w) for w in start],
        "after": [numbers(w) for w in model.get_weights()],
        "history": {name: [float(v) for v in list_] for name, list_ in history.items()},
    }


softmax, sigmoid, linear = ("one", 3, "softmax"), ("two", 1, "sigmoid"), ("one", 2, None)
cases = {
    "classes": train(True, [softmax], classes, "sparse_categorical_crossentropy", ["accuracy"]),
    "one-hot": train(True, [softmax], one_hot, "categorical_crossentropy", ["accuracy", "mse"]),
    "binary": train(True, [sigmoid], binary, "binary_crossentropy", ["accuracy"]),
    "values": train(False, [linear], values, "mse", ["mae"]),
    "weights of rows": train(False, [linear], values, "mse", ["mae"], ["mae"], weights[:, None]),  # Keras takes no [rows] with a mask
    "no step of a batch": train(True, [linear], values, "mae", ["mse"], batch_size=1),
    "two outputs": train(True, [softmax, sigmoid], [classes, binary],
                         ["sparse_categorical_crossentropy", "binary_crossentropy"], ["accuracy"]),
}
target = Path(os.environ.get("OUT", Path(__file__).parents[3] / "tests/golden/keras-masked-losses.json"))
data = {"words": words, "series": series, "classes": classes, "oneHot": one_hot, "values": values, "binary": binary, "rowWeights": weights}
target.write_text(json.dumps({
    "keras": keras.__version__, "data": {name: array.tolist() for name, array in data.items()}, "cases": cases,
}, separators=(",", ":")) + "\n")
