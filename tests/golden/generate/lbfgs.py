#!/usr/bin/env python3
"""Trajectories of SciPy's L-BFGS-B without bounds: every iteration's value and point.

    python3 tests/golden/generate/lbfgs.py > tests/golden/lbfgs.json

Needs NumPy and SciPy (written with 1.17). The functions are small enough to be written again in a test: Rosenbrock's in
several dimensions, an ill-conditioned quadratic, and the networks 2-3-1 (tanh, sigmoid, mean squared error) on XOR and
3-4-2 (tanh, linear, mean squared error) on points of a circle.
"""
import json
import sys

import numpy as np
import scipy
from scipy.optimize import minimize


def rosenbrock(x):
    a, b = x[:-1], x[1:]
    g = np.zeros_like(x)
    g[:-1] += -400 * a * (b - a * a) - 2 * (1 - a)
    g[1:] += 200 * (b - a * a)
    return float(np.sum(100 * (b - a * a) ** 2 + (1 - a) ** 2)), g


def quadratic(x):
    c = 10.0 ** np.arange(len(x))
    return float(0.5 * np.sum(c * x * x)), c * x


def network(sizes, last, X, Y):
    n_in, n_hidden, n_out = sizes

    def f(w):
        at = 0
        parts = []
        for shape in [(n_in, n_hidden), (n_hidden,), (n_hidden, n_out), (n_out,)]:
            n = int(np.prod(shape))
            parts.append(w[at:at + n].reshape(shape))
            at += n
        w1, b1, w2, b2 = parts
        h = np.tanh(X @ w1 + b1)
        z = h @ w2 + b2
        y = 1 / (1 + np.exp(-z)) if last == 'sigmoid' else z
        loss = np.mean((y - Y) ** 2)
        d = 2 * (y - Y) / Y.size
        if last == 'sigmoid':
            d = d * y * (1 - y)
        dh = (d @ w2.T) * (1 - h * h)
        return float(loss), np.concatenate([(X.T @ dh).ravel(), dh.sum(0), (h.T @ d).ravel(), d.sum(0)])

    return f


xor = np.array([[0., 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.], [1], [1], [0]])
angles = np.arange(12) / 12 * 2 * np.pi
circle = (np.stack([angles / 6, angles ** 2 / 36, np.ones(12) / 2], 1), np.stack([np.cos(angles), np.sin(angles)], 1))
rng = np.random.RandomState(7)

RUNS = [
    ('rosenbrock', None, rosenbrock, [-1.2, 1], {}),
    ('rosenbrock', None, rosenbrock, [-1.2, 1, -0.5, 2, 0.3, 1.7], {}),
    ('rosenbrock', None, rosenbrock, [-1.2, 1, -0.5, 2], {'maxcor': 2}),
    ('rosenbrock', None, rosenbrock, [-1.2, 1], {'maxfun': 12}),
    ('rosenbrock', None, rosenbrock, [-1.2, 1, 1], {'gtol': 1.0}),
    ('rosenbrock', None, rosenbrock, [1, 1], {}),
    ('quadratic', None, quadratic, [1, 1, 1, 1], {}),
    ('quadratic', None, quadratic, [1, -2, 3], {'ftol': 1e-4}),
    ('network', {'sizes': [2, 3, 1], 'last': 'sigmoid', 'X': xor[0].tolist(), 'Y': xor[1].tolist()},
     network((2, 3, 1), 'sigmoid', *xor), rng.uniform(-1, 1, 13).tolist(), {}),
    ('network', {'sizes': [3, 4, 2], 'last': 'linear', 'X': circle[0].tolist(), 'Y': circle[1].tolist()},
     network((3, 4, 2), 'linear', *circle), rng.uniform(-1, 1, 26).tolist(), {'maxiter': 40}),
]

runs = []
for name, data, f, x0, options in RUNS:
    trajectory = []
    result = minimize(f, np.array(x0, dtype=float), jac=True, method='L-BFGS-B', options=options,
                      callback=lambda intermediate_result: trajectory.append(
                          {'value': float(intermediate_result.fun), 'x': intermediate_result.x.tolist()}))
    runs.append({'function': name, **({'data': data} if data else {}), 'start': x0, 'options': options,
                 'iterations': int(result.nit), 'evaluations': int(result.nfev), 'status': int(result.status),
                 'message': result.message, 'value': float(result.fun), 'x': result.x.tolist(),
                 'trajectory': trajectory})

json.dump({'source': f'scipy {scipy.__version__}, numpy {np.__version__}, minimize(method="L-BFGS-B"), float64',
           'runs': runs}, sys.stdout)
print()
