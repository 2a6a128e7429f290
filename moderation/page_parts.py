"""What moderation adds to the pages of a layer and of a feature."""

from __future__ import annotations

from interface.page_parts import FeatureSubject, PagePart
from layers.access import Scope
from layers.errors import UnknownFeature
from layers.visitor import Visitor
from moderation.presenters import row_badge
from moderation.queries import own_row
from moderation.services import machine_of


def queue_link(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return the link to what waits in a layer, for who approves its rows."""
    if not isinstance(subject, Scope) or subject.definition.moderation is None or not subject.can_approve:
        return None
    return PagePart("moderation/link.html", {"layer": subject.layer})


def state_of_row(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return the state of a row, with the way to its moderation, for its author and who approves it."""
    if not isinstance(subject, FeatureSubject) or subject.scope.definition.moderation is None:
        return None
    try:
        own = own_row(subject.scope, subject.pk)
    except UnknownFeature:
        return None
    badge = row_badge(machine_of(own.scope), own.row)
    return PagePart("moderation/state.html", {"scope": own.scope, "pk": own.row.pk, "badge": badge})
