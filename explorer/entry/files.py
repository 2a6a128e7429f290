"""The file of a layer's entries, to fill or to keep: CSV as a French Excel opens it, or a workbook."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator
from contextlib import closing
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from explorer.entry.queries import last_periods, next_period
from explorer.entry.tables import RECORD_ID, EntryTable, choice_labels, editable_features, label_of
from interface.wording import field_value
from layers.formats.exports.formulas import safe_cell
from layers.parsing.spreadsheet_texts import plain_text
from layers.queries import related_rows

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_DELIMITER = ";"
SPARE_LINES = 500  # lines below those of the file where values are offered too
LARGEST_WHOLE = 1e15  # beyond, a number is written with its power of ten
Rows = Iterator[list[Any]]


def write_file(table: EntryTable, suffix: str, *, is_template: bool, today: dt.date) -> bytes:
    """Return the file: every record of the features that the visitor edits, or one line to fill for each of them."""
    rows = list(_template(table, today) if is_template else _rows(table))
    headings = [column.heading for column in table.columns]
    return _csv(headings, rows) if suffix == "csv" else _workbook(table, headings, rows)


def _rows(table: EntryTable) -> Rows:
    features = {row.pk: row for row in editable_features(table).values()}
    relation = table.relation
    if relation is None:
        yield from (_line(table, row, row) for row in features.values())
        return
    records = related_rows(table.scope, relation, features)
    attname = next(c.attname for c in relation.model._meta.concrete_fields if c.name == relation.link)
    for record in records.order_by(attname, *relation.order_by):
        yield _line(table, features[getattr(record, attname)], record)


def _template(table: EntryTable, today: dt.date) -> Rows:
    relation = table.relation
    features = list(editable_features(table).values())
    last = last_periods(table.scope, relation, [feature.pk for feature in features]) if relation else {}
    for feature in features:
        line = _line(table, feature, feature if relation is None else None)
        if relation is not None and relation.periodic is not None:
            place = [column.name for column in table.columns].index(relation.periodic.field)
            line[place] = next_period(relation, feature, last.get(feature.pk), today)
        yield line


def _line(table: EntryTable, feature: Any, record: Any) -> list[Any]:
    return [_cell(table, column.name, column.field, feature, record) for column in table.columns]


def _cell(table: EntryTable, name: str, field: Any, feature: Any, record: Any) -> Any:
    if name == "" or name.startswith("key-"):
        return field_value(field, feature)
    if record is None:
        return None
    if name == RECORD_ID:
        return record.pk
    value = getattr(record, table.stored[name].attname)
    if value in (None, "") or (
        isinstance(value, bool | int | float | Decimal | dt.date) and not field.choices
    ):
        return value
    return "; ".join(map(str, value)) if isinstance(value, list) else label_of(table, name, value)


def _csv(headings: list[str], rows: Iterable[list[Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=_DELIMITER, lineterminator="\r\n")
    writer.writerow([safe_cell(heading, _DELIMITER) for heading in headings])
    writer.writerows([_text(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _text(value: Any) -> str:
    """Write a value as a French Excel reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float | Decimal):
        amount = float(value)
        written = str(int(amount)) if amount.is_integer() and abs(amount) < LARGEST_WHOLE else str(value)
        return written.replace(".", ",")
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%d/%m/%Y %H:%M")
    if isinstance(value, dt.date):
        return value.strftime("%d/%m/%Y")
    return safe_cell(value, _DELIMITER) if isinstance(value, str) else str(value)


def _workbook(table: EntryTable, headings: list[str], rows: list[list[Any]]) -> bytes:
    content = io.BytesIO()
    with closing(xlsxwriter.Workbook(content, _OPTIONS)) as book:
        sheet = book.add_worksheet()
        bold, day = (
            book.add_format({"bold": True, "bottom": 1}),
            book.add_format({"num_format": "dd/mm/yyyy"}),
        )
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(headings) - 1, 20)
        for place, heading in enumerate(headings):
            sheet.write_string(0, place, heading, bold)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                _put(sheet, number, place, value, day)
        _offer_choices(book, sheet, table, last=len(rows) + SPARE_LINES)
    return content.getvalue()


def _offer_choices(book: Any, sheet: Any, table: EntryTable, *, last: int) -> None:
    """Give each column of a code list its labels to choose from; they are in a sheet of their own, any number of them.

    Nothing else is forbidden there: the import reads codes too.
    """
    listed = [
        (place, column.heading, labels)
        for place, column in enumerate(table.columns)
        if (labels := choice_labels(table, column.name))
    ]
    if not listed:
        return
    values = book.add_worksheet(_("Valeurs"))
    for at, (place, heading, labels) in enumerate(listed):
        values.write_string(0, at, heading)
        values.write_column(1, at, labels)
        letter = xl_col_to_name(at, col_abs=True)
        source = f"='{values.get_name()}'!{letter}$2:{letter}${len(labels) + 1}"
        sheet.data_validation(
            1, place, last, place, {"validate": "list", "source": source, "show_error": False}
        )


def _put(sheet: Any, line: int, place: int, value: Any, day: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        sheet.write_datetime(line, place, dt.datetime.combine(value, dt.time()), day)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(line, place, value)
    else:
        sheet.write_string(line, place, _text_cell(value) if isinstance(value, str) else _text(value))


def _text_cell(text: str) -> str:
    """Return a text as a workbook holds it, which runs none: the text itself, where the import reads it back."""
    return text if plain_text(text) == text else safe_cell(text, _DELIMITER)
