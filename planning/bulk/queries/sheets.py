"""What applies to the parcels of a list, block by block: as many statements for a block as for one parcel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import F, FloatField, Func

from layers.sql.functions import And
from layers.sql.laterals import SHAPE, PlaceColumn, Places, rows_around
from layers.sql.limits import time_limit
from layers.sql.spatial import BBoxOverlaps, Geography, Intersects
from layers.visitor import Visitor
from planning.bulk.queries.parcel_lists import parcels_scope
from planning.queries.applicability import RuleOutcome, block_outcomes
from planning.queries.locations import (
    ADDRESSES,
    MAX_ADDRESSES,
    Location,
    parcel_location,
    readable_scope,
)

BLOCK = 100
"""Parcels that are read together: few enough for the progress to be seen and a statement to be short."""


@dataclass(frozen=True, slots=True)
class ParcelReading:
    """A parcel of a list with what applies to it; ``town`` names its commune, ``area_m2`` measures its drawing."""

    location: Location
    town: str
    area_m2: float
    outcomes: Sequence[RuleOutcome]
    addresses: Sequence[str]


def read_blocks(visitor: Visitor, identifiers: Sequence[str]) -> Iterator[list[ParcelReading]]:
    """Yield the parcels that the visitor reads now, in their order, with what applies to each.

    Raises:
        UnknownLayer: the visitor reads no parcels any more.
        TooSlow: the database did not answer in time.
    """
    for start in range(0, len(identifiers), BLOCK):
        yield _read_block(visitor, identifiers[start : start + BLOCK])


def _read_block(visitor: Visitor, identifiers: Sequence[str]) -> list[ParcelReading]:
    scope = parcels_scope(visitor)
    area = Func(Geography(F("geom")), function="ST_Area", output_field=FloatField())
    rows = scope.queryset.filter(idu__in=identifiers).select_related("commune").annotate(sheet_area=area)
    by_identifier = {row.idu: row for row in rows}
    listed = [by_identifier[each] for each in identifiers if each in by_identifier]
    if not listed:
        return []
    locations = [parcel_location(scope, row) for row in listed]
    areas = [float(row.sheet_area) for row in listed]
    outcomes = block_outcomes(visitor, locations, areas)
    addresses = addresses_on_each(visitor, locations)
    towns = [row.commune.nom if row.commune else "" for row in listed]
    parts = zip(locations, towns, areas, outcomes, addresses, strict=True)
    return [ParcelReading(*part) for part in parts]


def addresses_on_each(visitor: Visitor, locations: Sequence[Location]) -> list[list[str]]:
    """Return the addresses on each of some surfaces, by street and number: one statement."""
    scope = readable_scope(visitor, ADDRESSES)
    if scope is None:
        return [[] for _each in locations]
    column, place = F("geom"), PlaceColumn(SHAPE)
    rows = scope.queryset.filter(And(BBoxOverlaps(column, place), Intersects(column, place)))
    rows = rows.order_by("nom_voie", "numero", "rep", "pk").values_list("adresse", "nom_commune")
    with time_limit("list"):
        around = rows_around(Places.of([each.geometry for each in locations]), rows[:MAX_ADDRESSES])
    return [[f"{name}, {town}" for name, town in around.get(index, ())] for index in range(len(locations))]
