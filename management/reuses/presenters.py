"""Declared reuses as rows of what waits for the team."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from interface.waiting import WaitingGroup, WaitingRow
from layers.visitor import Visitor
from management.reuses.queries import waiting_reuses
from reuses.models import Reuse


def layer_titles(reuse: Reuse) -> str:
    """Return the layers of a reuse by title; it has none once they were all removed."""
    return ", ".join(sorted(layer.title for layer in reuse.layers.all())) or _("couches supprimées")


def reuse_rows(visitor: Visitor) -> Iterator[WaitingRow]:
    """Yield the reuses that wait for a decision of the visitor, the oldest first; two statements."""
    for reuse in waiting_reuses(visitor):
        words = {"organisation": reuse.organisation, "layers": layer_titles(reuse)}
        yield WaitingRow(
            subject=f"reuse {reuse.pk}",
            group=WaitingGroup.ANSWER,
            icon="recycle",
            title=_("Réutilisation déclarée : « %s »") % reuse.title,
            detail=_("%(organisation)s · %(layers)s") % words,
            action=_("Lire"),
            address=reverse("management:reuse", args=[reuse.pk]),
            since=reuse.created_at,
        )
