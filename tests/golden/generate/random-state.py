"""Writes tests/golden/random-state.json: what NumPy's RandomState draws.

Usage: pip install numpy && python tests/golden/generate/random-state.py
"""

import json
from pathlib import Path

import numpy as np

LIMITS = [1, 2, 3, 7, 8, 1000, 2**31 - 1, 2**32 - 1, 2**32]


def draws(seed):
    """One generator, every method in turn: each must leave the state as NumPy does."""
    state = np.random.RandomState(seed)
    return {
        "seed": seed,
        "bits": state.randint(0, 2**32, 5, dtype=np.uint32).tolist(),
        "randomSample": state.random_sample(5).tolist(),
        "uniform": state.uniform(-0.25, 3.5, 5).tolist(),
        "standardNormal": state.standard_normal(5).tolist(),
        "normal": state.normal(10, 0.5, 4).tolist(),
        "randint": [state.randint(0, limit, 4).tolist() for limit in LIMITS],
        "randintFrom": state.randint(-5, 6, 10).tolist(),
        "permutation": [state.permutation(n).tolist() for n in (0, 1, 2, 10, 33)],
        "choice": state.choice(7, 12).tolist(),
        "choiceWithout": state.choice(20, 6, replace=False).tolist(),
        "shuffle": (lambda values: (state.shuffle(values), values)[1])(list("abcdefgh")),
        # 624 words later the whole state has been renewed at least twice
        "sumOfMany": int(state.randint(0, 2**32, 2000, dtype=np.uint32).astype(np.uint64).sum()),
        "after": float(state.standard_normal()),
    }


golden = {"numpy": np.__version__, "limits": LIMITS, "draws": [draws(s) for s in (0, 1, 42, 123456789, 2**32 - 1)]}
path = Path(__file__).resolve().parents[3] / "tests/golden/random-state.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
