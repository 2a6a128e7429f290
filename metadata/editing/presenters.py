"""What the page of the metadata of a layer shows: the form beside what is missing, and the history in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.wording import day, number
from layers.definitions import Text
from layers.models import Layer, Theme
from layers.vocabulary import Frequency, Licence
from metadata.completeness import Criterion, Facts
from metadata.editing.forms import MetadataForm
from metadata.editing.services import Values
from metadata.models import MetadataChange
from metadata.vocabulary import AccessReason, AccessRights, HvdCategory, InspireTheme, Language, TopicCategory

_HISTORY = 30
_DEGREES = 4
_TITLES: Mapping[str, Text] = {
    "theme": gettext_lazy("Thème"),
    "bounds": gettext_lazy("Emprise"),
    "attachments": gettext_lazy("Pièce jointe"),
}
_CHOICES: Mapping[str, Mapping[str, Text]] = {
    "licence": dict(Licence.choices),
    "frequency": dict(Frequency.choices),
    "language": dict(Language.choices),
    "access_rights": dict(AccessRights.choices),
    "access_reason": dict(AccessReason.choices),
    "hvd_category": dict(HvdCategory.choices),
    "inspire_theme": dict(InspireTheme.choices),
    "topic_category": dict(TopicCategory.choices),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A value of a field before and after, in words; empty is « rien »."""

    name: str
    title: Text
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Step:
    """A change of the history: when, by whom, and its differences."""

    at: dt.datetime
    author: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """What is computed of the data, in words, empty where nothing is: the extent in degrees, and the period."""

    bounds: str
    period: str


def advice_by_field(missing: Iterable[Criterion]) -> dict[str, Criterion]:
    """Return what is missing by the field that mends it."""
    return {criterion.fields[0]: criterion for criterion in missing}


def extent_words(facts: Facts) -> Extent:
    """Return what is computed of the data of a layer, in words."""
    bounds = bounds_words(facts.bounds) if facts.bounds else ""
    if facts.period is None:
        return Extent(bounds, "")
    first, last = (day(moment) for moment in facts.period)
    return Extent(bounds, _("du %(first)s au %(last)s") % {"first": first, "last": last})


def bounds_words(bounds: Iterable[float]) -> str:
    """Return west, south, east and north in words, in degrees."""
    west, south, east, north = (number(value, _DEGREES) for value in bounds)
    words = {"west": west, "south": south, "east": east, "north": north}
    return _("ouest %(west)s, sud %(south)s, est %(east)s, nord %(north)s") % words


def differences(before: Values, after: Values, names: Iterable[str]) -> tuple[Difference, ...]:
    """Return in words what differs between two states of metadata."""
    return tuple(
        Difference(name, _title(name), _words(name, before.get(name)), _words(name, after.get(name)))
        for name in names
    )


def history(layer: Layer) -> list[Step]:
    """Return the last changes of the metadata of a layer, the latest first."""
    rows = MetadataChange.objects.filter(layer=layer).select_related("author")[:_HISTORY]
    return [
        Step(
            row.at,
            str(row.author) if row.author else "",
            differences(
                {name: pair[0] for name, pair in row.changes.items()},
                {name: pair[1] for name, pair in row.changes.items()},
                row.changes,
            ),
        )
        for row in rows
    ]


def _title(name: str) -> Text:
    if name in _TITLES:
        return _TITLES[name]
    declared = MetadataForm.base_fields.get(name)
    return str(declared.label).capitalize() if declared is not None and declared.label else name


def _words(name: str, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if name in _CHOICES:
        return str(_CHOICES[name].get(value, value))
    if name == "theme":
        theme = Theme.objects.filter(slug=value).first()
        return theme.title if theme else str(value)
    if name == "bounds":
        return bounds_words(value)
    if name in {"starts_on", "ends_on"}:
        return day(parse_date(value))
    if isinstance(value, float):
        return number(value)
    return ", ".join(value) if isinstance(value, list) else str(value)
