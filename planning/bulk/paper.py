"""The sheets of a list on paper: the contents with the lines that have no sheet, then one A4 for each parcel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from export_formats.pdf import LIMITS, pdf_of
from interface.paper import font_rules, light_tokens, static_text
from interface.qr_codes import qr_svg
from layers.visitor import Visitor
from planning.bulk.presenters import ParcelSheet
from planning.bulk.queries.parcel_lists import LineFault
from planning.presenters.maps import paper_colours, paper_map

# Two hundred sheets took four minutes on a machine under a load of 16; no page of the site waits for them.
# Two hundred of forty rules, some forty objects each, took more memory than other documents may.
_LIMITS = replace(LIMITS, memory=2 * LIMITS.memory, cpu_seconds=600, wall_seconds=900.0)


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet in the contents."""

    anchor: str
    title: str
    summary: str


def write_paper(
    visitor: Visitor, sheets: Iterable[ParcelSheet], faults: Callable[[], Sequence[LineFault]], path: Path
) -> None:
    """Write the file.

    Raises:
        Busy, TooSlow, ExportFailed: as ``pdf_of``.
    """
    entries: list[SheetEntry] = []
    pages: list[str] = []
    for each in sheets:
        entries.append(_entry(each))
        pages.append(render_to_string("planning/bulk/paper_sheet.html", _context(visitor, each)))
    title = ngettext(
        "Ce qui s’applique à %d parcelle", "Ce qui s’applique à %d parcelles", len(entries)
    ) % len(entries)
    contents = {
        "title": title,
        "entries": entries,
        "faults": faults(),
        "moment": timezone.localtime(visitor.instant),
    }
    front = render_to_string("planning/bulk/paper.html", contents)
    path.write_bytes(pdf_of(_document(title, "".join((front, *pages))), limits=_LIMITS).content)


def _entry(each: ParcelSheet) -> SheetEntry:
    title = each.sheet.location.title
    town = _("%(title)s, %(town)s") % {"title": title, "town": each.town} if each.town else title
    return SheetEntry(f"p-{each.identifier}", town, each.sheet.summary)


def _context(visitor: Visitor, each: ParcelSheet) -> dict[str, Any]:
    location = each.sheet.location
    link = f"{settings.PORTAL_ADDRESS}{reverse('planning:parcel', args=[location.identifier])}"
    return {
        "anchor": f"p-{each.identifier}",
        "sheet": each.sheet,
        "location": location,
        "link": link,
        "qr_code": qr_svg(link, title=_("Code QR qui ouvre cette fiche")),
        "moment": timezone.localtime(visitor.instant),
        "drawing": paper_map(visitor, location),
        "colours": paper_colours(),
    }


def _document(title: str, body: str) -> str:
    """Return a whole page with its style and its letters inside: the program that makes the PDF fetches nothing."""
    style = "\n".join(
        (
            font_rules(),
            light_tokens(),
            static_text("planning/paper.css"),
            static_text("planning/bulk/paper.css"),
        )
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(get_language() or settings.LANGUAGE_CODE)}">\n<head>\n'
        f'<meta charset="utf-8">\n<base href="{escape(settings.PORTAL_ADDRESS)}/">\n<title>{escape(title)}</title>\n'
        f"<style>{style}</style>\n</head>\n"
        f"<body>{body}</body>\n</html>\n"
    )
