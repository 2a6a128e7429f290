"""A dashboard locked for a change: its visitor may change it, and it is still as they read it."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards import access
from dashboards.documents.document import Document
from dashboards.documents.writing import content_of
from dashboards.errors import EditConflict, ForbiddenDashboard, UnknownDashboard
from dashboards.models import Dashboard, DashboardVersion
from layers.visitor import Visitor


def locked(visitor: Visitor, dashboard: Dashboard, expected: int) -> Dashboard:
    """Return the row of a dashboard, held until the end of the transaction; ``expected`` is the revision read.

    Raises:
        UnknownDashboard: it is gone, or the visitor may not know that it is there.
        ForbiddenDashboard: the visitor may not change it.
        EditConflict: somebody wrote it since.
    """
    row = Dashboard.objects.select_for_update().filter(pk=dashboard.pk).first()
    if row is None or not access.visible(visitor).filter(pk=row.pk).exists():
        raise UnknownDashboard(dashboard.slug)
    if not access.may_edit(visitor, row):
        raise ForbiddenDashboard(_("Vous lisez ce tableau de bord sans pouvoir le changer."))
    if row.revision != expected:
        raise EditConflict(
            _(
                "Quelqu’un a changé ce tableau de bord depuis que vous l’avez ouvert : "
                "rechargez-le, puis reprenez votre changement."
            ),
            parameter="revision",
        )
    return row


def written(row: Dashboard, *fields: str) -> Dashboard:
    """Save a locked dashboard under its next revision."""
    row.revision += 1
    row.save(update_fields=[*fields, "revision", "updated_at"])
    return row


def new_version(row: Dashboard, document: Document, visitor: Visitor, note: str = "") -> DashboardVersion:
    """Write a version under the next number of a locked dashboard, and return it."""
    last = row.versions.order_by("-number").values_list("number", flat=True).first() or 0
    return DashboardVersion.objects.create(
        dashboard=row,
        number=last + 1,
        document=content_of(document),
        author_id=visitor.user_id,
        note=note,
        updated_at=timezone.now(),
    )
