"""What the pages of publication need: what changes, what stands in the way, who will see, the list of versions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.documents.document import Document, Include, Section
from dashboards.documents.includes import stored_document
from dashboards.errors import DocumentFault, InvalidDocument
from dashboards.models import Dashboard, DashboardVersion
from dashboards.publication.audience import (
    MAX_LISTED,
    DashboardPublicationForm,
    listed_versions,
    readers_words,
    unchecked_readers,
    unseen_panels,
    visible_including,
)
from dashboards.publication.changes import VersionComparison, comparison
from dashboards.reading.grid import sketch
from dashboards.services.checks import document_faults
from dashboards.services.versions import DashboardVersionSubject, version_of
from interface.forms import form_errors
from layers.visitor import Visitor
from publication.services import may_publish, open_submission

_PANEL_PATH = re.compile(r"sections\[(\d+)\](?:\.panels\[(\d+)\])?")


@dataclass(frozen=True, slots=True)
class PlacedFault:
    """A fault that prevents publishing: in which panel, and where to fix it."""

    text: str
    location: str
    address: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the list."""

    number: int
    author: str
    date: dt.datetime
    note: str
    is_published: bool
    is_draft: bool
    published_at: dt.datetime | None


def publish_context(
    dashboard: Dashboard, visitor: Visitor, form: DashboardPublicationForm, *, refusal: str = ""
) -> dict[str, Any]:
    """Return the context of the page of publication; ``refusal`` says why the draft was not published just now."""
    context: dict[str, Any] = {
        "dashboard": dashboard,
        "form": form,
        "refusal": refusal,
        "readers": readers_words(dashboard),
        "form_faults": form_errors(form),
    }
    if dashboard.draft is None:
        return context
    draft = stored_document(dashboard, dashboard.draft)
    subject = DashboardVersionSubject(dashboard.draft, dashboard)
    return context | {
        "is_submission": not may_publish(subject, visitor),
        "submission": open_submission(subject),
        **changes_context(dashboard),
        "faults": placed_faults(dashboard, draft, document_faults(draft, visitor, portal=dashboard.portal)),
        "unchecked": unchecked_readers(dashboard),
        "unseen": unseen_panels(dashboard, draft, visitor),
        "included": visible_including(dashboard, visitor),
    }


def changes_context(dashboard: Dashboard, *, is_brief: bool = False) -> dict[str, Any]:
    """Return what publishing the draft would change: a comparison, or a drawing of what is published first.

    ``is_brief`` draws the sections alone where something changes.
    """
    context: dict[str, Any] = {"dashboard": dashboard}
    if dashboard.draft is None:
        return context
    draft = stored_document(dashboard, dashboard.draft)
    if dashboard.published is not None:
        old = stored_document(dashboard, dashboard.published)
        return context | {"comparison": comparison(old, draft, is_brief=is_brief)}
    panels = sum(len(part.panels) for part in draft.sections if isinstance(part, Section))
    return context | {"sketch": sketch(draft.sections), "panels": panels}


def placed_faults(
    dashboard: Dashboard, document: Document, faults: Sequence[DocumentFault]
) -> list[PlacedFault]:
    """Return faults with the panel or the section that each is in, and the address where it is mended."""
    root = reverse("dashboards:edit", args=[dashboard.slug])
    return [PlacedFault(fault.text, *_location(document, fault.key, root)) for fault in faults]


def _location(document: Document, key: str, root: str) -> tuple[str, str]:
    match = _PANEL_PATH.match(key)
    if match is None or int(match[1]) >= len(document.sections):
        return "", root
    part = document.sections[int(match[1])]
    if isinstance(part, Include):
        return _("Sections de « %s »") % part.dashboard, root
    if match[2] is None or int(match[2]) >= len(part.panels):
        return _("Section « %s »") % (part.title or part.id), f"{root}#section-{part.id}"
    panel = part.panels[int(match[2])]
    return _("Panneau « %s »") % (panel.title or panel.id), f"{root}#panneau-{panel.id}"


def version_lines(dashboard: Dashboard) -> list[VersionLine]:
    """Return the versions of a dashboard for its list, the last first."""
    return [_line(dashboard, version) for version in listed_versions(dashboard)]


def _line(dashboard: Dashboard, version: DashboardVersion) -> VersionLine:
    author = version.author
    return VersionLine(
        number=version.number,
        author=author.get_full_name() or author.get_username() if author else "–",
        date=version.updated_at,
        note=version.note,
        is_published=version.pk == dashboard.published_id,
        is_draft=version.pk == dashboard.draft_id,
        published_at=version.published_at,
    )


def versions_context(dashboard: Dashboard, numbers: tuple[int, int] | None) -> dict[str, Any]:
    """Return what the list of versions needs; ``numbers`` are the two that are compared."""
    lines = version_lines(dashboard)
    old, new = numbers or _default_pair(dashboard)
    compared: VersionComparison | None = None
    if numbers is not None:
        compared = comparison(
            stored_document(dashboard, version_of(dashboard, old)),
            stored_document(dashboard, version_of(dashboard, new)),
        )
    return {
        "dashboard": dashboard,
        "lines": lines,
        "count": dashboard.versions.count() if len(lines) == MAX_LISTED else len(lines),
        "comparison": compared,
        "old": old,
        "new": new,
    }


def _default_pair(dashboard: Dashboard) -> tuple[int, int]:
    """Return the two versions that one compares most: what is published and the draft, or the one before."""
    numbers = list(dashboard.versions.order_by("-number").values_list("number", flat=True)[:2])
    new = dashboard.draft.number if dashboard.draft else numbers[0] if numbers else 0
    old = dashboard.published.number if dashboard.published else numbers[-1] if numbers else 0
    return (numbers[-1], numbers[0]) if old == new and len(numbers) > 1 else (old, new)


def add_audience_refusal(form: forms.Form, error: InvalidDocument) -> None:
    """Show beside each input why the document of the readers was refused."""
    for fault in error.faults:
        name = next((part for part in _INPUTS if fault.key.startswith(part)), "")
        form.add_error(_INPUTS.get(name), fault.text)


_INPUTS = {
    "audience.groups": "groups",
    "audience.persons": "persons",
    "producer": "producer",
    "theme": "theme",
    "portal": "portal",
}
