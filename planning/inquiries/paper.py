"""The register of an inquiry on paper: at once up to ``PAPER_REMARKS`` remarks, above by the worker, and never cut.

Who wrote is never on it: only what a field of the layer takes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from export_formats.pdf import LIMITS, LONG_LIMITS, pdf_of
from interface.paper import paper_document
from layers.errors import LayersError, UnknownFeature
from layers.services.jobs import FileJobKind, JobRun, account_visitor
from layers.visitor import Visitor
from planning.inquiries.presenters import RegisterRow, inquiry_line, register_rows, state_words
from planning.inquiries.queries import register_of, register_state, remarks_of
from planning.models import PublicInquiry, RegisterJob
from plui.versions.views.documents import commune_names, comparison_context

PAPER_REMARKS = 1_000
# Rows of one table: the program holds a whole one in memory.
_TABLE_ROWS = 100
# Whole percents once every remark is in words; the rest is the program that makes the PDF.
_READ = 30


class RegisterKind(FileJobKind[RegisterJob]):
    """Registers written by a worker."""

    model = RegisterJob
    task = "planning.prepare_register"
    exhausted_message = gettext_lazy("La préparation s’est interrompue plusieurs fois.")

    def write(self, job: RegisterJob, path: Path, run: JobRun) -> Mapping[str, Any]:
        """Write the whole register, as who asked for it reads it now."""
        visitor = account_visitor(job.owner_id, job.portal)
        inquiry = visible_register(pk=job.pk, visitor=visitor).inquiry
        rows = words_of_register(visitor, inquiry)
        run.report(share=_READ)
        path.write_bytes(register_pdf(visitor, inquiry, rows, site=job.parameters["site"], is_long=True))
        return {"file_name": f"registre-{inquiry.slug}.pdf"}


REGISTER_FILES = RegisterKind()


def words_of_register(visitor: Visitor, inquiry: PublicInquiry) -> list[RegisterRow]:
    """Return the remarks with the changes that they are about, in the order of deposit."""
    comparison = comparison_context(visitor, inquiry.version)
    changes = [*comparison["zone_rows"], *comparison["object_rows"]]
    return register_rows(inquiry, remarks_of(inquiry), changes, commune_names(visitor))


def register_pdf(
    visitor: Visitor, inquiry: PublicInquiry, rows: Sequence[RegisterRow], *, site: str, is_long: bool = False
) -> bytes:
    """Return the register as PDF; ``site`` begins the addresses in it, ``is_long`` gives it the limits of a worker.

    Raises:
        Busy, TooSlow, ExportFailed: as ``pdf_of``.
    """
    context = {
        "inquiry": inquiry,
        "day_line": inquiry_line(inquiry, visitor),
        "tables": [rows[first : first + _TABLE_ROWS] for first in range(0, len(rows), _TABLE_ROWS)],
        "words": state_words(rows),
        "site": site,
        "moment": timezone.localtime(visitor.instant),
        "link": site + reverse("inquiries:inquiry", args=[inquiry.slug]),
    }
    body = render_to_string("planning/inquiries/paper.html", context)
    title = _("Registre des observations : %s") % inquiry.version.title
    document = paper_document(title, body, style_sheet="planning/plots_paper.css")
    return pdf_of(document, limits=LONG_LIMITS if is_long else LIMITS).content


def request_register(*, visitor: Visitor, inquiry: PublicInquiry, site: str) -> RegisterJob:
    """Return the job that prepares a register, in the queue; the same request gives the same one.

    Raises:
        TooManyRequests, Busy, StorageFull, Forbidden: as ``FileJobKind.request``.
    """
    day = timezone.localdate(visitor.instant)
    parts = (inquiry.pk, register_state(inquiry), site, get_language(), day)
    return REGISTER_FILES.request(
        visitor=visitor,
        digest=hashlib.sha256(repr(parts).encode()).hexdigest(),
        columns=lambda: {"inquiry": inquiry, "parameters": {"site": site}, "extension": "pdf"},
    )


def visible_register(*, pk: UUID, visitor: Visitor) -> RegisterJob:
    """Return a prepared register to who asked for it, as long as they read the register.

    Raises:
        UnknownFeature: no such file; somebody else's; or the register is not theirs any more.
    """
    unknown = UnknownFeature(_("Ce fichier n’existe pas, ou n’est plus à vous."), parameter="id")
    job = RegisterJob.objects.select_related("inquiry").filter(pk=pk, portal=visitor.portal).first()
    if job is None or job.owner_id is None or job.owner_id != visitor.user_id:
        raise unknown
    try:
        job.inquiry = register_of(visitor, job.inquiry.slug)
    except LayersError as error:
        raise unknown from error
    return job
