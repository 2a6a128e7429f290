"""The figure of a question: its value or its groups, read through the scope of the visitor, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from explorer.filters.expressions import record_title
from explorer.map_state.parsing import MapQuery, Pair
from explorer.map_state.queries import api_parameters
from explorer.natural_language.numbers import UNITS
from explorer.natural_language.parse_result import Figure
from interface import wording
from interface.text import fold
from interface.titles import counted, noun_of
from interface.wording import unit as unit_words
from layers.access import Scope
from layers.aggregates import AggregateResult, aggregate
from layers.parsing.aggregates import parse_aggregate
from layers.parsing.query import AREA, LENGTH
from layers.queries import select
from layers.sql.limits import time_limit

MAX_GROUPS = 12
_TITLES: Mapping[str, str] = {
    "sum": gettext_noop("%s, total"),
    "avg": gettext_noop("%s, moyenne"),
    "median": gettext_noop("%s, médiane"),
    "max": gettext_noop("%s, maximum"),
    "min": gettext_noop("%s, minimum"),
}


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """A group: its label, its key as the data hold it, its figure and the same in words."""

    label: str
    code: str
    value: float | None
    words: str


@dataclass(frozen=True, slots=True)
class FigureAnswer:
    """A figure in words: « Population municipale, total : 46 334 habitants (2023) », or groups.

    ``value`` is in ``unit``; ``year`` is the last one, where the question names none. ``address`` shows the same as a
    table. ``beyond`` counts the groups that are not listed.
    """

    title: str
    value: float | None
    words: str
    unit: str
    year: str
    groups: tuple[FigureGroup, ...]
    beyond: int
    address: str

    @property
    def text(self) -> str:
        """The figure, or the first groups, in one line."""
        if self.groups:
            shown = " · ".join(f"{group.label} {group.words}" for group in self.groups[:3])
            return _("%(title)s : %(text)s") % {"title": self.title, "text": shown}
        return _("%(title)s : %(text)s") % {"title": self.title, "text": self.words}


def read_figure(scope: Scope, figure: Figure, query: MapQuery, scopes: Mapping[str, Scope]) -> FigureAnswer:
    """Read the figure of a question on a layer.

    Raises:
        UnknownProperty, InvalidParameter: the layer has no such figure for the visitor.
        TooSlow: it took longer than an aggregate may.
    """
    query = query.without_point() if query.here_m is None else query
    year = ""
    if figure.latest:
        year = _latest(scope, figure.latest, query, scopes)
        query = query.asking(scope.slug, {figure.latest: (year,)}) if year else query
    parameters = api_parameters(scope, query, scopes)
    if figure.function == "share":
        return _share(scope, query, scopes, parameters)
    shaping = _shaping(figure)
    result = _aggregated(scope, [*parameters, *shaping])
    measure = result.columns[-1]
    unit, factor = _unit(figure.unit, measure.unit)
    groups = tuple(_groups(result, factor, unit)) if figure.group else ()
    value = None if figure.group else _number(result.rows[0][-1] if result.rows else None, factor)
    words = (
        counted(noun_of(scope), int(value or 0))
        if figure.function == "count" and not figure.relation and value is not None
        else ""
    )
    return FigureAnswer(
        title=_title(scope, figure, measure.title),
        value=value,
        words=words or _written(value, unit),
        unit=unit,
        year=year,
        groups=groups,
        beyond=max(result.groups - len(groups), 0) if figure.group else 0,
        address=f"{reverse('ogc:aggregate', args=[scope.slug])}?{urlencode([*parameters, *shaping, ('f', 'html')])}",
    )


def _title(scope: Scope, figure: Figure, measured: str) -> str:
    if figure.relation:
        text = f"{figure.relation}?{figure.record_filter}" if figure.record_filter else figure.relation
        return record_title(scope, text)
    if figure.function == "count":
        return str(scope.layer.title)
    if figure.field in {AREA, LENGTH}:
        return measured
    title = str(scope.filterable[figure.field].title)
    return _(_TITLES[figure.function]) % (title[:1].upper() + title[1:])


def _measure(figure: Figure) -> str:
    if figure.field == AREA:
        return "area"
    if figure.field == LENGTH:
        return "length"
    return "count" if figure.function == "count" else f"{figure.function}:{figure.field}"


def _shaping(figure: Figure) -> list[Pair]:
    """Return the parameters of the API that shape the figure; dates and bins stay in their own order."""
    measure = _measure(figure)
    pairs = [("measures", measure)]
    pairs += [("relation", figure.relation)] if figure.relation else []
    pairs += [("relation-filter", figure.record_filter)] if figure.record_filter else []
    if not figure.group:
        return pairs
    pairs.append(("group_by", figure.group))
    if figure.is_descending is not None or (":" not in figure.group and not figure.is_trend):
        pairs.append(("sortby", measure if figure.is_descending is False else f"-{measure}"))
    return pairs + ([("limit", str(figure.limit))] if figure.limit else [])


def _aggregated(scope: Scope, parameters: Iterable[Pair]) -> AggregateResult:
    requested: dict[str, list[str]] = {}
    for name, value in parameters:
        requested.setdefault(name, []).append(value)
    selecting, aggregated = parse_aggregate(requested)
    with time_limit("aggregate"):
        return aggregate(select(scope, selecting), aggregated)


def _latest(scope: Scope, name: str, query: MapQuery, scopes: Mapping[str, Scope]) -> str:
    result = _aggregated(scope, [*api_parameters(scope, query, scopes), ("measures", f"max:{name}")])
    value = result.rows[0][-1] if result.rows else None
    return "" if value is None else str(int(float(str(value))))


def _share(
    scope: Scope, query: MapQuery, scopes: Mapping[str, Scope], parameters: tuple[Pair, ...]
) -> FigureAnswer:
    """Return what answers as a share of all the rows of the place."""
    whole = api_parameters(
        scope, query.asking(scope.slug, dict.fromkeys(query.own.get(scope.slug, ()), ())), scopes
    )
    part, total = (_aggregated(scope, pairs).matched for pairs in (parameters, whole))
    value = 100 * part / total if part is not None and total else None
    address = reverse("ogc:aggregate", args=[scope.slug])
    words = _("%(share)s : %(part)s sur %(total)s") % {
        "share": _written(value, "%"),
        "part": wording.number(part or 0),
        "total": wording.number(total or 0),
    }
    return FigureAnswer(
        str(scope.layer.title),
        value,
        words,
        "%",
        "",
        (),
        0,
        f"{address}?{urlencode([*parameters, ('f', 'html')])}",
    )


def _groups(result: AggregateResult, factor: float, unit: str) -> Iterable[FigureGroup]:
    key = result.columns[0]
    for row in result.rows:
        code, value = row[0], _number(row[-1], factor)
        label = _("non renseigné") if code is None else str((key.labels or {}).get(str(code), code))
        yield FigureGroup(label, "" if code is None else str(code), value, _written(value, unit))


def _number(value: object, factor: float) -> float | None:
    return None if value is None else float(str(value)) / factor


def _unit(requested: str, own: str) -> tuple[str, float]:
    """Return the unit of the answer and by what the figure is divided: that of the question where it fits."""
    kind, worth = UNITS.get(fold(requested), ("", 1.0))
    own_kind, own_worth = UNITS.get(fold(own), ("", 1.0))
    if not kind or kind != own_kind:
        return own, 1.0
    return requested, worth / own_worth


def _written(value: float | None, unit: str) -> str:
    if value is None:
        return _("aucune valeur")
    digits = 0 if abs(value) >= 1000 or value == int(value) else 2
    return f"{wording.number(round(value, digits))}{wording.HARD_SPACE}{unit_words(unit)}".strip()
