"""The question of an aggregate as a value: group keys, measures, order and bound are read once, here.

Every key and measure reads ``function:property``, as in ``year:date_pose``, ``width5:hauteur``, ``sum:surface`` or
``p90:hauteur``; a key may also be a property alone, and ``count``, ``length`` and ``area`` need none. The text asked is
the name of the column in the answer, and what ``sortby`` names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext as _

from layers.definitions import Field
from layers.errors import InvalidParameter
from layers.parsing.properties import parse_query_of, property_names
from layers.parsing.query import SELECTING, FeatureQuery, Parameters, SortKey, single_values

DEFAULT_GROUPS = 1_000
MAX_GROUPS = 10_000
MAX_KEYS = 4
MAX_MEASURES = 20
MAX_BINS = 200
PERIODS = ("year", "quarter", "month", "week", "day")
ALONE = ("count", "length", "area")
OF_A_PROPERTY = ("sum", "avg", "min", "max", "median", "distinct")
SHAPING = ("group_by", "measures", "sortby", "limit")


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
class Measure:
    """What is computed of each group: ``function`` is one of ``ALONE``, ``OF_A_PROPERTY`` or ``percentile``.

    ``share`` is the part of the values under a percentile, from 0 to 1. ``text`` is how it was asked.
    """

    function: str
    text: str
    property: str = ""
    share: float = 0.0

    @classmethod
    def of(cls, function: str, name: str = "") -> Measure:
        """Return a measure that takes no number."""
        return cls(function, f"{function}:{name}" if name else function, name)

    def __str__(self) -> str:
        return self.text


COUNT = Measure.of("count")


@dataclass(frozen=True, slots=True)
class AggregateQuery:
    """What is asked of a selection as a whole. Properties are not resolved yet: only the visitor's scope has them.

    Without ``sort`` the groups come in the order of their keys. ``limit`` is how many groups are given.
    """

    keys: tuple[GroupKey, ...] = ()
    measures: tuple[Measure, ...] = (COUNT,)
    sort: tuple[SortKey, ...] = ()
    limit: int = DEFAULT_GROUPS


def parse_aggregate(
    parameters: Parameters, fields: Mapping[str, Field] | None = None, *, allowed: Collection[str] = ()
) -> tuple[FeatureQuery, AggregateQuery]:
    """Read which features are asked and what is asked of them.

    ``fields`` are those that may be asked by their own names, as of ``items``; ``allowed`` are parameters the protocol
    reads itself.

    Raises:
        UnknownParameter: a parameter nobody reads; ``properties``, ``cursor`` and ``crs`` shape features, not groups.
        InvalidParameter: ``group_by``, ``measures``, ``sortby`` or ``limit`` is malformed, out of its bounds, or sorts
            on what is not in the answer; and all that ``parse_query_of`` raises.
    """
    own = (*SHAPING, *allowed)
    named = property_names(fields or {}, allowed=own)
    given = single_values(
        {name: values for name, values in parameters.items() if name not in named}, known=(*SELECTING, *own)
    )
    keys = _listed(given["group_by"], "group_by", _key, MAX_KEYS) if "group_by" in given else ()
    measures = _listed(given.get("measures", "count"), "measures", _measure, MAX_MEASURES)
    names = [str(column) for column in (*keys, *measures)]
    query = AggregateQuery(
        keys=keys,
        measures=measures,
        sort=_sort(given["sortby"], names) if "sortby" in given else (),
        limit=_limit(given["limit"]) if "limit" in given else DEFAULT_GROUPS,
    )
    selecting = {name: values for name, values in parameters.items() if name not in own}
    return parse_query_of(selecting, fields or {}, allowed=own), query


_Part = TypeVar("_Part", GroupKey, Measure)
_FUNCTION = re.compile(r"([a-z]+?)(\d+(?:\.\d+)?)?", re.ASCII)
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


def _split(text: str) -> tuple[str, str, str]:
    """Return the function, its number and the property; all three are empty where the form is another."""
    function, colon, name = text.partition(":")
    found = _FUNCTION.fullmatch(function)
    return (found[1], found[2] or "", name) if found and colon and name else ("", "", "")


def _key(text: str) -> GroupKey:
    if ":" not in text:
        return GroupKey.of(text)
    function, number, name = _split(text)
    if function in PERIODS and not number:
        return GroupKey(name, text, period=function)
    if function == "width" and _WIDTH.fullmatch(number) and Decimal(number) > 0:
        return GroupKey(name, text, width=Decimal(number))
    if function == "bins" and number.isdecimal() and 1 <= int(number[:9]) <= MAX_BINS:
        return GroupKey(name, text, bins=int(number))
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


def _measure(text: str) -> Measure:
    if text in ALONE:
        return Measure.of(text)
    function, number, name = _split(text)
    if function in OF_A_PROPERTY and not number:
        return Measure(function, text, name)
    if function == "p" and number and len(number) <= 8 and 0 <= float(number) <= 100:
        return Measure("percentile", text, name, share=float(Decimal(number) / 100))
    raise InvalidParameter(
        _(
            "measures attend %(alone)s, ou une propriété précédée de %(functions)s ou d’un centile (p90:) ; "
            "reçu « %(value)s »."
        )
        % {
            "alone": ", ".join(ALONE),
            "functions": ", ".join(f"{function}:" for function in OF_A_PROPERTY),
            "value": text[:80],
        },
        parameter="measures",
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


def _limit(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not 1 <= int(text) <= MAX_GROUPS:
        raise InvalidParameter(
            _("limit attend un nombre entier de 1 à %(max)d ; reçu « %(value)s ».")
            % {"max": MAX_GROUPS, "value": text[:40]},
            parameter="limit",
        )
    return int(text)
