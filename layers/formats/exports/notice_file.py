"""The notice of a file that has no place for it (CSV, GeoJSON by lines): a text to keep beside."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from layers.formats.exports import dictionary
from layers.formats.exports.columns import ExportColumn, columns_of
from layers.formats.exports.notice import dated_name, notice_of
from layers.formats.exports.registry import FORMATS, crs_of
from layers.queries import Selection

NOTICE_EXTENSION = "notice.txt"
NOTICE_TYPE = "text/plain; charset=utf-8"


def notice_text(selection: Selection, *, page: str, address: str) -> str:
    """Return the notice of the rows of a selection, and what each column is.

    ``page`` is where people read about the layer, ``address`` where the notice is from. Line ends are those that every
    editor of a PC shows.
    """
    notice = notice_of(selection, crs_of(selection, FORMATS["csv"]))
    lines = [
        notice.text(selection.count()),
        _line(_("Page de la couche"), page),
        _line(_("Adresse de la notice"), address),
        "",
        _("Colonnes"),
        *(_column(column) for column in columns_of(selection)),
    ]
    return "\r\n".join("\n".join(lines).splitlines()) + "\r\n"


def notice_name(selection: Selection) -> str:
    """Return the name of the notice: that of the file it is beside, but for its end."""
    return dated_name(selection, NOTICE_EXTENSION)


def _column(column: ExportColumn) -> str:
    name, *told = dictionary.entry(column)
    return f"  {_line(name, _phrase(told))}"


def _phrase(told: Sequence[str]) -> str:
    return _(" ; ").join(text.rstrip(".") for text in told if text)


def _line(title: str, text: str) -> str:
    return _("%(title)s : %(text)s") % {"title": title, "text": text}
