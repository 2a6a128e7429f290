"""The sheet of the coordination meeting: the works of a year on one A3, written by the worker.

It holds what who asked for it may read when it is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from export_formats.pdf import pdf_of
from interface.paper import font_rules, light_tokens, static_text
from layers.access import Scope
from layers.errors import LayersError, UnknownFeature
from layers.services.jobs import FileJobKind, JobRun, account_visitor
from layers.visitor import Visitor
from roadworks.models import CalendarJob
from roadworks.presenters.timelines import BY_COMMUNE, BY_COMPANY, year_calendar
from roadworks.queries import MAX_OF_YEAR, sites_of_year, works_scope

GROUPING_TITLES = ((BY_COMMUNE, gettext_lazy("Par commune")), (BY_COMPANY, gettext_lazy("Par entreprise")))
# Whole percents once the sites are read, and once the sheet is laid out; the rest is the program that makes the PDF.
_READ, _LAID_OUT = 25, 40


class CalendarKind(FileJobKind[CalendarJob]):
    """Sheets of the year written by a worker."""

    model = CalendarJob
    task = "roadworks.prepare_calendar"
    exhausted_message = gettext_lazy("La préparation s’est interrompue plusieurs fois.")

    def write(self, job: CalendarJob, path: Path, run: JobRun) -> Mapping[str, Any]:
        """Write the works of the year that who asked for the sheet may read now."""
        visitor = account_visitor(job.owner_id, job.portal)
        scope = visible_calendar(pk=job.pk, visitor=visitor)[1]
        context = calendar_context(scope, year=job.year, grouping=job.grouping)
        run.report(share=_READ)
        title = _("Calendrier des travaux %s") % context["year"]
        page = _page(title, render_to_string("roadworks/calendar_paper.html", context))
        run.report(share=_LAID_OUT)
        path.write_bytes(pdf_of(page).content)
        return {"file_name": f"travaux-{job.year}-{job.grouping}.pdf"}


CALENDARS = CalendarKind()


def calendar_context(scope: Scope, *, year: int, grouping: str) -> dict[str, Any]:
    """Return what the calendar of a year has, on screen and on paper."""
    today = timezone.localdate(scope.visitor.instant)
    records = sites_of_year(scope, year)
    return {
        "scope": scope,
        "year": str(year),  # a number would be grouped by thousands
        "years": (str(year - 1), str(year + 1)),
        "grouping": grouping,
        "groupings": GROUPING_TITLES,
        "timeline": year_calendar(records, year=year, grouping=grouping, today=today),
        "count": len(records),
        "is_cut": len(records) >= MAX_OF_YEAR,
        "most": MAX_OF_YEAR,
        "today": today,
    }


def request_calendar(*, visitor: Visitor, year: int, grouping: str) -> CalendarJob:
    """Return the job that prepares the sheet of a year, in the queue; the same request gives the same one.

    Raises:
        UnknownLayer: the layer is hidden from the visitor.
        TooManyRequests, Busy, StorageFull, Forbidden: as ``FileJobKind.request``.
    """
    scope = works_scope(visitor)
    parts = (scope.key, scope.version, year, grouping, get_language(), timezone.localdate(visitor.instant))
    return CALENDARS.request(
        visitor=visitor,
        digest=_hash(parts),
        columns=lambda: {
            "year": year,
            "grouping": grouping,
            "extension": "pdf",
            "rights_key": _hash((scope.key,)),
        },
    )


def visible_calendar(*, pk: UUID, visitor: Visitor) -> tuple[CalendarJob, Scope]:
    """Return a sheet to who asked for it, as long as their rights are the same, with what they may read.

    Raises:
        UnknownFeature: no such sheet; somebody else's; or their rights changed since.
    """
    job = CalendarJob.objects.filter(pk=pk, portal=visitor.portal).first()
    unknown = UnknownFeature(_("Ce fichier n’existe pas, ou n’est plus à vous."), parameter="id")
    if job is None or (job.owner_id is not None and job.owner_id != visitor.user_id):
        raise unknown
    try:
        scope = works_scope(visitor if job.owner_id else Visitor(instant=visitor.instant, portal=job.portal))
    except LayersError as error:
        raise unknown from error
    if _hash((scope.key,)) != job.rights_key:
        raise unknown
    return job, scope


def _hash(parts: tuple[Any, ...]) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _page(title: str, body: str) -> str:
    """Return a whole page with its style and its letters inside: the program that makes the PDF fetches nothing."""
    style = "\n".join((font_rules(), light_tokens(), static_text("roadworks/calendar-paper.css")))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(get_language() or settings.LANGUAGE_CODE)}">\n<head>\n'
        f'<meta charset="utf-8">\n<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n{body}</html>\n'
    )
