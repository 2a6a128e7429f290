"""Dashboards that come as files and go as files: the whole published form, rights included."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from dashboards import access
from dashboards.documents.document import Document
from dashboards.documents.includes import stored_document
from dashboards.documents.parsing import parse_document
from dashboards.documents.schema import KindRules
from dashboards.documents.writing import content_of, document_yaml
from dashboards.errors import ForbiddenDashboard, InvalidDocument
from dashboards.models import Dashboard, DashboardVersion
from dashboards.services.audience import document_with_facts, facts_of, set_facts
from dashboards.services.checks import document_faults
from dashboards.services.dashboards import create_dashboard
from dashboards.services.locking import locked, written
from dashboards.services.versions import publish, save_draft
from layers.visitor import Visitor


@transaction.atomic
def import_dashboard(
    *, text: str, kinds: Iterable[KindRules], visitor: Visitor, is_draft: bool = False, note: str = ""
) -> Dashboard:
    """Write a dashboard as a text says, rights included, and publish it unless ``is_draft``; return it.

    The dashboard of this identifier is changed, or made. A text that says what is published
    already makes no version; a draft of somebody stays among the versions. A draft leaves the readers, the producer,
    the theme and the commune of what is published as they are: they would be in force at once.

    Raises:
        InvalidDocument: the text cannot be read, says what no document may, or names what is not there; with lines.
        ForbiddenDashboard: the visitor may not make dashboards, or change this one.
    """
    document, source = parse_document(text, kinds)
    facts = facts_of(document, visitor, source=source)
    faults = document_faults(document, visitor, portal=facts.portal, source=source)
    if faults:
        raise InvalidDocument(faults)
    found = Dashboard.objects.filter(slug=document.slug).select_related("published").first()
    if found is None:
        found = create_dashboard(document=document, visitor=visitor, facts=facts, note=note)
    else:
        if not (is_draft and found.published):
            found = set_facts(dashboard=found, facts=facts, expected=found.revision, visitor=visitor)
        if found.published is not None and found.published.document == content_of(document):
            return found
        found = _new_draft(found, document, visitor)
    return (
        found if is_draft else publish(dashboard=found, expected=found.revision, visitor=visitor, note=note)
    )


def _new_draft(dashboard: Dashboard, document: Document, visitor: Visitor) -> Dashboard:
    """Write a document as a draft of its own; the one that was there stays among the versions."""
    row = locked(visitor, dashboard, dashboard.revision)
    row.draft = None
    return save_draft(
        dashboard=written(row, "draft"), document=document, expected=row.revision, visitor=visitor
    )


def export_dashboard(
    *, dashboard: Dashboard, visitor: Visitor, version: DashboardVersion | None = None, schema: str = ""
) -> str:
    """Return a dashboard as YAML, as ``import_dashboard`` reads it; ``version`` is by default what is published.

    Raises:
        ForbiddenDashboard: the visitor may not change it: the text names its readers.
    """
    if not access.may_edit(visitor, dashboard):
        raise ForbiddenDashboard(_("Le document d’un tableau de bord est pour ceux qui le changent."))
    document = document_with_facts(stored_document(dashboard, version), dashboard)
    return document_yaml(document, schema=schema)
