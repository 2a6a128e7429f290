"""Tables of set phrases: the longest one that starts at a word of a text is found, whatever its accents and endings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from explorer.question.words import WordToken, tokens

Meaning = TypeVar("Meaning")


class PhraseTable(Generic[Meaning]):
    """Meanings by phrase. Articles count: « à moins de » is not « moins ». A phrase is compared by stems."""

    def __init__(self, meanings: Mapping[str, Meaning]) -> None:
        self._by_start: defaultdict[str, list[tuple[tuple[str, ...], Meaning]]] = defaultdict(list)
        for text, meaning in meanings.items():
            form = tuple(each.stem for each in tokens(text))
            self._by_start[form[0]].append((form, meaning))
        for found in self._by_start.values():
            found.sort(key=lambda each: -len(each[0]))
        self.words = frozenset(
            word for found in self._by_start.values() for form, _ in found for word in form
        )

    def find(self, given: Sequence[WordToken], at: int) -> tuple[Meaning, int] | None:
        """Return what the longest phrase at a token means, and the token after it."""
        if at >= len(given):
            return None
        for form, meaning in self._by_start.get(given[at].stem, ()):
            if len(form) <= len(given) - at and all(
                token.stem == word for token, word in zip(given[at : at + len(form)], form, strict=True)
            ):
                return meaning, at + len(form)
        return None


def spelt(meaning: Meaning, texts: str) -> dict[str, Meaning]:
    """Give one meaning to phrases written one after the other, with a bar between."""
    return {text.strip(): meaning for text in texts.split("|")}


def merged(parts: Iterable[Mapping[str, Meaning]]) -> dict[str, Meaning]:
    """Join tables."""
    return {text: meaning for part in parts for text, meaning in part.items()}
