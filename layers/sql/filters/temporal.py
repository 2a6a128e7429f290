"""Time: the T_ operators on dates, instants and intervals, and the days between two dates.

Each operator compares ends of two periods (OGC 21-065r2, temporal functions, after Allen); an instant is a period whose
ends are equal, an open end is PostgreSQL's infinity. The day is compared as soon as one end is a date without a time.
A property without a value is no open end: where an end of an interval is missing, nothing is known of the relation,
also of those that look at the other end only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db.models import DateField, DateTimeField, DecimalField, ExpressionWrapper, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from layers.parsing.cql2.nodes import IntervalNode, Node, Property
from layers.sql.filters.compiler import TEMPORAL, Compiler, Handler, Kind, Operand, by_day, truth
from layers.sql.functions import And, AtLeast, AtMost, Equal, Guarded, IsNull, Less, More, Not, Or, Predicate
from layers.sql.grouping import days_between


class _Period(NamedTuple):
    """Two ends, which may be open."""

    start: Operand | None
    end: Operand | None


class _Test(NamedTuple):
    """Compare an end of the first period with an end of the second."""

    first: str
    compare: type[Predicate]
    second: str


_ALL: Mapping[str, tuple[_Test, ...]] = {
    "t_after": (_Test("start", More, "end"),),
    "t_before": (_Test("end", Less, "start"),),
    "t_contains": (_Test("start", Less, "start"), _Test("end", More, "end")),
    "t_during": (_Test("start", More, "start"), _Test("end", Less, "end")),
    "t_equals": (_Test("start", Equal, "start"), _Test("end", Equal, "end")),
    "t_finishedby": (_Test("start", Less, "start"), _Test("end", Equal, "end")),
    "t_finishes": (_Test("start", More, "start"), _Test("end", Equal, "end")),
    "t_intersects": (_Test("start", AtMost, "end"), _Test("end", AtLeast, "start")),
    "t_meets": (_Test("end", Equal, "start"),),
    "t_metby": (_Test("start", Equal, "end"),),
    "t_overlappedby": (_Test("start", More, "start"), _Test("start", Less, "end"), _Test("end", More, "end")),
    "t_overlaps": (_Test("start", Less, "start"), _Test("end", More, "start"), _Test("end", Less, "end")),
    "t_startedby": (_Test("start", Equal, "start"), _Test("end", More, "end")),
    "t_starts": (_Test("start", Equal, "start"), _Test("end", Less, "end")),
}
_ANY: Mapping[str, tuple[_Test, ...]] = {
    "t_disjoint": (_Test("start", More, "end"), _Test("end", Less, "start")),
}


def _relation(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    first, second = _aligned([_period(compiler, node) for node in arguments])
    tested = _tested(operator, first, second)
    named = [compiler.operand(end) for node in arguments for end in _named(node)]
    return truth(
        Guarded(And(*(Not(IsNull(end.sql)) for end in named)), tested) if named else tested, operator
    )


def _named(node: Node) -> list[Property]:
    """Return the properties that are ends of an interval."""
    return (
        [end for end in (node.start, node.end) if isinstance(end, Property)]
        if isinstance(node, IntervalNode)
        else []
    )


def _tested(operator: str, first: Mapping[str, Operand], second: Mapping[str, Operand]) -> Predicate:
    tests = _ALL.get(operator) or _ANY[operator]
    conditions = [test.compare(first[test.first].sql, second[test.second].sql) for test in tests]
    return And(*conditions) if operator in _ALL else Or(*conditions)


def _period(compiler: Compiler, node: Node) -> _Period:
    if isinstance(node, IntervalNode):
        return _Period(_end(compiler, node.start), _end(compiler, node.end))
    moment = _end(compiler, node)
    return _Period(moment, moment)


def _end(compiler: Compiler, node: Node | None) -> Operand | None:
    if node is None:
        return None
    operand = compiler.expect(node, *TEMPORAL, Kind.TEXT)
    if operand.text is not None:
        return compiler.dated(operand)
    return compiler.expect(node, *TEMPORAL)


def _aligned(periods: Sequence[_Period]) -> list[dict[str, Operand]]:
    """Bring every end to the day or to the instant, and give open ends their infinity."""
    ends = [end for period in periods for end in period if end is not None]
    is_daily = any(end.kind is Kind.DATE for end in ends)
    return [
        {
            "start": _closed(period.start, "-infinity", is_daily=is_daily),
            "end": _closed(period.end, "infinity", is_daily=is_daily),
        }
        for period in periods
    ]


def _closed(end: Operand | None, infinity: str, *, is_daily: bool) -> Operand:
    if end is not None:
        return by_day(end) if is_daily else end
    field = DateField() if is_daily else DateTimeField()
    return Operand(Cast(Value(infinity), field), Kind.DATE if is_daily else Kind.DATETIME, "..")


def _days(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    """DAYS_BETWEEN(date_debut, date_fin): how many days go from a date to another."""
    names = [node.name for node in arguments if isinstance(node, Property) and node.name in compiler.fields]
    for node in arguments:
        compiler.expect(node, *TEMPORAL)
    if len(names) != len(arguments):
        raise compiler.fault(_("DAYS_BETWEEN compte les jours entre deux propriétés."))
    start, end = (compiler.fields[name] for name in names)
    days = ExpressionWrapper(days_between(start, end), DecimalField())
    return Operand(days, Kind.NUMBER, operator)


HANDLERS: Mapping[str, Handler] = {**dict.fromkeys((*_ALL, *_ANY), _relation), "days_between": _days}
