"""Writes tests/golden/text-vectorization.json: texts as numbers by Keras's TextVectorization, sequences by its pad_sequences.

Usage: pip install keras tensorflow && python tests/golden/generate/text-vectorization.py
"""

import json
from pathlib import Path

import keras
import numpy as np

TEXTS = ["The cat sat on the mat.", "A dog, a cat; and -- THE bird!", "", "bird bird dog's mat?  on\ton"]
NEW = ["the unknown cat sat on a dog", "zzz", "mat mat mat"]
CASES = [
    {}, {"max_tokens": 6}, {"output_mode": "multi_hot"}, {"output_mode": "count"}, {"output_mode": "tf_idf"},
    {"ngrams": 2}, {"ngrams": (2,)}, {"ngrams": (1, 3), "output_mode": "count"}, {"split": "character"},
    {"standardize": "lower"}, {"standardize": None},
    {"standardize": "strip_punctuation", "split": "character", "max_tokens": 9}, {"output_sequence_length": 4},
    {"max_tokens": 5, "output_mode": "tf_idf"}, {"max_tokens": 4, "ngrams": 3, "output_mode": "multi_hot"},
]
SEQUENCES = [[1, 2, 3], [4], [], [5, 6, 7, 8, 9]]
PADDINGS = [
    {}, {"maxlen": 4}, {"maxlen": 2, "truncating": "post"}, {"padding": "post", "value": -1},
    {"maxlen": 7, "padding": "post", "truncating": "post"},
]


def case(options):
    layer = keras.layers.TextVectorization(**options)
    layer.adapt(TEXTS)
    rows = [np.array(layer(texts)).astype(float).tolist() for texts in (TEXTS, NEW)]
    return {"options": options, "vocabulary": [str(token) for token in layer.get_vocabulary()], "training": rows[0], "new": rows[1]}


figures = {
    "keras": keras.__version__, "texts": TEXTS, "newTexts": NEW, "cases": [case(options) for options in CASES], "sequences": SEQUENCES,
    "padded": [{"options": options, "rows": keras.utils.pad_sequences(SEQUENCES, **options).tolist()} for options in PADDINGS],
}
Path("tests/golden/text-vectorization.json").write_text(json.dumps(figures) + "\n")
