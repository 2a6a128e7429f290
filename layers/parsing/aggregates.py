"""The question of an aggregate as a value: rows, group keys, measures, order and bound are read once, here.

A key is a property, alone or in ``function:property`` as in ``year:date_pose`` or ``width5:hauteur``; measures are
those of ``layers.parsing.measures``. The text asked is the name of the column in the answer, and what ``sortby`` names.
"""

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
from layers.parsing.measures import COUNT, AggregateMeasure, parse_measure, split_function
from layers.parsing.numbers import whole_number
from layers.parsing.properties import parse_query_of, property_names
from layers.parsing.query import SELECTING, FeatureQuery, Parameters, SortKey, parse_limit, single_values

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
# Names in an answer that has series: the key that tells them apart, and the number that each row has in one.
SERIES, SERIES_VALUE = "series", "value"


@dataclass(frozen=True, slots=True)
class GroupKey:
    """What rows are grouped by: a property, ``commune``, or a property cut into periods or bins.

    ``period`` is one of ``PERIODS``; ``width`` is that of bins which start at its multiples; ``bins`` is how many bins
    of one width go from the lowest to the highest value of the selection. ``text`` is how it was asked.
    """

    property: str
    text: str
    period: str = ""
    width: Decimal | None = None
    bins: int = 0

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
    """What is asked of a selection as a whole. Properties are not resolved yet: only the visitor's scope has them.

    Without ``sort`` the groups come in the order of their keys. ``limit`` is how many groups are given.

    Rows are the features selected, or their related records when ``relation`` names some, of which ``record_filter``
    keeps those that match (``record_text`` identifies it). ``periods`` keep the rows that are dated in them. ``series``
    are number columns: each makes a row of every row, told apart by the key ``series``, with its number as ``value``.
    ``fills_periods`` adds a group for each period between the first and the last that has no row.
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
    """Read which features are asked and what is asked of them.

    ``fields`` are those that may be asked by their own names, as of ``items``; ``allowed`` are parameters the protocol
    reads itself.

    Raises:
        UnknownParameter: a parameter nobody reads; ``properties``, ``cursor`` and ``crs`` shape features, not groups.
        InvalidParameter: one of ``SHAPING`` is malformed, out of its bounds, or sorts on what is not in the answer; and
            all that ``parse_query_of`` and ``parse_filter`` raise.
    """
    own = (*SHAPING, *allowed)
    named = property_names(fields or {}, allowed=own)
    given = single_values(
        {name: values for name, values in parameters.items() if name not in named}, known=(*SELECTING, *own)
    )
    selecting = {name: values for name, values in parameters.items() if name not in own}
    return parse_query_of(selecting, fields or {}, allowed=own), _shaped(given)


def _shaped(given: Mapping[str, str]) -> AggregateQuery:
    """Return what is asked of the selection, from the values of ``SHAPING``."""
    series = _listed(given["series"], "series", _series, MAX_SERIES) if "series" in given else ()
    keys = _listed(given["group_by"], "group_by", _key, MAX_KEYS) if "group_by" in given else ()
    if series and SERIES not in {key.text for key in keys}:
        keys = (*keys, GroupKey.of(SERIES))
    asked = given.get("measures", f"sum:{SERIES_VALUE}" if series else "count")
    measures = _listed(asked, "measures", parse_measure, MAX_MEASURES)
    names = [str(column) for column in (*keys, *measures)]
    return AggregateQuery(
        keys=keys,
        measures=measures,
        sort=_sort(given["sortby"], names) if "sortby" in given else (),
        limit=parse_limit(given["limit"], most=MAX_GROUPS) if "limit" in given else DEFAULT_GROUPS,
        relation=_relation(given),
        record_filter=_record_filter(given),
        record_text=given.get("relation-filter", ""),
        periods=_listed(given["period"], "period", _period, MAX_PERIODS) if "period" in given else (),
        series=series,
        fills_periods=_fills_periods(given.get("empty", "false")),
    )


def _series(text: str) -> str:
    return text


def _relation(given: Mapping[str, str]) -> str:
    name = given.get("relation", "")
    if "relation" in given and not name:
        raise InvalidParameter(_("relation attend le nom d’une relation de la couche."), parameter="relation")
    return name


def _record_filter(given: Mapping[str, str]) -> Expression | None:
    if "relation-filter" not in given:
        return None
    if "relation" not in given:
        raise InvalidParameter(
            _("%(name)s accompagne %(other)s, qui manque.")
            % {"name": "relation-filter", "other": "relation"},
            parameter="relation-filter",
        )
    return parse_filter(given["relation-filter"], parameter="relation-filter")


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


_Part = TypeVar("_Part")
_WIDTH = re.compile(r"\d{1,12}(?:\.\d{1,9})?", re.ASCII)


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
    if function == "bins" and (bins := whole_number(number, least=1, most=MAX_BINS)) is not None:
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
