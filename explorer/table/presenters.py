"""The rows that answer, as texts for a table: the script that shows them knows no type and no language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from explorer.downloads.presenters import FILE_SYSTEMS
from explorer.layer_panel.queries import DISTANCE
from explorer.map_state.parsing import Pair
from explorer.map_state.queries import LayerQuery
from explorer.table.queries import (
    PAGE_ROWS,
    TableRows,
    is_amount,
    is_distance,
    marks,
    sums,
    title_sort,
)
from explorer.table.statistics import Statistics
from export_formats.columns import heading
from export_formats.registry import HEADINGS, LABELS, Format, page_formats
from interface import wording
from interface.additivity import is_additive
from interface.titles import counted, noun_of
from interface.wording import is_empty
from layers.aggregates import FieldTotals, Totals
from layers.definitions import ID, Field, FieldType
from layers.queries import is_matched_distance


def first_page(rows: TableRows) -> dict[str, Any]:
    """Return the first page with what the whole table needs to be shown: columns, totals, where pages start."""
    matched = rows.selection.timed_count("list")
    return page(rows) | {
        "matched": matched,
        "said": summary(rows, matched),
        "sort": rows.sort,
        "pageRows": PAGE_ROWS,
        "marks": marks(rows.listing) if matched > PAGE_ROWS else [],
        "columns": _columns(rows, sums(rows)),
    }


def page(table_rows: TableRows) -> dict[str, Any]:
    """Return the rows of a page: the id, then a text a column, empty where there is no value.

    ``version`` is a number that changes when the data does: pages of two versions do not follow each other.
    """
    writers = [text_writer(field) for field in table_rows.columns]
    names = [field.name for field in table_rows.columns]
    rows = [
        [row[ID.name], *(write(row[name]) for name, write in zip(names, writers, strict=True))]
        for row in table_rows.rows
    ]
    return {"version": table_rows.selection.version, "rows": rows}


def summary(rows: TableRows, matched: int) -> str:
    """Word how many rows match, where, and how they are sorted."""
    count = counted(noun_of(rows.question.scope), matched)
    parts = [count] if rows.selection.query.bbox is None else [_("%s dans la vue") % count]
    sortable = (*rows.fields, DISTANCE)
    field = next((one for one in sortable if one.name == rows.sort.removeprefix("-")), None)
    if field is not None and matched > 1:
        parts.append(wording.sort_words(str(field.title), is_descending=rows.sort.startswith("-")))
    return ", ".join(parts)


def text_writer(field: Field) -> Callable[[Any], str]:
    """Return the writer of the values of a column, whose title has the unit. A text is written once a page."""
    plain, texts = replace(field, unit=""), dict[Any, str]()

    def write(value: Any) -> str:
        if isinstance(value, list):
            return _words(plain, value)
        if value not in texts:
            texts[value] = _words(plain, value)
        return texts[value]

    return write


def _words(field: Field, value: Any) -> str:
    if is_empty(value):
        return ""
    if field.type is FieldType.TEXT:
        return str(field.label(value))
    if field.name == DISTANCE.name or is_matched_distance(field):
        return wording.number(round(value))
    return str(wording.words(field, {field.name: value}))


def _columns(rows: TableRows, totals: Totals) -> list[dict[str, Any]]:
    """Return the columns; those of objects of other layers do not sort, but for the distance to the first."""
    own = rows.scope.filterable
    return [
        {
            "name": DISTANCE.name if field is rows.distance else field.name,
            "title": column_title(field),
            "isNumber": is_amount(field),
            "isSortable": field.is_sortable and (field is rows.distance or field.name in own),
            "totals": _totals(field, totals.fields[field.name]) if field.name in totals.fields else {},
        }
        for field in rows.columns
    ]


def column_title(field: Field) -> str:
    """Return the title of a column with its unit."""
    return heading(str(field.title), field.unit)


def _totals(field: Field, totals: FieldTotals) -> dict[str, str]:
    """Return the totals of a column in words: no sum where values do not add up, no mean of years."""
    names = ("min", "max") if wording.is_year(field) else ("avg", "min", "max")
    names = ("sum", *names) if is_additive(field) else names
    return {name: _words(replace(field, unit=""), _short(getattr(totals, name))) for name in names}


def _short(value: Any) -> Any:
    return round(value, 2) if isinstance(value, float) else value


@dataclass(frozen=True, slots=True)
class Download:
    """A file of the rows that answer: ``systems`` are the SRIDs it may be in, ``is_full`` that it holds fewer rows."""

    kind: Format
    systems: str
    is_full: bool


def downloads(question: LayerQuery, matched: int) -> list[Download]:
    """Return the files that the rows may be taken in; none for who may not download."""
    scope = question.scope
    if not scope.can_download:
        return []
    return [
        Download(
            kind,
            " ".join(str(crs.srid) for crs in FILE_SYSTEMS if kind.holds(crs)),
            bool(kind.max_rows) and matched > kind.max_rows,
        )
        for kind in page_formats(scope.definition)
    ]


def menus(rows: TableRows) -> dict[str, Any]:
    """Return what the menus of a table offer: its columns, and the files of its rows in each coordinate system."""
    matched = rows.selection.timed_count("list")
    return {
        "table": rows,
        "matched": matched,
        "visible_columns": {field.name for field in rows.columns},
        "properties": ",".join(field.name for field in rows.columns if field.name in rows.scope.filterable),
        "downloads": downloads(rows.question, matched),
        "systems": FILE_SYSTEMS,
        "pairs": export_pairs(rows),
        "form": (HEADINGS, LABELS),
    }


def export_pairs(rows: TableRows) -> list[Pair]:
    """Return the parameters of an export of the rows of a table, in their order.

    A file has the distance to related objects, not that to a place: it is then by title.
    """
    sort, distance = rows.sort, rows.distance
    if is_distance(sort) and distance is not None:
        has_distance = is_matched_distance(distance)
        sort = sort.replace(DISTANCE.name, distance.name) if has_distance else title_sort(rows.scope)
    return [*rows.question.download_pairs, *([("sortby", sort)] if sort else [])]


@dataclass(frozen=True, slots=True)
class ValueBar:
    """A value counted: ``share`` is its percentage of the rows, ``width`` that of the most frequent value.

    ``count`` is None when the layer suppresses it, and the share is then empty.
    """

    label: str
    count: int | None
    share: str
    width: int


def bars(statistics: Statistics) -> list[ValueBar]:
    """Return a bar for each value that was counted."""
    if statistics.facet is None or not statistics.matched:
        return []
    most = max((value.count or 1 for value in statistics.facet.values), default=1)
    return [
        ValueBar(
            value.label,
            value.count,
            _share(value.count, statistics.matched),
            0 if value.count is None else max(1, round(100 * value.count / most)),
        )
        for value in statistics.facet.values
    ]


def _share(count: int | None, matched: int) -> str:
    if count is None:
        return ""
    return f"{wording.number(round(100 * count / matched, 1))}{wording.HARD_SPACE}%"


def figure_rows(statistics: Statistics) -> list[tuple[str, list[str], tuple[int | None, int | None]]]:
    """Return, for each field of amounts, its title, its figures in words, how many rows have a value and have none."""
    rows = []
    for one in statistics.figures:
        field = one.field
        is_year = wording.is_year(field)
        values = [
            one.sum if is_additive(field) else None,
            None if is_year else one.avg,
            one.median,
            one.min,
            one.max,
        ]
        texts = [_words(replace(field, unit=""), _short(value)) for value in values]
        valued = None if one.missing is None else statistics.matched - one.missing
        rows.append((column_title(field), texts, (valued, one.missing)))
    return rows
