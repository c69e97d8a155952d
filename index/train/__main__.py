"""Make the bundled model from the data: python -m index.train DATA [--model FOLDER].

About 27 minutes on two cores: pairs 2, tokenizer 17, alignment 1, training 5, figures 2.
The seed is fixed; sums over several threads may still differ in their last bits.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from index.embed import bundled_folder, load_embedder
from index.train.batches import Sampler
from index.train.card import write_card
from index.train.encoding import encode_texts, word_parts
from index.train.folding import compiled_folding, folder
from index.train.step1_pairs import read_corpus
from index.train.step2_tokenizer import make_tokenizer
from index.train.step3_alignment import align, alignment_pairs, diffuse, partners, settle
from index.train.step4_training import train
from index.train.step5_model import write_model
from index.train.step6_evaluation import table
from index.types import Vectors

PIECES = 133_500  # more take more than 150 MB of memory, most of it the tokenizer's table
DIMENSION = 256
STEPS = 3_300
SEED = 0
# Paragraphs whose words the tokenizer knows.
READ = ("drcd-dev.json", "cmrc2018-trial.json")

log = logging.getLogger("index.train")


def main() -> None:
    """Run the steps in order."""
    parser = argparse.ArgumentParser(prog="python -m index.train", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder with the pairs and question files")
    parser.add_argument("--model", type=Path, default=bundled_folder(), help="what is written")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--pieces", type=int, default=PIECES)
    parser.add_argument("--dimension", type=int, default=DIMENSION)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    tokenizer, vectors = make(options.data, options.pieces, options.dimension, options.steps)
    write_model(options.model, vectors, tokenizer)
    log.info("6 figures")
    lines = []
    for line in table(options.data, load_embedder(str(options.model))):
        log.info(line)
        lines.append(line)
    write_card(options.model, lines, options.steps, options.pieces, options.dimension)


def make(data: Path, pieces: int, dimension: int, steps: int) -> tuple[Tokenizer, Vectors]:
    """Return the tokenizer and the trained rows (pieces, dimension)."""
    log.info("1 pairs")
    normalizer = folder(compiled_folding())
    corpus = read_corpus(data, normalizer)
    log.info("2 tokenizer, from %d texts", len(corpus.texts))
    paragraphs = [normalizer.normalize_str(text) for text in _read(data)]
    tokenizer, subwords = make_tokenizer(corpus, paragraphs, normalizer, pieces)
    encoded = encode_texts(tokenizer, corpus.texts)
    parts = word_parts(tokenizer, subwords)
    count = tokenizer.get_vocab_size()
    log.info("3 alignment of %d pieces", count)
    found = partners(align(encoded, alignment_pairs(corpus, SEED), count), parts)
    vectors = diffuse(found, dimension, SEED)
    log.info("4 training")
    vectors = train(vectors, Sampler(corpus, encoded, parts, SEED), steps, SEED)
    return tokenizer, settle(found, vectors)


def _read(data: Path) -> Iterator[str]:
    for name in READ:
        for article in json.loads((data / name).read_text("utf-8"))["data"]:
            for paragraph in article["paragraphs"]:
                yield paragraph["context"]
                yield from (question["question"] for question in paragraph["qas"])


if __name__ == "__main__":
    np.seterr(all="raise", under="ignore")
    main()
