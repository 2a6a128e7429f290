"""Group keys, measures, periods and series of an aggregate: its parameters become an ``AggregateQuery``."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext as _

from layers.definitions import Field
from layers.errors import InvalidParameter
from layers.parsing.cql2 import Expression, parse_filter
from layers.parsing.datetimes import Interval, parse_interval
from layers.parsing.numbers import parse_integer
from layers.parsing.properties import parse_query_of, property_names
from layers.parsing.query import (
    DAYS,
    SELECTING,
    FeatureQuery,
    Parameters,
    SortKey,
    ends_of_days,
    parse_limit,
    single_values,
)

DEFAULT_GROUPS = 1_000
MAX_GROUPS = 10_000
MAX_KEYS = 4
MAX_MEASURES = 20
MAX_BINS = 200
PERIODS = ("year", "quarter", "month", "week", "day")
MAX_SERIES = 40
MAX_PERIODS = 8
# Parameters that say which rows are grouped, beyond those that select features.
ROWS = ("relation", "relation-filter", "period", "series")
SHAPING = (*ROWS, "group_by", "measures", "empty", "sortby", "limit")


MEAN, WEIGHTED = "avg", "*"
ALONE = ("count", "length", "area")
OF_A_PROPERTY = ("sum", "avg", "min", "max", "median", "stddev", "distinct")
# Of groups that share no row, these add up to that of the whole.
ADDITIVE = frozenset({"count", "sum", "length", "area"})
RATIO = "ratio"
# What derived measures are made of; None for any measure of numbers.
DERIVED: dict[str, frozenset[str] | None] = {
    "share": ADDITIVE,
    "cumulated": ADDITIVE,
    "change": None,
    "per_inhabitant": ADDITIVE | {"distinct"},
    "per_km2": ADDITIVE | {"distinct"},
}
_TIMES = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\*(.*)", re.ASCII | re.DOTALL)
_FUNCTION = re.compile(r"([a-z]+?)(\d+(?:\.\d+)?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class AggregateMeasure:
    """A measure of each group: ``function`` is one of ``ALONE``, ``OF_A_PROPERTY``, ``percentile``, or derived.

    ``share`` is the part of the values under a percentile, from 0 to 1. ``weight`` is the number that each value of a
    mean counts as many times as: the mean of shares is then the share of the whole. ``parts`` are the measures that a
    derived one is computed from: two of a ratio, dividend first, one of the others; ``times`` multiplies a ratio.
    ``text`` is its text in the request.
    """

    function: str
    text: str
    property: str = ""
    share: float = 0.0
    parts: tuple[AggregateMeasure, ...] = ()
    times: float = 1.0
    weight: str = ""

    def ends(self) -> tuple[str, str] | None:
        """The two dates whose distance in days is measured, first one first; None for a measure of a property."""
        return ends_of_days(self.property)

    @classmethod
    def of(cls, function: str, name: str = "") -> AggregateMeasure:
        """Return a measure that takes no number."""
        return cls(function, f"{function}:{name}" if name else function, name)

    @classmethod
    def derived(cls, function: str, *parts: AggregateMeasure) -> AggregateMeasure:
        """Return a measure made of others."""
        return cls(function, f"{function}:{'/'.join(map(str, parts))}", parts=parts)

    def __str__(self) -> str:
        return self.text


COUNT = AggregateMeasure.of("count")


def split_function(text: str) -> tuple[str, str, str]:
    """Return the function, its number and the property; all three are empty where the form is another."""
    function, colon, name = text.partition(":")
    match = _FUNCTION.fullmatch(function)
    return (match[1], match[2] or "", name) if match and colon and name else ("", "", "")


def parse_measure(text: str) -> AggregateMeasure:
    """Read one measure.

    Raises:
        InvalidParameter: no such function, or a derived measure of one that it cannot be computed from.
    """
    function, _colon, rest = text.partition(":")
    if function == RATIO:
        return _ratio(text, rest)
    if function not in DERIVED:
        return _plain(text, text)
    part, fitting = _plain(rest, text), DERIVED[function]
    if fitting is not None and part.function not in fitting:
        raise InvalidParameter(
            _("%(function)s se calcule de %(fitting)s ; reçu « %(value)s ».")
            % {"function": function, "fitting": ", ".join(sorted(fitting)), "value": text[:80]},
            parameter="measures",
        )
    return AggregateMeasure(function, text, parts=(part,))


def _ratio(text: str, rest: str) -> AggregateMeasure:
    scaled = _TIMES.fullmatch(rest)
    times, rest = (float(scaled[1]), scaled[2]) if scaled else (1.0, rest)
    dividend, _slash, divisor = rest.partition("/")
    if not divisor or not times:
        raise InvalidParameter(
            _(
                "ratio attend deux mesures autour d’une barre, comme ratio:sum:a/sum:b, précédées d’un facteur si "
                "besoin, comme ratio:100*sum:a/sum:b ; reçu « %s »."
            )
            % text[:80],
            parameter="measures",
        )
    return AggregateMeasure(RATIO, text, parts=(_plain(dividend, text), _plain(divisor, text)), times=times)


def _plain(text: str, full_text: str) -> AggregateMeasure:
    """Read a measure of rows; ``full_text`` is all of what was written."""
    if text in ALONE:
        return AggregateMeasure.of(text)
    function, number, name = split_function(text)
    if function == MEAN and not number and WEIGHTED in name:
        return _weighted(text, name)
    if function in OF_A_PROPERTY and not number:
        return _checked(AggregateMeasure(function, text, name))
    if function == "p" and number and len(number) <= 8 and 0 <= float(number) <= 100:
        return _checked(AggregateMeasure("percentile", text, name, share=float(Decimal(number) / 100)))
    raise InvalidParameter(
        _(
            "measures attend %(alone)s, une propriété précédée de %(functions)s ou d’un centile (p90:), ou une de ces "
            "mesures précédée de %(derived)s ; reçu « %(value)s »."
        )
        % {
            "alone": ", ".join(ALONE),
            "functions": ", ".join(f"{function}:" for function in OF_A_PROPERTY),
            "derived": ", ".join(f"{function}:" for function in (*DERIVED, RATIO)),
            "value": full_text[:80],
        },
        parameter="measures",
    )


def _weighted(text: str, name: str) -> AggregateMeasure:
    """Read the mean of a property, weighted by another."""
    value, _sign, weight = name.partition(WEIGHTED)
    if not value or not weight or WEIGHTED in weight or name.startswith(DAYS):
        raise InvalidParameter(
            _("Une moyenne pondérée attend un champ et son poids, comme avg:taux*places ; reçu « %s ».")
            % text[:80],
            parameter="measures",
        )
    return AggregateMeasure(MEAN, text, value, weight=weight)


def _checked(measure: AggregateMeasure) -> AggregateMeasure:
    if measure.property.startswith(DAYS) and measure.ends() is None:
        raise InvalidParameter(
            _("days attend deux dates autour de deux points, comme median:days:debut..fin ; reçu « %s ».")
            % measure.text[:80],
            parameter="measures",
        )
    return measure


# Names in an answer that has series: the key that tells them apart, and the number that each row has in one.
SERIES, SERIES_VALUE = "series", "value"


_Part = TypeVar("_Part")
_WIDTH = re.compile(r"\d{1,12}(?:\.\d{1,9})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class GroupKey:
    """A key of groups: a property, ``commune``, or a property cut into periods or bins.

    ``period`` is one of ``PERIODS``; ``width`` is that of bins which start at its multiples; ``bins`` is how many
    bins of one width go from the lowest to the highest value of the selection. ``text`` is its text in the request.
    With ``is_each``, a feature of several communes counts in each of them, and not in that of its largest share.
    """

    property: str
    text: str
    period: str = ""
    width: Decimal | None = None
    bins: int = 0
    is_each: bool = False

    @classmethod
    def of(cls, name: str) -> GroupKey:
        """Return the key of a property as it is."""
        return cls(name, name)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class FieldPeriod:
    """A period that the date ``property`` of each row lies in, ends included; rows without a date are in none."""

    property: str
    interval: Interval


@dataclass(frozen=True, slots=True)
class AggregateQuery:
    """A query about a selection as a whole; its names are not resolved yet, which takes the visitor's scope.

    Without ``sort`` the groups come in the order of their keys. ``limit`` is the number of groups to return.

    Rows are the selected features, or the records of their ``relation``, filtered by ``record_filter`` (identified by
    ``record_text``). ``periods`` select the rows dated in them. ``series`` are number columns: each makes a row out
    of every row, with the key ``series`` and its number as ``value``. ``fills_periods`` adds a group for each empty
    period between the first and the last.
    """

    keys: tuple[GroupKey, ...] = ()
    measures: tuple[AggregateMeasure, ...] = (COUNT,)
    sort: tuple[SortKey, ...] = ()
    limit: int = DEFAULT_GROUPS
    relation: str = ""
    record_filter: Expression | None = dataclass_field(default=None, compare=False)
    record_text: str = ""
    periods: tuple[FieldPeriod, ...] = ()
    series: tuple[str, ...] = ()
    fills_periods: bool = False


def parse_aggregate(
    parameters: Parameters, fields: Mapping[str, Field] | None = None, *, allowed: Collection[str] = ()
) -> tuple[FeatureQuery, AggregateQuery]:
    """Parse the selection of features and the aggregate of a request.

    ``fields`` may be filtered by their own names, as in ``items``; ``allowed`` are parameters that the protocol
    parses itself.

    Raises:
        UnknownParameter: a parameter nobody reads; ``properties``, ``cursor`` and ``crs`` shape features, not groups.
        InvalidParameter: one of ``SHAPING`` is malformed, out of its bounds, or sorts on what is not in the answer; and
            all that ``parse_query_of`` and ``parse_filter`` raise.
    """
    own = (*SHAPING, *allowed)
    named = property_names(fields or {}, allowed=own)
    single = single_values(
        {name: values for name, values in parameters.items() if name not in named}, allowed=(*SELECTING, *own)
    )
    selecting = {name: values for name, values in parameters.items() if name not in own}
    return parse_query_of(selecting, fields or {}, allowed=own), _shaped(single)


def _shaped(values: Mapping[str, str]) -> AggregateQuery:
    """Return the aggregate of a selection, from the values of ``SHAPING``."""
    series = _listed(values["series"], "series", _series, MAX_SERIES) if "series" in values else ()
    keys = _listed(values["group_by"], "group_by", _key, MAX_KEYS) if "group_by" in values else ()
    if series and SERIES not in {key.text for key in keys}:
        keys = (*keys, GroupKey.of(SERIES))
    measures_text = values.get("measures", f"sum:{SERIES_VALUE}" if series else "count")
    measures = _listed(measures_text, "measures", parse_measure, MAX_MEASURES)
    names = [str(column) for column in (*keys, *measures)]
    record_filter = _record_filter(values)
    record_text = values.get("relation-filter", "")
    return AggregateQuery(
        keys=keys,
        measures=measures,
        sort=_sort(values["sortby"], names) if "sortby" in values else (),
        limit=parse_limit(values["limit"], most=MAX_GROUPS) if "limit" in values else DEFAULT_GROUPS,
        relation=_relation(values),
        record_filter=record_filter,
        record_text=record_filter.identify(record_text) if record_filter else "",
        periods=_listed(values["period"], "period", _period, MAX_PERIODS) if "period" in values else (),
        series=series,
        fills_periods=_fills_periods(values.get("empty", "false")),
    )


def _series(text: str) -> str:
    return text


def _relation(values: Mapping[str, str]) -> str:
    name = values.get("relation", "")
    if "relation" in values and not name:
        raise InvalidParameter(_("relation attend le nom d’une relation de la couche."), parameter="relation")
    return name


def _record_filter(values: Mapping[str, str]) -> Expression | None:
    if "relation-filter" not in values:
        return None
    if "relation" not in values:
        raise InvalidParameter(
            _("%(name)s accompagne %(other)s, qui manque.")
            % {"name": "relation-filter", "other": "relation"},
            parameter="relation-filter",
        )
    return parse_filter(values["relation-filter"], parameter="relation-filter")


def _period(text: str) -> FieldPeriod:
    name, colon, interval = text.partition(":")
    if not (name and colon):
        raise InvalidParameter(
            _("period attend un champ et une période, comme date_pose:2025-01-01/2025-12-31 ; reçu « %s ».")
            % text[:80],
            parameter="period",
        )
    return FieldPeriod(name, parse_interval(interval, parameter="period"))


def _fills_periods(text: str) -> bool:
    if text not in {"true", "false"}:
        raise InvalidParameter(
            _("%(name)s attend %(expected)s ; reçu « %(value)s ».")
            % {"name": "empty", "expected": "true, false", "value": text[:40]},
            parameter="empty",
        )
    return text == "true"


def _listed(text: str, parameter: str, read: Callable[[str], _Part], most: int) -> tuple[_Part, ...]:
    parts = text.split(",")
    if len(parts) > most:
        raise InvalidParameter(
            _("%(name)s attend %(most)d noms au plus.") % {"name": parameter, "most": most},
            parameter=parameter,
        )
    if "" in parts or len(set(parts)) < len(parts):
        raise InvalidParameter(
            _("%(name)s attend des noms distincts séparés par des virgules ; reçu « %(value)s ».")
            % {"name": parameter, "value": text[:80]},
            parameter=parameter,
        )
    return tuple(read(part) for part in parts)


def _key(text: str) -> GroupKey:
    if ":" not in text:
        return GroupKey.of(text)
    function, number, name = split_function(text)
    if function in PERIODS and not number:
        return GroupKey(name, text, period=function)
    if function == "width" and _WIDTH.fullmatch(number) and Decimal(number) > 0:
        return GroupKey(name, text, width=Decimal(number))
    if function == "bins" and (bins := parse_integer(number, minimum=1, maximum=MAX_BINS)) is not None:
        return GroupKey(name, text, bins=bins)
    raise InvalidParameter(
        _(
            "group_by attend une propriété, seule ou précédée de %(periods)s, width5: (tranches de 5) ou bins10: "
            "(10 tranches, %(most)d au plus) ; reçu « %(value)s »."
        )
        % {
            "periods": ", ".join(f"{period}:" for period in PERIODS),
            "most": MAX_BINS,
            "value": text[:80],
        },
        parameter="group_by",
    )


def _sort(text: str, names: Collection[str]) -> tuple[SortKey, ...]:
    """Read an order over the columns of the answer. A plus sign that was not encoded arrives as a blank."""
    parts = [(part[1:] if part[:1] in {"+", "-", " "} else part, part[:1] == "-") for part in text.split(",")]
    for name, _descending in parts:
        if name not in names:
            raise InvalidParameter(
                _("sortby attend des colonnes de la réponse (%(names)s) ; reçu « %(value)s ».")
                % {"names": ", ".join(names), "value": name[:63]},
                parameter="sortby",
            )
    if len({name for name, _descending in parts}) < len(parts):
        raise InvalidParameter(_("sortby nomme deux fois la même colonne."), parameter="sortby")
    return tuple(SortKey(name, is_descending) for name, is_descending in parts)
