"""Texts as people type them: compared without accents nor case, and by how many letters they differ."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# Letters that Unicode does not take apart and that the index of the search (``unaccent``) does.
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "’": "'", "‘": "'"})
# A short word is another one by a letter; a long one may have two that are wrong.
_SHORT, _LONG = 4, 7
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return a text without accents, case nor ligatures: « Cœur » is « coeur »."""
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return letters.casefold().translate(_LETTERS)


def words_of(text: str) -> list[str]:
    """Return the words of a folded text; letters that stand alone (« d’Avray ») count where there is nothing else."""
    words = _WORD.findall(text)
    return [word for word in words if len(word) > 1]


def edit_distance(one: str, other: str, most: int) -> int:
    """Return how many letters are added, lost, replaced or swapped with their neighbour; ``most`` + 1 when more.

    The optimal string alignment distance: no part of a word is changed twice.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, right in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def closest(word: str, candidates: Iterable[str]) -> str:
    """Return the first candidate that the fewest changes lead to, empty when all are too far; codes never change."""
    if len(word) < _SHORT or not word.isalpha():
        return ""
    most = 1 if len(word) < _LONG else 2
    near = [other for other in candidates if len(other) >= _SHORT - 1 and abs(len(other) - len(word)) <= most]
    measured = (
        (edit_distance(word, other, most), other[0] != word[0], index) for index, other in enumerate(near)
    )
    nearest = min((each for each in measured if each[0] <= most), default=None)
    return near[nearest[2]] if nearest else ""
