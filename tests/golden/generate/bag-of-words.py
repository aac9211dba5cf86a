"""Writes tests/golden/bag-of-words.json: what scikit-learn's CountVectorizer and TfidfVectorizer make of a few texts.

Usage: pip install scikit-learn && python tests/golden/generate/bag-of-words.py
"""

import json
from pathlib import Path

import sklearn
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

TRAINING = [
    "The film was good, very good: a film to see twice.",
    "A bad film! Bad actors, bad music; nothing to see here.",
    "I liked the music and the actors, but not the end.",
    "",
    "Good music... good end? It's 2024 & it was GOOD_ENOUGH for me",
    "Über den Film: schöne Musik, größte Freude",
    "x y z 1 2 3",
]
NEW = ["a good good film about BAD weather", "unknown wörds only", "Musik, Musik: film"]


def golden(vectorizer):
    training = vectorizer.fit_transform(TRAINING).toarray()
    return {
        "vocabulary": list(vectorizer.get_feature_names_out()),
        "training": training.tolist(),
        "new": vectorizer.transform(NEW).toarray().tolist(),
    }


# Of the words that are left out of "kept", none occurs as often as one that is kept: ties are broken by nothing.
figures = {
    "scikitLearn": sklearn.__version__, "trainingTexts": TRAINING, "newTexts": NEW,
    "bagOfWords": golden(CountVectorizer()), "tfIdf": golden(TfidfVectorizer()),
    "kept": golden(CountVectorizer(max_features=5)),
}
Path("tests/golden/bag-of-words.json").write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n")
