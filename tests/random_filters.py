"""Random filters over playgrounds, as CQL2 JSON, and what plain Python with SQL's three values says they select."""

from __future__ import annotations

import datetime as dt
import math
import operator
import random
import re
import unicodedata
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from django.contrib.gis.geos import Point
from hypothesis import strategies as st

from amenities.models import Playground
from layers.definitions import ID, fields_of

NAMES = ["Été", "été", "ETE", "Parc de l'Île", "parc_ouest", "100 %", "a\\b", "Œuvre", "sœurs", ""]
DAYS = [dt.date(2020, 1, 1), dt.date(2020, 6, 15), dt.date(2021, 1, 1), dt.date(2024, 2, 29)]
NUMBERS: list[int | float] = [-2, 0, 1, 2, 3, 5, 0.5, 2.5, 10.5]
PATTERNS = ["%", "_te", "Parc%", "%l'%", "%\\_%", "% \\%", "a\\\\b", "\\été", "%É%", ""]
COLUMNS = ["nom", "age_min", "age_max", "surface_m2", "cloture", "point_eau", "date_ouverture"]
FIELDS = {field.name: field for field in (ID, *fields_of(Playground, COLUMNS))}

SPANNED = ["t_after", "t_before", "t_during", "t_intersects", "t_disjoint"]

Node = Any
Row = Mapping[str, Any]


def operation(name: str, *arguments: Node) -> Node:
    return {"op": name, "args": list(arguments)}


def _property(*names: str) -> st.SearchStrategy[Node]:
    return st.sampled_from([{"property": name} for name in names])


def _calculations() -> st.SearchStrategy[Node]:
    """Return numbers; only divisions that are exact in decimals are drawn, or divisions by zero."""
    leaf = _property("age_min", "age_max", "surface_m2") | st.sampled_from(NUMBERS)
    return st.recursive(
        leaf,
        lambda number: st.one_of(
            st.builds(operation, st.sampled_from(["+", "-", "*", "%", "div"]), number, number),
            st.builds(operation, st.just("/"), number, st.sampled_from([0, 2, 4])),
            st.builds(operation, st.just("^"), leaf, st.sampled_from([0, 1, 2, 3])),
        ),
        max_leaves=4,
    )


def texts(values: list[str]) -> st.SearchStrategy[Node]:
    leaf = st.sampled_from(values)
    return leaf | st.builds(operation, st.sampled_from(["casei", "accenti"]), leaf)


def conditions() -> st.SearchStrategy[Node]:
    numbers, days = _calculations(), st.sampled_from([{"date": day.isoformat()} for day in DAYS])
    name = _property("nom")
    text = name | st.builds(operation, st.sampled_from(["casei", "accenti"]), name)
    day = _property("date_ouverture")
    bound = days.map(lambda value: value["date"]) | st.just("..")
    spans = st.tuples(bound, bound).filter(lambda ends: ".." in ends or ends[0] <= ends[1])
    interval = spans.map(lambda ends: {"interval": list(ends)})
    comparisons = st.sampled_from(["=", "<>", "<", ">", "<=", ">="])
    return st.one_of(
        _property("cloture", "point_eau") | st.booleans(),
        st.builds(operation, comparisons, numbers, numbers),
        st.builds(operation, comparisons, day, days),
        st.builds(operation, st.sampled_from(["=", "<>"]), text, texts(NAMES)),
        st.builds(operation, st.just("like"), text, texts(PATTERNS)),
        st.builds(operation, st.just("between"), numbers, numbers, numbers),
        st.builds(operation, st.just("in"), numbers, st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=3)),
        st.builds(operation, st.just("in"), text, st.lists(st.sampled_from(NAMES), min_size=1, max_size=3)),
        st.builds(operation, st.just("isNull"), _property(*COLUMNS)),
        st.builds(operation, st.sampled_from(SPANNED), day, interval),
    )  # fmt: skip


def trees() -> st.SearchStrategy[Node]:
    return st.recursive(
        conditions(),
        lambda tree: st.one_of(
            st.builds(operation, st.just("not"), tree),
            st.builds(operation, st.sampled_from(["and", "or"]), tree, tree),
            st.builds(operation, st.sampled_from(["and", "or"]), tree, tree, tree),
        ),
        max_leaves=6,
    )


def evaluate(node: Node, row: Row) -> Any:
    """Return the value of a node for a row; None is unknown."""
    if not isinstance(node, dict):
        return Fraction(node) if type(node) in {int, float} else node
    if "property" in node:
        value = row[node["property"]]
        return Fraction(value) if type(value) in {int, float} else value
    if "date" in node:
        return dt.date.fromisoformat(node["date"])
    name, arguments = node["op"], node["args"]
    if name in _LAZY:
        return _LAZY[name](arguments, row)
    values = [evaluate(argument, row) for argument in arguments]
    return None if None in values else _STRICT[name](*values)


def _and(arguments: list[Node], row: Row) -> bool | None:
    values = [evaluate(argument, row) for argument in arguments]
    return False if False in values else None if None in values else True


def _or(arguments: list[Node], row: Row) -> bool | None:
    values = [evaluate(argument, row) for argument in arguments]
    return True if True in values else None if None in values else False


def _between(arguments: list[Node], row: Row) -> bool | None:
    value, low, high = arguments
    return _and([operation(">=", value, low), operation("<=", value, high)], row)


def _in(arguments: list[Node], row: Row) -> bool | None:
    value, choices = arguments
    return _or([operation("=", value, choice) for choice in choices], row)


def _temporal(test: Callable[[dt.date, dt.date, dt.date], bool]) -> Callable[[list[Node], Row], bool | None]:
    def compare(arguments: list[Node], row: Row) -> bool | None:
        value = evaluate(arguments[0], row)
        start, end = arguments[1]["interval"]
        first = dt.date.min if start == ".." else dt.date.fromisoformat(start)
        last = dt.date.max if end == ".." else dt.date.fromisoformat(end)
        return None if value is None else test(value, first, last)

    return compare


def _unaccented(text: str) -> str:
    plain = "".join(
        letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter)
    )
    return plain.replace("œ", "oe").replace("Œ", "OE")


def _like(text: str, pattern: str) -> bool:
    parts = re.findall(r"\\.|.", pattern)
    wild = {"%": ".*", "_": "."}
    expression = "".join(wild.get(part) or re.escape(part[-1]) for part in parts)
    return re.fullmatch(expression, text, re.DOTALL) is not None


def _quotient(first: Fraction, second: Fraction) -> Fraction | None:
    return first / second if second else None


def _remainder(first: Fraction, second: Fraction) -> Fraction | None:
    return first - second * math.trunc(first / second) if second else None


def _whole_quotient(first: Fraction, second: Fraction) -> Fraction | None:
    return Fraction(math.trunc(first / second)) if second else None


_LAZY: Mapping[str, Callable[[list[Node], Row], Any]] = {
    "and": _and,
    "or": _or,
    "between": _between,
    "in": _in,
    "isNull": lambda arguments, row: evaluate(arguments[0], row) is None,
    "t_after": _temporal(lambda value, _first, last: value > last),
    "t_before": _temporal(lambda value, first, _last: value < first),
    "t_during": _temporal(lambda value, first, last: first < value < last),
    "t_intersects": _temporal(lambda value, first, last: first <= value <= last),
    "t_disjoint": _temporal(lambda value, first, last: not first <= value <= last),
}
_STRICT: Mapping[str, Callable[..., Any]] = {
    "not": operator.not_,
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _quotient,
    "%": _remainder,
    "div": _whole_quotient,
    "^": lambda base, exponent: base ** int(exponent),
    "like": _like,
    "casei": str.casefold,
    "accenti": _unaccented,
}


def drawn_playgrounds() -> list[Row]:
    """Write three hundred playgrounds drawn from a seed, a value in four missing, and return them."""
    draw = random.Random(20240531)

    def some(*values: Any) -> Any:
        return draw.choice(values) if draw.random() < 0.75 else None

    def ages() -> dict[str, Any]:
        low, high = some(0, 1, 2, 3, 5), some(0, 1, 2, 3, 5, 12)
        return {"age_min": low, "age_max": high if low is None or high is None else max(low, high)}

    Playground.objects.bulk_create(
        Playground(
            nom=draw.choice(NAMES),
            surface_m2=some(0.5, 2, 2.5, 3, 10.5),
            cloture=some(True, False),
            point_eau=some(True, False),
            date_ouverture=some(*DAYS),
            geom=Point(2.2, 48.8),
            **ages(),
        )
        for _row in range(300)
    )
    return list(Playground.objects.order_by("pk").values("id", *COLUMNS))


def folded_text(text: str, folds: list[str]) -> str:
    """Return a text after ``casei`` and ``accenti``, the innermost first."""
    for fold in folds:
        text = text.casefold() if fold == "casei" else _unaccented(text)
    return text
