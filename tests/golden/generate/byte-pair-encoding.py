"""Writes tests/golden/byte-pair-encoding.json: what Hugging Face's tokenizers learns from texts, and how it encodes others.

Usage: pip install tokenizers && python tests/golden/generate/byte-pair-encoding.py
"""

import json
from pathlib import Path

import tokenizers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

TEXTS = [
    "The lowest of the low were lower than the newest and the widest of all; the newer, the wider.",
    "It's what we've seen: they'll go lower, I'd say, and he'd say \"lowest\" 1999 times in 1999 or 2001.",
    "Schöne Müllerin, schöne Mühle: die schönen Mühlen mahlen.   Größe und Maß.\n\n\tEingerückt.\n",
    "日本語の文字、日本語の文。 Ελληνικά και ελληνική γλώσσα. 🙂🙂 emoji 🙂",
    "low lower lowest low lower lowest new newer newest wide wider widest",
]
NEW = [
    "the lowest newest widest", "  two spaces, and  a tail  ", "schöner Müll 日本 🙂 🙃", "he'll've 2000s!!", "", "\n\n x\t\ty\r\n", "low-lower",
]


def case(size, special):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(TEXTS, trainers.BpeTrainer(
        vocab_size=size, min_frequency=2, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False))
    numbers = tokenizer.get_vocab()
    merges = [[numbers[part] for part in pair] for pair in json.loads(tokenizer.to_str())["model"]["merges"]]
    encoded = [tokenizer.encode(text, add_special_tokens=False).ids for text in TEXTS + NEW]
    return {"vocabularySize": size, "specialTokens": special, "merges": merges, "encoded": encoded}


figures = {
    "tokenizers": tokenizers.__version__, "texts": TEXTS, "newTexts": NEW,
    "cases": [case(256, []), case(300, []), case(340, ["<pad>", "<end>"]), case(5000, [])],
}
Path("tests/golden/byte-pair-encoding.json").write_text(json.dumps(figures, ensure_ascii=False) + "\n")
