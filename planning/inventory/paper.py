"""Inventories on paper: the sheet of a feature at once, the whole document by the worker, both tagged PDF on A4.

They hold what who asked for them may read when they are written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from export_formats.pdf import LONG_LIMITS, Pdf, pdf_of
from interface.paper import font_rules, light_tokens, static_text
from interface.qr_codes import is_short_enough, qr_svg
from layers.errors import LayersError, UnknownFeature
from layers.services.jobs import FileJobKind, JobRun, account_visitor
from layers.visitor import Visitor
from planning.inventory.presenters import condition_words, contents, indexes, inventory_sheet
from planning.inventory.queries import (
    MAX_SHEETS,
    Inventory,
    check_size,
    inventory_of,
    inventory_rows,
    printed_feature,
    read_layers,
    sheet_count,
)
from planning.models import InventoryJob
from planning.presenters.maps import paper_colours

# Whole percents once every sheet is read; the rest is the program that makes the PDF.
_READ = 60


class InventoryKind(FileJobKind[InventoryJob]):
    """Inventories written by a worker."""

    model = InventoryJob
    task = "planning.prepare_inventory"
    exhausted_message = gettext_lazy("La préparation s’est interrompue plusieurs fois.")

    def write(self, job: InventoryJob, path: Path, run: JobRun) -> Mapping[str, Any]:
        """Write the sheets that who asked for the document may read now."""
        visitor = account_visitor(job.owner_id, job.portal)
        inventory = visible_inventory(pk=job.pk, visitor=visitor)[1]
        pdf = inventory_pdf(visitor, inventory, MAX_SHEETS, report=lambda share: run.report(share=share))
        path.write_bytes(pdf.content)
        return {"file_name": f"{inventory.layer.file_name}.pdf"}


INVENTORY_FILES = InventoryKind()


def inventory_pdf(
    visitor: Visitor, inventory: Inventory, most: int, *, report: Callable[[int], object]
) -> Pdf:
    """Return the sheets of an inventory as one PDF; ``report`` receives the percents that are done.

    Raises:
        InvalidParameter: it has no sheet, or more than one document holds.
        TooSlow, Busy, ExportFailed: as ``pdf_of``.
    """
    rows = inventory_rows(inventory, most)
    check_size(len(rows))
    sheets = []
    for count, row in enumerate(rows, 1):
        printed = printed_feature(visitor, inventory.scope, row.pk)
        sheets.append(inventory_sheet(visitor, inventory.layer, printed, is_whole=False))
        report(_READ * count // len(rows))
    title = str(inventory.layer.title)
    context = {
        "inventory": inventory,
        "title": title,
        "conditions": condition_words(inventory),
        "contents": contents(rows),
        "indexes": indexes(inventory, rows),
        "sheets": sheets,
        "colours": paper_colours(),
        "moment": timezone.localtime(visitor.instant),
    }
    body = render_to_string("planning/inventory/book.html", context)
    return pdf_of(_page(title, body), limits=LONG_LIMITS)


def sheet_pdf(visitor: Visitor, slug: str, pk: int, *, link: str) -> bytes:
    """Return the sheet of a feature as PDF; ``link`` leads to its page.

    Raises:
        UnknownLayer, UnknownFeature: no such inventory or feature for this visitor.
        TooSlow, Busy, ExportFailed: as ``pdf_of``.
    """
    inventory = inventory_of(visitor, slug, {})
    printed = printed_feature(visitor, inventory.scope, pk)
    sheet = inventory_sheet(visitor, inventory.layer, printed, is_whole=True)
    title = _("%(title)s : %(text)s") % {"title": inventory.layer.title, "text": sheet.title}
    context = {
        "inventory": inventory,
        "sheet": sheet,
        "colours": paper_colours(),
        "moment": timezone.localtime(visitor.instant),
        "cautions": printed.applies.cautions,
        "link": link,
        "qr_code": qr_svg(link, title=_("Code QR qui ouvre cette fiche")) if is_short_enough(link) else None,
    }
    return pdf_of(_page(title, render_to_string("planning/inventory/sheet.html", context))).content


def request_inventory(*, visitor: Visitor, inventory: Inventory) -> InventoryJob:
    """Return the job that prepares an inventory, in the queue; the same request gives the same one.

    Raises:
        InvalidParameter: it has no sheet, or too many for one document.
        TooManyRequests, Busy, StorageFull, Forbidden: as ``FileJobKind.request``.
    """
    check_size(sheet_count(inventory))
    scopes = read_layers(visitor, inventory.scope)
    versions = tuple((scope.slug, scope.version) for scope in scopes)
    conditions = tuple(sorted(inventory.conditions.items()))
    rights = _rights_key(visitor, inventory)
    parts = (rights, versions, conditions, get_language(), timezone.localdate(visitor.instant))
    return INVENTORY_FILES.request(
        visitor=visitor,
        digest=_hash(parts),
        columns=lambda: {
            "layer": inventory.layer.layer,
            "parameters": dict(inventory.conditions),
            "extension": "pdf",
            "rights_key": rights,
        },
    )


def visible_inventory(*, pk: UUID, visitor: Visitor) -> tuple[InventoryJob, Inventory]:
    """Return an inventory to who asked for it, as long as their rights on all that it shows are the same.

    Raises:
        UnknownFeature: no such file; somebody else's; or their rights changed since.
    """
    job = InventoryJob.objects.filter(pk=pk, portal=visitor.portal).first()
    unknown = UnknownFeature(_("Ce fichier n’existe pas, ou n’est plus à vous."), parameter="id")
    if job is None or (job.owner_id is not None and job.owner_id != visitor.user_id):
        raise unknown
    reader = visitor if job.owner_id else Visitor(instant=visitor.instant, portal=job.portal)
    try:
        inventory = inventory_of(reader, job.layer, {name: [text] for name, text in job.parameters.items()})
    except LayersError as error:
        raise unknown from error
    if _rights_key(reader, inventory) != job.rights_key:
        raise unknown
    return job, inventory


def _rights_key(visitor: Visitor, inventory: Inventory) -> str:
    return _hash(tuple(scope.key for scope in read_layers(visitor, inventory.scope)))


def _hash(parts: tuple[Any, ...]) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _page(title: str, body: str) -> str:
    """Return a whole page with its style and its letters inside: the program that makes the PDF fetches nothing."""
    style = "\n".join((font_rules(), light_tokens(), static_text("planning/inventory/paper.css")))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(get_language() or settings.LANGUAGE_CODE)}">\n<head>\n'
        f'<meta charset="utf-8">\n<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n{body}</html>\n'
    )
