"""Dashboards made, copied, deleted, kept at hand."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from dashboards import access
from dashboards.documents.document import Audience, Document
from dashboards.errors import SlugTaken, UnknownDashboard
from dashboards.models import Dashboard, Favourite
from dashboards.services.audience import DashboardFacts, facts_of
from dashboards.services.locking import locked, new_version
from layers.visitor import Visitor


@transaction.atomic
def create_dashboard(
    *, document: Document, visitor: Visitor, facts: DashboardFacts | None = None, note: str = ""
) -> Dashboard:
    """Make a dashboard whose first version is a draft; ``facts`` are those of the document unless they are given.

    Raises:
        ForbiddenDashboard: the visitor may not make dashboards.
        SlugTaken: a dashboard has this identifier; it may be one that the visitor does not see.
        InvalidDocument: as ``facts_of``.
    """
    access.check_create(visitor)
    facts = facts or facts_of(document, visitor)
    row, is_new = Dashboard.objects.get_or_create(
        slug=document.slug,
        defaults={
            "title": document.title,
            "summary": document.summary,
            "theme": facts.theme,
            "producer": facts.producer,
            "portal": facts.portal,
            "is_public": facts.is_public,
        },
    )
    if not is_new:
        raise SlugTaken(_("L’identifiant « %s » est déjà pris.") % document.slug, parameter="slug")
    row.groups.set(facts.groups)
    row.persons.set(facts.persons)
    row.draft = new_version(row, document, visitor, note)
    row.save(update_fields=["draft"])
    return row


@transaction.atomic
def duplicate_dashboard(
    *,
    dashboard: Dashboard,
    slug: str,
    title: str,
    producer: str,
    visitor: Visitor,
    content: Document,
) -> Dashboard:
    """Copy a dashboard that the visitor reads into a draft of their own, which nobody else reads yet.

    ``content`` is what the visitor reads of it; ``producer`` is a group of theirs.

    Raises:
        UnknownDashboard: the visitor may not know that there is one.
        ForbiddenDashboard, SlugTaken, InvalidDocument: as ``create_dashboard``.
    """
    row = access.one(visitor, dashboard.slug)
    document = replace(
        content,
        slug=slug,
        title=title,
        theme=row.theme.slug if row.theme else "",
        portal=row.portal.slug if row.portal else "",
        producer=producer,
        audience=Audience(),
    )
    note = _("Copie de « %s »") % row.slug
    return create_dashboard(document=document, visitor=visitor, note=note)


@transaction.atomic
def delete_dashboard(*, dashboard: Dashboard, expected: int, visitor: Visitor) -> None:
    """Delete a dashboard with all its versions; where it is included, its sections are not there any more.

    Raises:
        UnknownDashboard, ForbiddenDashboard, EditConflict: as ``locked``.
    """
    row = locked(visitor, dashboard, expected)
    row.delete()


def add_favourite(*, dashboard: Dashboard, visitor: Visitor) -> None:
    """Keep a dashboard at hand, once.

    Raises:
        UnknownDashboard: the visitor may not know that there is one, or has no account to keep it.
    """
    if visitor.user_id is None:
        raise UnknownDashboard(dashboard.slug)
    row = access.one(visitor, dashboard.slug)
    Favourite.objects.get_or_create(owner_id=visitor.user_id, dashboard=row)


def remove_favourite(*, dashboard: Dashboard, visitor: Visitor) -> None:
    """Keep a dashboard no more."""
    Favourite.objects.filter(owner_id=visitor.user_id, dashboard=dashboard).delete()
