"""Writes tests/golden/keras-stateful.json: recurrent layers that keep their states from batch to batch, in float64.

Usage: pip install keras tensorflow-cpu && python tests/golden/generate/keras-stateful.py
"""

import json
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np

keras.config.set_floatx("float64")
L = keras.layers
draw = np.random.default_rng(4)
x = draw.normal(size=(6, 3, 2)).round(4)
y = draw.normal(size=(6, 1)).round(4)


def numbers(array):
    array = np.asarray(array, dtype=np.float64)
    return {"shape": list(array.shape), "data": array.reshape(-1).tolist()}


def train(layer):
    inputs = keras.Input(batch_shape=(2, 3, 2))
    model = keras.Model(inputs, L.Dense(1)(layer(inputs)))
    weights = [w for layer in model.layers for w in layer.trainable_weights]
    start = [draw.normal(size=w.shape).round(4) for w in weights]
    for weight, values in zip(weights, start):
        weight.assign(values)
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    history = model.fit(x, y, batch_size=2, epochs=2, shuffle=False, verbose=0, validation_data=(x[2:], y[2:])).history
    first = model.predict(x, batch_size=2, verbose=0)
    evaluated = model.evaluate(x, y, batch_size=2, verbose=0)
    second = model.predict(x, batch_size=2, verbose=0)
    layer.reset_state() if hasattr(layer, "reset_state") else layer.reset_states()
    return {
        "start": [numbers(w) for w in start],
        "history": {name: [float(v) for v in values] for name, values in history.items()},
        "predictions": [numbers(first), numbers(second), numbers(model.predict(x, batch_size=2, verbose=0))],
        "evaluated": float(evaluated),
        "weights": [numbers(w) for w in weights],
    }


cases = {
    "simpleRNN": train(L.SimpleRNN(3, stateful=True)),
    "lstm": train(L.LSTM(2, stateful=True)),
    "gru": train(L.GRU(2, stateful=True, go_backwards=True)),
    "bidirectional": train(L.Bidirectional(L.LSTM(2, stateful=True))),
}
target = Path(os.environ.get("OUT", Path(__file__).parents[3] / "tests/golden/keras-stateful.json"))
target.write_text(json.dumps({"keras": keras.__version__, "x": x.tolist(), "y": y.tolist(), "cases": cases}, separators=(",", ":")) + "\n")
