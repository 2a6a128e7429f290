"""Files of a panel: its table as CSV or XLSX, its chart as PNG or SVG."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from dashboards.documents.document import Panel
from dashboards.panels.charts.drawing import Picture, draw
from dashboards.panels.charts.theme import width_of
from dashboards.panels.kinds import PanelAnswer, PanelColumn
from dashboards.panels.presenters import source_words, unit_and_source
from export_formats.csv import safe_cell
from interface.wording import unit
from layers.aggregates import significant
from layers.lazy import lazy_module

if TYPE_CHECKING:
    import xlsxwriter
else:
    xlsxwriter = lazy_module("xlsxwriter")

TABLES, PICTURES = ("csv", "xlsx"), ("png", "svg")
FORMS = (*TABLES, *PICTURES)
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "svg": "image/svg+xml",
}
# Excel reads UTF-8 by this mark alone, and French ones cut at semicolons.
_MARK, _DELIMITER = "\ufeff", ";"
_WORKBOOK = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False,
             "remove_timezone": True, "nan_inf_to_errors": True}  # fmt: skip
_WIDEST, _NARROWEST = 60, 10
_DIGITS = 15


@dataclass(frozen=True, slots=True)
class PanelFile:
    """A file of a panel."""

    name: str
    media_type: str
    content: bytes


def forms_of(answer: PanelAnswer) -> tuple[str, ...]:
    """Return the forms that a panel may be taken in: pictures of charts alone, nothing of a panel without data."""
    tables = TABLES if answer.table.columns and answer.table.rows else ()
    return (*tables, *(PICTURES if answer.spec is not None else ()))


def panel_file(panel: Panel, answer: PanelAnswer, form: str) -> PanelFile:
    """Return a panel in one of ``forms_of`` its answer.

    Raises:
        Busy, TooSlow, ExportFailed: the picture cannot be drawn now, or at all.
    """
    name = slugify(panel.title) or panel.id
    return PanelFile(f"{name}.{form}", MEDIA_TYPES[form], _WRITERS[form](panel, answer))


def _csv(_panel: Panel, answer: PanelAnswer) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=_DELIMITER)
    writer.writerow([safe_cell(_head(column), _DELIMITER) for column in answer.table.columns])
    for row in answer.table.rows:
        writer.writerow([_csv_cell(cell) for cell in row])
    return (_MARK + written.getvalue()).encode()


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Oui") if value else _("Non")
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).isoformat() if timezone.is_aware(value) else value.isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return str(_number(value)).replace(".", ",")
    return safe_cell(str(value), _DELIMITER)


def _number(value: float | Decimal) -> float | Decimal:
    """Return a number as spreadsheets show it, without the figures that binary fractions add after the fifteenth."""
    return significant(value, _DIGITS) if isinstance(value, float) else value


def _xlsx(panel: Panel, answer: PanelAnswer) -> bytes:
    written = io.BytesIO()
    with closing(xlsxwriter.Workbook(written, _WORKBOOK)) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        formats: dict[type[dt.date], Any] = {
            dt.datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
            dt.date: book.add_format({"num_format": "dd/mm/yyyy"}),
        }
        sheet = book.add_worksheet(_("Données"))
        for index, column in enumerate(answer.table.columns):
            sheet.write_string(0, index, _head(column), bold)
            cells = [str(row[index]) for row in answer.table.rows]
            longest = max(map(len, [_head(column), *cells]))
            sheet.set_column(index, index, min(max(longest + 2, _NARROWEST), _WIDEST))
        for line, row in enumerate(answer.table.rows, start=1):
            for index, value in enumerate(row):
                _write(sheet, line, index, value, formats)
        notice = book.add_worksheet(_("Notice"))
        for line, words in enumerate((panel.title, panel.subtitle, source_words(answer), *answer.notes)):
            notice.write_string(line, 0, words)
    return written.getvalue()


def _write(sheet: Any, line: int, column: int, value: Any, formats: dict[type[dt.date], Any]) -> None:
    """Write a cell by its type: a text is never a formula."""
    if isinstance(value, bool):
        sheet.write_boolean(line, column, value)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(line, column, _number(value))
    elif isinstance(value, dt.datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        sheet.write_datetime(line, column, local.replace(tzinfo=None), formats[dt.datetime])
    elif isinstance(value, dt.date):
        sheet.write_datetime(line, column, value, formats[dt.date])
    elif value is not None:
        sheet.write_string(line, column, str(value))


def _head(column: PanelColumn) -> str:
    return f"{column.title} ({unit(column.unit)})" if column.unit else column.title


def _picture(form: str) -> Callable[[Panel, PanelAnswer], bytes]:
    def write(panel: Panel, answer: PanelAnswer) -> bytes:
        assert answer.spec is not None
        picture = Picture(
            form,
            max(width_of(panel), 420),
            title=panel.title,
            subtitle=panel.subtitle,
            notes=tuple(answer.notes),
            source=unit_and_source(answer),
        )
        return draw(answer.spec, picture)

    return write


_WRITERS: dict[str, Callable[[Panel, PanelAnswer], bytes]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "png": _picture("png"),
    "svg": _picture("svg"),
}
