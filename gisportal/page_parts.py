"""What the administration adds to the page of a layer: the way to its rights, for administrators."""

from __future__ import annotations

from interface.page_parts import PagePart
from layers.access import Scope
from layers.visitor import Visitor


def rights_link(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the link to who sees a layer, for its page."""
    if not isinstance(subject, Scope) or not visitor.is_administrator:
        return None
    return PagePart("gisportal/rights_link.html", {"pk": subject.layer.pk})
