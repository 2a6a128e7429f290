"""Ways to the documents and to the versions from the pages of the layers of the plan: a setting names the function."""

from __future__ import annotations

from interface.page_parts import PagePart
from layers.access import Scope
from layers.visitor import Visitor
from plui.catalogue import LAYERS

_SLUGS = frozenset(definition.slug for definition in LAYERS)


def documents_of_layer(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return the way to the documents, and for who loads the layer to the versions."""
    if not isinstance(subject, Scope) or subject.slug not in _SLUGS or not subject.has_every_row:
        return None
    return PagePart("plui/versions/layer_link.html", {"can_load": subject.can_load})
