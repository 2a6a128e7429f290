"""The views that a person kept: nobody reads those of somebody else."""

from __future__ import annotations

from explorer.models import SavedView
from layers.visitor import Visitor


def saved_views(visitor: Visitor) -> list[SavedView]:
    """Return the visitor's views by name; none for somebody who did not sign in."""
    return list(SavedView.objects.filter(owner_id=visitor.user_id)) if visitor.user_id else []


def saved_view(visitor: Visitor, pk: int) -> SavedView | None:
    """Return one of the visitor's views, or None when they have none of that number."""
    return SavedView.objects.filter(owner_id=visitor.user_id, pk=pk).first() if visitor.user_id else None
