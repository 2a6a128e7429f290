"""What an inventory reads: the features of its layer that a visitor reads, and all that is printed of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from explorer.sheet import queries as feature_sheets
from interface.territory import COMMUNE_FIELD, label_communes
from interface.wording import field_value
from layers import access
from layers.access import Scope
from layers.aggregates.facets import ValueCount, facet
from layers.definitions import Field
from layers.errors import InvalidParameter, UnknownLayer
from layers.parsing import single_values
from layers.parsing.properties import parse_query_of
from layers.parsing.query import Parameters
from layers.queries import Selection, select
from layers.queries.history import History, history
from layers.visitor import Visitor
from planning.inventory.definitions import INVENTORIES, InventoryLayer
from planning.presenters.sheet import Sheet, sheet_of
from planning.queries.applicability import active_rules
from planning.queries.locations import Location
from planning.vocabulary import LocationKind

MAX_SHEETS = 300
"""Sheets of one document: more would not be laid out within the limits of its process."""
MAX_LISTED = 1_000


@dataclass(frozen=True, slots=True)
class InventoryRow:
    """A feature in the list of an inventory."""

    pk: int
    title: str
    commune: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Inventory:
    """The inventory of a layer as a visitor reads it, narrowed by ``conditions``: codes by the name of the field."""

    layer: InventoryLayer
    scope: Scope
    selection: Selection
    conditions: Mapping[str, str]

    @property
    def filters(self) -> list[Field]:
        """The fields that narrow it, and that the visitor reads."""
        names = (COMMUNE_FIELD, *self.layer.filters)
        readable = {field.name: field for field in label_communes(self.scope.fields)}
        return [readable[name] for name in names if name in readable]

    def field(self, name: str) -> Field | None:
        """Return a field that the visitor reads, None for any other."""
        return self.scope.filterable.get(name)


@dataclass(frozen=True, slots=True)
class PrintedFeature:
    """All that is printed of a feature: its fields and photos, what applies to it, and its history."""

    feature: feature_sheets.Sheet
    location: Location
    applies: Sheet
    history: History


def inventory_of(visitor: Visitor, slug: str, parameters: Parameters) -> Inventory:
    """Return the inventory of a layer.

    Raises:
        UnknownLayer: the layer has none, or is hidden from the visitor.
        UnknownParameter, InvalidParameter, UnknownCommune: a condition that is none of its filters, or no code of it.
    """
    layer = INVENTORIES.get(slug)
    if layer is None:
        raise UnknownLayer(slug)
    scope = access.scope(visitor, slug)
    conditions = single_values(parameters, allowed=(COMMUNE_FIELD, *layer.filters))
    query = parse_query_of({name: [value] for name, value in conditions.items()}, scope.filterable)
    return Inventory(layer, scope, select(scope, query), conditions)


def readable_inventories(visitor: Visitor) -> list[InventoryLayer]:
    """Return the inventories of the layers whose rows a visitor reads."""
    scopes = access.scopes_by_slug(visitor, list(INVENTORIES))
    return [each for slug, each in INVENTORIES.items() if slug in scopes and scopes[slug].can_read_rows]


def inventory_rows(inventory: Inventory, most: int) -> list[InventoryRow]:
    """Return the features of an inventory by commune and name, ``most`` at most: one statement."""
    title = inventory.scope.definition.title_field
    rows = inventory.selection.queryset.select_related("commune").order_by(
        F("commune__nom").asc(nulls_last=True), title, "pk"
    )
    fields = {name: field for name in inventory.layer.indexes if (field := inventory.field(name)) is not None}
    return [
        InventoryRow(
            row.pk,
            str(getattr(row, title)),
            row.commune.nom if row.commune else "",
            {name: field_value(field, row) for name, field in fields.items()},
        )
        for row in rows[:most]
    ]


def sheet_count(inventory: Inventory) -> int:
    """Return how many features an inventory holds."""
    return inventory.selection.count()


def filter_values(inventory: Inventory) -> list[tuple[Field, Sequence[ValueCount]]]:
    """Return the values of each filter that some feature has under the others, with their counts."""
    results: list[tuple[Field, Sequence[ValueCount]]] = []
    for field in inventory.filters:
        others = {name: [value] for name, value in inventory.conditions.items() if name != field.name}
        selection = select(inventory.scope, parse_query_of(others, inventory.scope.filterable))
        values = [each for each in facet(selection, field.name).values if each.value not in (None, "")]
        results.append((field, values))
    return results


def printed_feature(visitor: Visitor, scope: Scope, pk: int) -> PrintedFeature:
    """Return all that is printed of a feature.

    Raises:
        UnknownFeature: no such feature for this visitor, or it is nowhere.
        TooSlow: the database did not answer in time.
    """
    sheet = feature_sheets.sheet(scope, pk, today=visitor.instant.date())
    location = Location(
        LocationKind.FEATURE,
        sheet.title,
        sheet.record.geom,
        {LocationKind.FEATURE.value: f"{scope.slug}/{pk}"},
        layer=scope.slug,
        pk=pk,
    )
    return PrintedFeature(
        sheet, location, sheet_of(visitor, location), history(scope, pk, record=sheet.record)
    )


def check_size(count: int) -> None:
    """Refuse an inventory that is too large for one document, or empty.

    Raises:
        InvalidParameter: it has no sheet, or more than ``MAX_SHEETS``.
    """
    if count == 0:
        raise InvalidParameter(_("Aucune fiche ne répond à ces filtres."), parameter=COMMUNE_FIELD)
    if count > MAX_SHEETS:
        raise InvalidParameter(
            _("%(count)d fiches : un document en contient %(most)d au plus. Choisissez une commune.")
            % {"count": count, "most": MAX_SHEETS},
            parameter=COMMUNE_FIELD,
        )


def read_layers(visitor: Visitor, scope: Scope) -> list[Scope]:
    """Return what an inventory is read from: its layer, and those of the rules of « Ce qui s’applique ici »."""
    slugs = sorted({rule.layer for rule in active_rules() if rule.layer})
    scopes = access.scopes_by_slug(visitor, slugs)
    return [scope, *(scopes[slug] for slug in slugs if slug in scopes)]
