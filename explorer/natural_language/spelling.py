"""Small typing errors: a word that nothing knows is read as the nearest one that the vocabulary has.

Two ways to be near: to sound the same in French (« remarcable », « remarquable »), and to differ by one letter, two in
long words, exchanged letters counting for one. The first letter is never wrong, and short words are not corrected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from explorer.natural_language.tokens import WordToken, root
from interface.text import edit_distance

SHORT_STEM = 3
_SHORTEST, _LONG, _APART, _FAR = 5, 8, 3, 2
_SOUNDS = (
    (r"ph", "f"), (r"(?:qu|q|ck|k|c(?=[aourlt]|$))", "k"), (r"(?:sc|ss|ç|c(?=[eiy]))", "s"), (r"ge(?=[ao])|j", "j"),
    (r"g(?=[eiy])", "j"), (r"eau|au|o", "o"), (r"ai|ei|ay|et$|er$|e", "e"), (r"y|ii", "i"), (r"[ae]n|[ae]m", "an"),
    (r"[iy][nm]|ein|ain", "in"), (r"h", ""), (r"z", "s"), (r"([a-z])\1+", r"\1"), (r"[tdsxpe]+$", ""),
)  # fmt: skip
_RULES = [(re.compile(pattern), sound) for pattern, sound in _SOUNDS]


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """Return how a folded word sounds, roughly."""
    for pattern, replacement in _RULES:
        word = pattern.sub(replacement, word)
    return word


class Speller:
    """The words to correct to: tables of stems by word, as many as there are layers. A letter is indexed once."""

    def __init__(self, tables: Sequence[Mapping[str, str]]) -> None:
        self._tables = tables
        self._letters: dict[str, dict[str, str]] = {}
        self._stems: dict[str, frozenset[str]] = {}

    def _of_letter(self, letter: str) -> dict[str, str]:
        """Return the words that begin with a letter, with their stems."""
        if letter not in self._letters:
            result: dict[str, str] = {}
            for table in self._tables:
                result.update((word, stem) for word, stem in table.items() if word[:1] == letter)
            self._stems[letter] = frozenset({*result.values(), *map(root, result.values())})
            self._letters[letter] = result
        return self._letters[letter]

    def __contains__(self, stem: str) -> bool:
        self._of_letter(stem[:1])
        stems = self._stems[stem[:1]]
        return stem in stems or root(stem) in stems

    def misspelt(self, word: str, stem: str) -> str:
        """Return the word of the same root that a long one misspells by a letter: « aménagments »; else nothing."""
        known = self._of_letter(word[:1])
        if stem in self._stems[word[:1]] or word in known:
            return ""
        alike = [each for each, of in known.items() if root(of) == root(stem)]
        ranked = sorted((edit_distance(singular(word), each, 1), each) for each in alike)
        return ranked[0][1] if ranked and ranked[0][0] <= 1 else ""

    def spells_otherwise(self, token: WordToken) -> bool:
        """Whether all known words of its stem go on otherwise: « aire » for « air », no « pavé » for « pavées »."""
        candidates = self._of_letter(token.word[:1])
        alike = [each for each, stem in candidates.items() if stem == token.stem]
        return bool(alike) and not any(token.word.startswith(each) for each in alike)

    def stem(self, word: str) -> str:
        """Return the stem of a word that is known."""
        return self._of_letter(word[:1])[word]

    def nearest(self, word: str) -> str:
        """Return the known word that an unknown one stands for; empty when none is near, or several are as near."""
        word = singular(word)
        if len(word) < _SHORTEST - 1:
            return ""
        stems, letters = self._of_letter(word[:1]), _letters(word)
        close = [
            each
            for each in stems
            if abs(len(each) - len(word)) <= _APART
            and len(each) >= _SHORTEST - 1
            and (_letters(each) ^ letters).bit_count() <= 2 * _APART
        ]
        heard = sound(word)
        alike = [each for each in close if sound(each) == heard]
        if len({stems[each] for each in alike}) == 1:
            return alike[0]
        most = 2 if len(word) >= _LONG else 1
        ranked = sorted((edit_distance(word, each, most), each) for each in close)
        near = [each for apart, each in ranked if apart == ranked[0][0] <= most]
        return near[0] if len({stems[each] for each in near}) == 1 else ""

    def near(self, word: str) -> list[str]:
        """Return the known words that look like an unknown one, the nearest first; none for a short word."""
        word = singular(word)
        if len(word) < _SHORTEST:
            return []
        candidates, letters = self._of_letter(word[:1]), _letters(word)
        close = [
            each
            for each in candidates
            if abs(len(each) - len(word)) <= _FAR and (_letters(each) ^ letters).bit_count() <= _FAR + 1
        ]
        ranked = sorted((edit_distance(word, each, _FAR), each) for each in close)
        most = _FAR if len(word) >= _LONG else 1
        return [each for apart, each in ranked if apart <= most]


@lru_cache(maxsize=50_000)
def _letters(word: str) -> int:
    """Return which letters a word has, a bit each: words that share few cannot be near."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) % 64)
    return bits


def singular(word: str) -> str:
    """Return a folded word without the mark of the plural."""
    return word.rstrip("sx") or word
