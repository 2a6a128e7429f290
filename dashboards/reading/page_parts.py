"""What pages of other applications show of dashboards: a setting names these functions, nobody imports them."""

from __future__ import annotations

from dashboards import access
from dashboards.reading.cards import cards_of_layer, my_cards
from interface.page_parts import PagePart
from layers.access import Scope
from layers.visitor import Visitor


def my_dashboards(visitor: Visitor, _subject: object) -> PagePart | None:
    """Return the dashboards of somebody who signed in, for the home page."""
    if visitor.is_anonymous:
        return None
    found, may_create = my_cards(visitor), access.may_create(visitor)
    if not found and not may_create:
        return None
    return PagePart("dashboards/reading/mine.html", {"cards": found, "may_create": may_create})


def dashboards_of_layer(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the dashboards that show a layer, for its page."""
    if not isinstance(subject, Scope):
        return None
    found = cards_of_layer(visitor, subject.slug)
    return PagePart("dashboards/reading/of_layer.html", {"cards": found}) if found else None
