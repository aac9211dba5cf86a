"""Writes tests/golden/{npy,scalers}.json: files of NumPy, numbers of scikit-learn, for the tests of readers and scalers.

    python -m venv venv && venv/bin/pip install numpy scikit-learn && venv/bin/python tests/golden/generate/data.py
"""
import base64
import io
import json
import os
import warnings

import numpy as np
import sklearn
from sklearn.preprocessing import MinMaxScaler, QuantileTransformer, RobustScaler, StandardScaler

golden = os.path.join(os.path.dirname(__file__), "..")


def write(name, value):
    with open(os.path.join(golden, name), "w") as file:
        json.dump(value, file, indent=1)
        file.write("\n")


def encoded(save):
    stream = io.BytesIO()
    save(stream)
    return base64.b64encode(stream.getvalue()).decode()


def npy(name, array, version=None):
    values = [str(v, "utf-8") if isinstance(v, bytes) else v for v in np.ascontiguousarray(array).ravel().tolist()]
    return {
        "name": name, "shape": array.shape, "dtype": array.dtype.name.rstrip("0123456789") if array.dtype.kind in "US"
        else array.dtype.name, "values": [str(v) if isinstance(v, float) else v for v in values],
        "base64": encoded(lambda stream: np.lib.format.write_array(stream, array, version=version)),
    }


def arrays():
    base = np.array([[0, 1, 2], [100, -7, 5]])
    for kind in ["i1", "i2", "i4", "i8", "f2", "f4", "f8"]:
        for order in "<>" if kind != "i1" else "|":
            yield npy(f"{order}{kind}", base.astype(order + kind))
    for kind in ["u1", "u2", "u4", "u8"]:
        for order in "<>" if kind != "u1" else "|":
            yield npy(f"{order}{kind}", abs(base).astype(order + kind))
    yield npy("bool", base > 1)
    yield npy("texts", np.array(["setosa", "héllo", "\U0001f600", ""]))
    yield npy("texts, big-endian", np.array(["setosa", "ä"]).astype(">U6"))
    yield npy("bytes", np.array([b"ab", b"cde", b""]))
    yield npy("texts in Fortran order", np.asfortranarray(np.array([["a", "b", "c"], ["d", "e", "f"]])))
    yield npy("Fortran order", np.asfortranarray(base))
    yield npy("Fortran order, three axes, big-endian", np.asfortranarray(np.arange(24).reshape(2, 3, 4).astype(">i2")))
    yield npy("no axis", np.array(3.5))
    yield npy("no element", np.zeros((0, 3)))
    yield npy("version 2", base, (2, 0))
    yield npy("version 3", base, (3, 0))
    yield npy("half floats", np.array([0, 6e-8, 6.1e-5, 0.333, 1, 65504, -2.5, 0.000061], "f2"))


def archives():
    x = np.array([[1.5, 2, 3], [4, 5, 6]])
    for name, save in [("stored", np.savez), ("compressed", np.savez_compressed)]:
        named = {"X": x, "y": np.array([0, 1]), "name": np.array(["a", "b"])}
        yield {"name": name, "base64": encoded(lambda stream: save(stream, **named))}
    pictures = np.arange(18, dtype="u1").reshape(3, 2, 3)
    named = {"x_train": pictures[:2], "y_train": np.array([3, 5]), "x_test": pictures[2:], "y_test": np.array([3])}
    yield {"name": "pictures", "base64": encoded(lambda stream: np.savez(stream, **named))}


write("npy.json", {"numpy": np.__version__, "arrays": list(arrays()), "archives": list(archives())})

random = np.random.default_rng(0)
columns = {
    "normal": random.normal(5, 3, 101), "few": np.array([3.0, 1.0, 2.0, 7.0]), "constant": np.full(7, 4.25),
    "skewed": random.exponential(2, 1500), "ties": random.integers(0, 6, 200).astype(float),
    "outliers": np.array([1.0, 2.0, 3.0, 4.0, 1000.0]), "two": np.array([-1.0, 1.0]),
}
warnings.simplefilter("ignore")
scalers = {
    "standardize": StandardScaler, "minMax": MinMaxScaler, "robust": RobustScaler,
    "quantile": lambda: QuantileTransformer(subsample=None),
}
cases = []
for column, values in columns.items():
    low, high = values.min(), values.max()
    probe = np.concatenate([np.linspace(low - 1, high + 1, 23), [low, high], values[:3]])
    for scaler, make in scalers.items():
        fitted = make().fit(values[:, None])
        cases.append({"scaler": scaler, "column": column, "expected": fitted.transform(probe[:, None])[:, 0].tolist(),
                      "probe": probe.tolist()})
write("scalers.json", {
    "scikit-learn": sklearn.__version__, "columns": {name: values.tolist() for name, values in columns.items()},
    "cases": cases,
})
