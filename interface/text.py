"""Texts as people type them: compared without accents nor case, and by how many letters they differ."""

from __future__ import annotations

import unicodedata

# Letters that Unicode does not take apart and that the index of the search (``unaccent``) does.
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "’": "'", "‘": "'"})


def fold(text: str) -> str:
    """Return a text without accents, case nor ligatures: « Cœur » is « coeur »."""
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return letters.casefold().translate(_LETTERS)


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
