"""What the studio adds to the page of a layer: the way to it, for who may change the style."""

from __future__ import annotations

from interface.page_parts import PagePart
from layers.access import Scope, may_style
from layers.visitor import Visitor


def studio_link(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the link to the studio of a layer, for its page."""
    return _link("cartography/studio/link.html", subject)


def studio_link_of_row(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the link to the studio of a layer, for the menu of its row beside the map."""
    return _link("cartography/studio/row_link.html", subject)


def _link(template: str, subject: object) -> PagePart | None:
    if not isinstance(subject, Scope) or not subject.definition.geometry.is_located or not may_style(subject):
        return None
    return PagePart(template, {"slug": subject.slug, "title": subject.layer.title})
