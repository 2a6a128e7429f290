"""Small typing errors: a word that nothing knows is read as the nearest one that the vocabulary has.

Two ways to be near: to sound the same in French (« remarcable », « remarquable »), and to differ by one letter, two in
long words, exchanged letters counting for one. The first letter is never wrong, and short words are not corrected.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from explorer.question.words import root

_SHORTEST, _LONG = 5, 8
_SOUNDS = (
    (r"ph", "f"), (r"(?:qu|q|ck|k|c(?=[aourlt]|$))", "k"), (r"(?:sc|ss|ç|c(?=[eiy]))", "s"), (r"ge(?=[ao])|j", "j"),
    (r"g(?=[eiy])", "j"), (r"eau|au|o", "o"), (r"ai|ei|ay|et$|er$|e", "e"), (r"y|ii", "i"), (r"[ae]n|[ae]m", "an"),
    (r"[iy][nm]|ein|ain", "in"), (r"h", ""), (r"z", "s"), (r"([a-z])\1+", r"\1"), (r"[tdsxpe]+$", ""),
)  # fmt: skip
_RULES = [(re.compile(pattern), sound) for pattern, sound in _SOUNDS]


def sound(word: str) -> str:
    """Return how a folded word sounds, roughly."""
    for pattern, replacement in _RULES:
        word = pattern.sub(replacement, word)
    return word


def _shortened(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(1, len(word))}


def distance(first: str, second: str, most: int) -> int:
    """Return how many letters are added, lost, changed or exchanged with their neighbour; ``most`` + 1 when more."""
    if abs(len(first) - len(second)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, left in enumerate(first, 1):
        last, before, row = before, row, [i]
        for j, right in enumerate(second, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == second[j - 2] and first[i - 2] == right:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


class Speller:
    """The words that may be meant, each with its stem. What it needs to correct is made at the first error."""

    def __init__(self, stems: Mapping[str, str]) -> None:
        self._stems = stems
        self._known = frozenset(stems.values())
        self._roots = frozenset(map(root, self._known))
        self._near: dict[str, list[str]] | None = None
        self._alike: dict[str, list[str]] = {}

    def __contains__(self, stem: str) -> bool:
        return stem in self._known or root(stem) in self._roots

    def stem(self, word: str) -> str:
        """Return the stem of a word that is known."""
        return self._stems[word]

    def nearest(self, word: str) -> str:
        """Return the known word that an unknown one stands for; empty when none is near, or several are as near."""
        word = singular(word)
        if len(word) < _SHORTEST - 1:
            return ""
        if self._near is None:
            self._prepare()
        alike = [each for each in self._alike.get(sound(word), []) if each[0] == word[0]]
        if len({self._stems[each] for each in alike}) == 1:
            return alike[0]
        assert self._near is not None
        most = 2 if len(word) >= _LONG else 1
        forms = {word, *_shortened(word)}
        found = {each for form in forms for each in self._near.get(form, []) if each[0] == word[0]}
        ranked = sorted((distance(word, each, most), each) for each in found)
        near = [each for apart, each in ranked if apart == ranked[0][0] <= most]
        return near[0] if len({self._stems[each] for each in near}) == 1 else ""

    def _prepare(self) -> None:
        near: defaultdict[str, list[str]] = defaultdict(list)
        alike: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._stems:
            if len(word) < _SHORTEST - 1 or not word.isalpha():
                continue
            alike[sound(word)].append(word)
            for form in {word, *_shortened(word)}:
                near[form].append(word)
        self._near, self._alike = dict(near), dict(alike)


def singular(word: str) -> str:
    """Return a folded word without the mark of the plural."""
    return word.rstrip("sx") or word
