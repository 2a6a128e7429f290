"""Words that nobody wrote, brought to those that somebody did: « meudn » is « meudon »."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from interface.text import edit_distance
from layers.sql.search import IndexReading, spellings

# A short word is another one by a letter; a long one may have two that are wrong.
_SHORT, _LONG = 4, 7
_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """Return the words of a folded text; letters that stand alone (« d’Avray ») count where there is nothing else."""
    found = _WORD.findall(text)
    return [word for word in found if len(word) > 1]


def corrected(
    reading: IndexReading, words: Sequence[str], others: Iterable[str]
) -> tuple[list[str], list[str]]:
    """Return the words to look for in place of those that nothing begins, and what people are told of it.

    ``others`` are words (folded) of what is found beside the index. A word that stands inside others is followed by
    them and bars, and nobody is told; one that resembles another is replaced. The second list is empty when none was.
    """
    beside = set(others)
    asked, told = [], []
    for known in spellings(reading, words):
        word = known.word
        if known.is_known or any(other.startswith(word) for other in beside):
            asked.append(word)
            told.append(word)
        elif known.holding:
            asked.append("|".join([word, *known.holding]))
            told.append(word)
        else:
            nearest = closest(word, [*known.resembling, *beside])
            asked.append(nearest or word)
            told.append(nearest or word)
    return asked, told if told != list(words) else []


def closest(word: str, candidates: Iterable[str]) -> str:
    """Return the first candidate that the fewest changes lead to, empty when all are too far; codes never change."""
    if len(word) < _SHORT or not word.isalpha():
        return ""
    most = 1 if len(word) < _LONG else 2
    near = [other for other in candidates if len(other) >= _SHORT - 1 and abs(len(other) - len(word)) <= most]
    measured = (
        (edit_distance(word, other, most), other[0] != word[0], place) for place, other in enumerate(near)
    )
    found = min((each for each in measured if each[0] <= most), default=None)
    return near[found[2]] if found else ""
