"""A filter in CQL2 as editable rows: one condition on one field each; CQL2 beyond them is left as written.

Rows are written by ``interface.conditions``, as the filters of the map are. A row may also exclude its values.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from dashboards.builder.conjuncts import conjuncts, unwrapped
from interface.conditions import BEFORE, DAYS, EMPTY, RANGE, RANGED, condition, is_coded
from layers.definitions import Field, FieldType
from layers.errors import InvalidParameter
from layers.parsing.cql2 import parse_filter
from layers.parsing.cql2.nodes import Array, Instant, IntervalNode, Literal, Node, Operation, Property
from layers.parsing.relative_periods import is_relative_period

_PERIOD = re.compile(
    r"""T_INTERSECTS\(\s*"?(?P<field>\w+)"?\s*,\s*PERIOD\(\s*'(?P<name>[a-z0-9-]+)'\s*\)\s*\)""",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"""\bTODAY\(\s*(?:'(?P<offset>[^']*)')?\s*\)|\bDATE\(\s*'(?P<days>today[^']*)'\s*\)""", re.IGNORECASE
)
_OFFSET_IN_DAYS = re.compile(r"(?:([+-]\d{1,4})d)?")
_STAND_IN = "0003-"  # the year of the days that stand for others
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """A condition on a field: ``values`` as ``interface.conditions`` writes them; left out when ``is_excluded``."""

    field: Field
    values: tuple[str, ...]
    is_excluded: bool = False

    @property
    def text(self) -> str:
        """The condition in CQL2.

        Raises:
            InvalidParameter: a value that the field cannot have.
        """
        text = condition(self.field, self.values, parameter=self.field.name)
        return f"NOT {text}" if self.is_excluded else text


@dataclass(frozen=True, slots=True)
class FilterRows:
    """A filter in rows: ``rest`` is the CQL2 that rows cannot show."""

    rows: tuple[ConditionRow, ...] = ()
    rest: str = ""

    @property
    def text(self) -> str:
        """The whole filter in CQL2; empty without a condition."""
        return " AND ".join([*(row.text for row in self.rows), *([f"({self.rest})"] if self.rest else [])])


def read_rows(text: str, fields: Mapping[str, Field]) -> FilterRows:
    """Take a filter apart; ``fields`` are those that it may name, by name. One that cannot be read is all rest."""
    if not text.strip():
        return FilterRows()
    rows: list[ConditionRow] = []
    rest: list[str] = []
    for piece in conjuncts(text):
        row = _row(piece, fields)
        if row is None:
            rest.append(piece)
        elif rows and (range_row := _range_of(rows[-1], row)) is not None:
            rows[-1] = range_row
        else:
            rows.append(row)
    return FilterRows(tuple(rows), " AND ".join(f"({part})" if len(rest) > 1 else part for part in rest))


def _row(piece: str, fields: Mapping[str, Field]) -> ConditionRow | None:
    """Return the row of a piece of a filter; None when no row can express it.

    Days counted from today are read as days that no filter has, and put back in the values.
    """
    if period := _PERIOD.fullmatch(unwrapped(piece)):
        field = fields.get(period["field"])
        is_period = field is not None and field.type in DAYS and is_relative_period(period["name"])
        return ConditionRow(field, (period["name"],)) if field is not None and is_period else None
    written: dict[str, str] = {}
    text = _RELATIVE.sub(lambda match: _stand_in(match, written), piece)
    try:
        row = _of_tree(parse_filter(text).tree, fields)
    except InvalidParameter:
        return None
    if row is None:
        return None
    values = tuple(_put_back(value, written) for value in row.values)
    return None if written and any(_STAND_IN in value for value in values) else replace(row, values=values)


def _stand_in(match: re.Match[str], written: dict[str, str]) -> str:
    """Return the literal of a day that stands for one counted from today.

    The days around it stand for those around the other, where it is counted in days.
    """
    offset = (match["offset"] or match["days"] or "").removeprefix("today").replace(" ", "")
    day = dt.date(3, 1, 1) + dt.timedelta(days=3 * len(written))
    written[str(day)] = f"today{offset}"
    if days := _OFFSET_IN_DAYS.fullmatch(offset):
        for step in (-1, 1):
            count = int(days[1] or 0) + step
            written[str(day + dt.timedelta(days=step))] = f"today{count:+d}d" if count else "today"
    return f"DATE('{day}')"


def _put_back(value: str, written: Mapping[str, str]) -> str:
    for day, text in written.items():
        value = value.replace(day, text)
    return value


def _of_tree(tree: Node, fields: Mapping[str, Field]) -> ConditionRow | None:
    if not isinstance(tree, Operation):
        return None
    if tree.operator == "not":
        inner = _of_tree(tree.arguments[0], fields)
        return (
            replace(inner, is_excluded=True)
            if inner and is_coded(inner.field) and not inner.is_excluded
            else None
        )
    if tree.operator == "and":
        return _joined([_of_tree(part, fields) for part in tree.arguments])
    if tree.operator == "or":
        return _alternatives([_of_tree(part, fields) for part in tree.arguments])
    read = _READERS.get(tree.operator)
    return read(tree, fields) if read else None


def _joined(parts: Sequence[ConditionRow | None]) -> ConditionRow | None:
    """Return a range of its two ends, the only pair of conditions in one row."""
    if len(parts) != 2 or parts[0] is None or parts[1] is None:
        return None
    return _range_of(parts[0], parts[1])


def _range_of(first: ConditionRow, last: ConditionRow) -> ConditionRow | None:
    """Return the range that two conditions make of one field: from the first, to the last."""
    if first.field != last.field or first.is_excluded or last.is_excluded:
        return None
    start, end = first.values, last.values
    is_open = len(start) == 1 and len(end) == 1 and start[0].endswith(RANGE) and end[0].startswith(RANGE)
    return replace(first, values=(start[0] + end[0].removeprefix(RANGE),)) if is_open else None


def _alternatives(parts: Sequence[ConditionRow | None]) -> ConditionRow | None:
    """Return the values of alternatives on one field together."""
    rows = [part for part in parts if part is not None]
    if len(rows) != len(parts) or any(part.is_excluded or part.field != rows[0].field for part in rows):
        return None
    values = dict.fromkeys(value for part in rows for value in part.values)
    if EMPTY in values and rows[0].field.type is FieldType.TEXT:
        values.pop("", None)
        values.pop("=", None)
    return replace(rows[0], values=tuple(values))


def _field(node: Node, fields: Mapping[str, Field]) -> Field | None:
    return fields.get(node.name) if isinstance(node, Property) else None


def _value(node: Node, field: Field) -> str | None:
    """Return a literal as ``interface.conditions`` reads it for a field; None for what is no plain value of it."""
    if isinstance(node, Instant) and field.type in DAYS:
        text = str(node.value)
        return text[:10] if len(text) == 10 else None
    if not isinstance(node, Literal):
        return None
    value = node.value
    if isinstance(value, bool):
        return str(value).lower() if field.type is FieldType.BOOLEAN else None
    if isinstance(value, int | Decimal):
        return str(value) if field.type in {FieldType.INTEGER, FieldType.NUMBER} else None
    return value if field.type in {FieldType.TEXT, FieldType.TEXTS} else None


def _equal(tree: Operation, fields: Mapping[str, Field]) -> ConditionRow | None:
    field = _field(tree.arguments[0], fields)
    value = _value(tree.arguments[1], field) if field else None
    if field is None or value is None:
        return None
    is_full_match = field.type is FieldType.TEXT and not is_coded(field)
    return ConditionRow(field, (f"={value}" if is_full_match else value,))


def _unequal(tree: Operation, fields: Mapping[str, Field]) -> ConditionRow | None:
    row = _equal(tree, fields)
    return replace(row, is_excluded=True) if row and is_coded(row.field) else None


def _among(tree: Operation, fields: Mapping[str, Field]) -> ConditionRow | None:
    field, items = _field(tree.arguments[0], fields), tree.arguments[1]
    if (
        field is None
        or not isinstance(items, Array)
        or not (is_coded(field) or field.type is FieldType.TEXTS)
    ):
        return None
    values = [_value(item, field) for item in items.items]
    members = tuple(value for value in values if value is not None)
    return ConditionRow(field, members) if len(members) == len(values) else None


def _missing(tree: Operation, fields: Mapping[str, Field]) -> ConditionRow | None:
    field = _field(tree.arguments[0], fields)
    return ConditionRow(field, (EMPTY,)) if field else None


def _bound(tree: Operation, fields: Mapping[str, Field]) -> ConditionRow | None:
    """Read a comparison; one that leaves its day out ends the day before, or begins the day after."""
    field = _field(tree.arguments[0], fields)
    value = _value(tree.arguments[1], field) if field and field.type in RANGED else None
    if field is None or value is None:
        return None
    operator = _COMPARISONS.get(tree.operator, tree.operator)
    step = {"<": -1, ">": 1}.get(operator, 0)
    if step and field.type in DAYS and (neighbour := _day_after(value, step)):
        return ConditionRow(field, (f"{neighbour}{RANGE}" if step > 0 else f"{RANGE}{neighbour}",))
    written = {">=": f"{value}{RANGE}", "<=": f"{RANGE}{value}", "<": f"{RANGE}{BEFORE}{value}"}.get(operator)
    return ConditionRow(field, (written,)) if written else None


def _day_after(text: str, step: int) -> str:
    """Return the day so many days after another; empty beyond the calendar."""
    try:
        return str(dt.date.fromisoformat(text) + dt.timedelta(days=step))
    except OverflowError:
        return ""


def _between(tree: Operation, fields: Mapping[str, Field]) -> ConditionRow | None:
    """Read a field between two values, both held."""
    field = _field(tree.arguments[0], fields)
    if field is None or field.type not in RANGED:
        return None
    ends = [_value(end, field) for end in tree.arguments[1:]]
    return None if None in ends or len(ends) != 2 else ConditionRow(field, (f"{ends[0]}{RANGE}{ends[1]}",))


def _within_interval(tree: Operation, fields: Mapping[str, Field]) -> ConditionRow | None:
    """Read a date or an instant within an interval of days."""
    field, interval = _field(tree.arguments[0], fields), tree.arguments[1]
    if field is None or field.type not in DAYS or not isinstance(interval, IntervalNode):
        return None
    if interval.start is None and interval.end is None:
        return None
    ends = ["" if end is None else _value(end, field) for end in (interval.start, interval.end)]
    return None if None in ends else ConditionRow(field, (f"{ends[0]}{RANGE}{ends[1]}",))


def _contains(tree: Operation, fields: Mapping[str, Field]) -> ConditionRow | None:
    """Read what ``interface.conditions`` writes for a text that contains another."""
    name, pattern = (_folded(part) for part in tree.arguments[:2])
    field = _field(name, fields) if name else None
    if (
        field is None
        or field.type is not FieldType.TEXT
        or is_coded(field)
        or not isinstance(pattern, Literal)
    ):
        return None
    text = pattern.value
    if not isinstance(text, str) or len(text) < 2 or not (text.startswith("%") and text.endswith("%")):
        return None
    return ConditionRow(field, (_ESCAPED.sub(r"\1", text[1:-1]),))


def _folded(node: Node) -> Node | None:
    """Return what is inside CASEI(ACCENTI(…))."""
    for function in ("casei", "accenti"):
        if not isinstance(node, Operation) or node.operator != function:
            return None
        node = node.arguments[0]
    return node


_COMPARISONS = {"t_before": "<", "t_after": ">"}
_READERS = {
    "=": _equal,
    "<>": _unequal,
    "in": _among,
    "a_overlaps": _among,
    "isnull": _missing,
    ">=": _bound,
    "<=": _bound,
    "<": _bound,
    ">": _bound,
    "t_before": _bound,
    "t_after": _bound,
    "between": _between,
    "t_intersects": _within_interval,
    "like": _contains,
}
