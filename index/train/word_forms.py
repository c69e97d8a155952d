"""Forms of words, nurses beside nurse: what sentences have too few of, and dictionaries none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import simplemma
from tokenizers.normalizers import Normalizer

__all__ = ["LANGUAGES", "dictionary_forms", "known_words"]

# The main languages whose words have forms, and whose forms simplemma knows. It holds eight
# dictionaries at once: one language is read after the other.
LANGUAGES = ("ar", "de", "el", "en", "es", "fr", "hi", "it", "pt", "ro", "ru", "tr")


def known_words(words: Iterable[str]) -> frozenset[str]:
    """Return those folded words that one of the languages has.

    >>> sorted(known_words(["médecin", "zlogovni"]))
    ['médecin']
    """
    wanted = set(words)
    found: set[str] = set()
    for language in LANGUAGES:
        found.update(word for word in wanted - found if simplemma.is_known(word, lang=language))
    return frozenset(found)


def dictionary_forms(
    words: dict[str, set[str]], normalizer: Normalizer
) -> Iterator[tuple[str, str]]:
    """Yield each word, folded, with its dictionary form where that is another.

    `words` are those of each language.

    >>> from tokenizers.normalizers import Lowercase
    >>> list(dictionary_forms({"fr": {"médecins"}}, Lowercase()))
    [('médecins', 'médecin')]
    """
    for language in LANGUAGES:
        for word in sorted(words.get(language, ())):
            lemmas = {normalizer.normalize_str(lemma) for lemma in _lemmas(word, language)}
            yield from ((word, lemma) for lemma in sorted(lemmas - {word}))


def _lemmas(word: str, language: str) -> Iterator[str]:
    for written in dict.fromkeys((word, word.capitalize())):  # a noun, if the language is German
        if simplemma.is_known(written, lang=language):
            yield simplemma.lemmatize(written, lang=language)
