"""Communes: those whose name or codes have the words, and the codes that stand for their names in features."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from explorer.search.results import CommuneResult
from explorer.search.spelling import words_of
from interface.text import fold
from interface.titles import title_sort
from layers.access import Scope
from layers.parsing import FeatureQuery
from layers.queries import select
from layers.sql.search import EXACT, PREFIX, TITLE

MAX_COMMUNES = 500


@dataclass(frozen=True, slots=True)
class NamedTown:
    """A commune that the visitor sees, with its folded name and the folded text that it answers to."""

    result: CommuneResult
    name: str
    text: str

    def rank(self, text: str) -> int:
        """Return how well its name answers to a folded text."""
        if self.name == text:
            return EXACT
        return PREFIX if self.name.startswith(text) else TITLE


def towns_of(ground: Scope | None) -> list[NamedTown]:
    """Return the communes the visitor sees, by name."""
    if ground is None:
        return []
    rows = select(ground, FeatureQuery(limit=MAX_COMMUNES, sort=title_sort(ground))).page().rows
    return [_town(row) for row in rows]


def matching_towns(towns: Iterable[NamedTown], text: str, words: Sequence[str]) -> list[NamedTown]:
    """Return the communes that have every word, the best first."""
    asked = [word.partition("|")[0] for word in words] or [text]
    found = [town for town in towns if all(word in town.text for word in asked)]
    return sorted(found, key=lambda town: town.rank(text))


def with_codes(towns: Iterable[NamedTown], words: Sequence[str]) -> list[str]:
    """Let the code of a commune stand for the words of its name: features hold the one, and people type the other."""
    held = set(words)
    found = {word: [word] for word in words}
    for town in towns:
        named = words_of(town.name)
        if named and held.issuperset(named):
            for word in named:
                found[word].append(town.result.code)
    return ["|".join(dict.fromkeys(found[word])) for word in words]


def _town(row: Mapping[str, Any]) -> NamedTown:
    name, code = str(row.get("nom", "")), str(row.get("code", ""))
    answers = [name, code, *(row.get("codes_postaux") or ())]
    return NamedTown(CommuneResult(code, name), fold(name), fold(" ".join(map(str, answers))))
