"""Ways to the sheet from pages of other applications: a setting names these functions, no module imports them."""

from __future__ import annotations

from interface.page_parts import FeatureSubject, PagePart, SelectionSubject
from layers.access import Scope
from layers.visitor import Visitor
from planning.inventory.definitions import INVENTORIES
from planning.queries.locations import ADDRESSES, PARCELS
from planning.vocabulary import LocationKind

_LAYERS = frozenset(
    {
        ADDRESSES,
        PARCELS,
        "plui-zones",
        "plui-prescriptions-surf",
        "plui-prescriptions-lin",
        "plui-prescriptions-pct",
        "servitudes",
    }
)


def sheet_of_feature(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return the way to what applies to a parcel or an address, for the page of its row."""
    if not isinstance(subject, FeatureSubject) or subject.scope.slug not in {ADDRESSES, PARCELS}:
        return None
    parameters = {LocationKind.FEATURE.value: f"{subject.scope.slug}/{subject.pk}"}
    return PagePart("planning/feature_link.html", {"parameters": parameters})


def sheet_of_layer(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return the way to the sheet, for the pages of the layers that it is made of."""
    if not isinstance(subject, Scope) or subject.slug not in _LAYERS:
        return None
    return PagePart("planning/layer_link.html")


def inventory_sheet_of_feature(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return the way to the inventory sheet of a building or a tree, for the page of its row."""
    if not isinstance(subject, FeatureSubject) or subject.scope.slug not in INVENTORIES:
        return None
    return PagePart("planning/inventory/feature_link.html", {"layer": subject.scope.slug, "pk": subject.pk})


def inventory_of_layer(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return the way to the inventory of a layer, for its page."""
    if not isinstance(subject, Scope) or subject.slug not in INVENTORIES:
        return None
    return PagePart("planning/inventory/layer_link.html", {"layer": INVENTORIES[subject.slug]})


def sheets_of_selection(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return the way to the sheets of the parcels that a page of downloads is about."""
    if not isinstance(subject, SelectionSubject) or subject.scope.slug != PARCELS:
        return None
    return PagePart("planning/selection_link.html", {"query": subject.query})


def home_entry(_visitor: Visitor, _subject: object) -> PagePart:
    """Return the field of the sheet, for the home page."""
    return PagePart("planning/home.html")
