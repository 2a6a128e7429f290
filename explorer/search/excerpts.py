"""Why a feature answers, and what tells it apart from another one of the same name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext

from explorer.search.results import FeatureResult
from interface.text import fold
from interface.titles import row_title
from interface.wording import is_empty, words
from layers.access import Scope
from layers.definitions import Field
from layers.sql.search_index import is_searched

EXCERPT, BEFORE = 90, 40
# A word that was found by its stem is looked for without its last letters, as long as four are left.
_ENDING, _STEM = 3, 4


def reason(scope: Scope, row: Mapping[str, Any], asked: Iterable[str]) -> str:
    """Return the field that holds a word (folded) which the name of a feature does not, as people read it."""
    name = fold(row_title(scope, row))
    missing = [word for word in asked if _place(name, word) < 0]
    for field in scope.fields if missing else ():
        text = str(row.get(field.name) or "") if is_searched(field) else ""
        places = [place for word in missing if (place := _place(fold(text), word)) >= 0]
        if places:
            return _told(field, _excerpt(text, places[0]))
    return ""


def told_apart(scope: Scope, pairs: Sequence[tuple[FeatureResult, Mapping[str, Any]]]) -> list[FeatureResult]:
    """Give a place to the features of a layer that nothing else tells apart: their address, else what differs.

    ``pairs`` are features with their rows.
    """
    alike = Counter(_line(hit) for hit, _row in pairs)
    found = []
    for hit, row in pairs:
        others = [other for one, other in pairs if one.pk != hit.pk and _line(one) == _line(hit)]
        found.append(replace(hit, place=_place_of(scope, row, others)) if alike[_line(hit)] > 1 else hit)
    again = Counter((_line(hit), hit.place) for hit in found)
    return [
        replace(hit, place=gettext("n° %d") % hit.pk) if again[_line(hit), hit.place] > 1 else hit
        for hit in found
    ]


def _line(hit: FeatureResult) -> tuple[str, str, str]:
    return hit.title, hit.commune, hit.why


def _place_of(scope: Scope, row: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> str:
    """Return the address of a row or the first fact that no other one has; its number where all is the same."""
    beside = list(others)
    for field in _distinctive(scope):
        value = row.get(field.name)
        if not is_empty(value) and all(other.get(field.name) != value for other in beside):
            told = str(words(field, row))
            is_address = field.name == scope.definition.address_field
            return str(told) if is_address else _told(field, _excerpt(told, 0))
    return str(gettext("n° %d") % row["id"])


def _distinctive(scope: Scope) -> list[Field]:
    """Return the fields that people tell features apart by, the address first."""
    definition = scope.definition
    first = [definition.address_field, *definition.summary]
    named = [scope.filterable[name] for name in first if name in scope.filterable]
    texts = [field for field in scope.fields if is_searched(field)]
    return [field for field in (*named, *texts, *scope.fields) if field.name != definition.title_field]


def _told(field: Field, text: str) -> str:
    return gettext("%(title)s : %(text)s") % {"title": capfirst(str(field.title)), "text": text}


def _place(text: str, word: str) -> int:
    """Return where a word is in a text, or where it begins by its stem; -1 where it is not."""
    for length in range(len(word), max(len(word) - _ENDING, _STEM) - 1, -1):
        place = text.find(word[:length])
        if place >= 0:
            return place
    return text.find(word)


def _excerpt(text: str, place: int) -> str:
    """Return the part of a text around a place, cut at words."""
    start = text.rfind(" ", 0, max(place - BEFORE, 0)) + 1 if place > BEFORE else 0
    shown = Truncator(text[start:]).chars(EXCERPT)
    return f"… {shown}" if start else shown
