"""What is asked of many selections at once, in one statement: counts, whether there are rows, values of texts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

# The instant of a branch is that of the end of its count: branches of one statement run one after the other.
_COUNT = "SELECT %s, count(*), clock_timestamp() FROM ({rows}) AS counted"
_BEGUN = "SELECT -1, 0, clock_timestamp()"
_EXISTS = "SELECT %s WHERE EXISTS ({rows})"
_VALUES = "SELECT %s, 0, jsonb_build_array({lists}) FROM ({rows}) AS listed({names})"
_TITLES = """
SELECT %s, 1, jsonb_agg(jsonb_build_array(titled.pk, titled.title)) FROM ({rows}) AS titled(pk, title)
"""


def timed_counts(selections: Sequence[QuerySet[Any]]) -> list[tuple[int, float]]:
    """Return how many rows each selection has, and about how many seconds the count took.

    Raises:
        Busy: see ``layers.sql.costs.examine``.
    """
    results = [(0, 0.0)] * len(selections)
    branches = ((index, _COUNT, rows.order_by().values("pk")) for index, rows in enumerate(selections))
    lines = sorted(_united(branches, first=_BEGUN), key=lambda line: line[2])
    for (_index, _count, before), (index, count, after) in pairwise(lines):
        results[index] = (count, (after - before).total_seconds())
    return results


def nonempty(selections: Sequence[QuerySet[Any]]) -> frozenset[int]:
    """Return the indexes of the selections that have a row: each is read until its first one."""
    branches = ((index, _EXISTS, rows.order_by().values("pk")) for index, rows in enumerate(selections))
    return frozenset(index for (index,) in _united(branches))


@dataclass(frozen=True, slots=True)
class TextColumns:
    """Rows with the sources of columns of text, and that of their title; empty for none."""

    rows: QuerySet[Any]
    sources: tuple[str, ...]
    title: str


@dataclass(frozen=True, slots=True)
class TextValues:
    """The distinct values of each column, without NULL, and the ids and titles of the first rows by id."""

    values: tuple[tuple[str, ...], ...]
    titles: tuple[tuple[int, str | None], ...]


def text_values(columns: Sequence[TextColumns], *, most_titles: int) -> list[TextValues]:
    """Return the values of the columns of several selections, and ``most_titles`` titles of each at most."""
    values: dict[int, tuple[tuple[str, ...], ...]] = {}
    titles: dict[int, tuple[tuple[int, str | None], ...]] = {}
    for index, kind, text in _united(_text_branches(columns, most_titles)):
        document = json.loads(text or "[]")  # Django leaves JSON to its own fields
        if kind:
            titles[index] = tuple((pk, title) for pk, title in document)
        else:
            values[index] = tuple(tuple(listed) for listed in document)
    return [
        TextValues(values.get(index, tuple(() for _source in each.sources)), titles.get(index, ()))
        for index, each in enumerate(columns)
    ]


def _text_branches(
    columns: Sequence[TextColumns], most_titles: int
) -> Iterable[tuple[int, str, QuerySet[Any]]]:
    for index, each in enumerate(columns):
        if each.sources:
            names = [f"c{number}" for number in range(len(each.sources))]
            lists = ", ".join(
                f"coalesce(jsonb_agg(DISTINCT {name}) FILTER (WHERE {name} IS NOT NULL), '[]')"
                for name in names
            )
            template = _VALUES.replace("{lists}", lists).replace("{names}", ", ".join(names))
            yield index, template, each.rows.order_by().values_list(*each.sources)
        if each.title:
            yield index, _TITLES, each.rows.order_by("pk").values_list("pk", each.title)[:most_titles]


def _united(branches: Iterable[tuple[int, str, QuerySet[Any]]], *, first: str = "") -> list[tuple[Any, ...]]:
    """Run the union of templates around the rows of selections; the index of each is its first parameter."""
    statements, parameters = [first] if first else [], list[Any]()
    for index, template, rows in branches:
        try:
            text, values = rows.query.get_compiler(connection.alias).as_sql()
        except EmptyResultSet:  # no row can match
            continue
        statements.append(template.replace("{rows}", text))
        parameters += [index, *values]
    if not parameters:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), parameters)
        lines: list[tuple[Any, ...]] = cursor.fetchall()
    return lines
