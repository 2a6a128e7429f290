"""What the studio adds to the page of a layer: the way to it, for who may change the style."""

from __future__ import annotations

from interface.page_parts import PagePart
from layers.access import Scope, may_style
from layers.visitor import Visitor


def studio_link(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the link to the studio of a layer."""
    if not isinstance(subject, Scope) or not subject.definition.geometry.is_located:
        return None
    if not may_style(visitor, subject.layer):
        return None
    return PagePart("cartography/studio/link.html", {"slug": subject.slug})
