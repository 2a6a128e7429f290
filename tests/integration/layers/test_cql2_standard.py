"""The small print of CQL2 (OGC 21-065r2) against rows: collections, case folding, intervals with a missing end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.gis.geos import Point
from django.db.models import Value

from amenities.models import Playground
from layers.definitions import ID, fields_of
from layers.parsing.cql2 import parse_filter
from layers.sql.filters import compile_filter
from layers.sql.functions import CaseFolded

FIELDS = {
    field.name: field for field in (ID, *fields_of(Playground, ["nom", "date_ouverture", "created_at"]))
}
Names = Callable[[str], list[str]]


@pytest.fixture
def names(db: None) -> Names:
    """Ask for the names of the playgrounds that a filter selects."""
    opened = {"Straße": dt.date(2020, 1, 1), "ΟΔΟΣ": dt.date(2030, 1, 1), "Iı": None}
    Playground.objects.bulk_create(
        Playground(nom=nom, date_ouverture=day, geom=Point((22 + rank) / 10, 48.8))
        for rank, (nom, day) in enumerate(opened.items())
    )
    Playground.objects.update(created_at=dt.datetime(2024, 1, 1, 12, tzinfo=dt.UTC))

    def ask(text: str) -> list[str]:
        rows = Playground.objects.filter(compile_filter(parse_filter(text), FIELDS))
        return list(rows.order_by("pk").values_list("nom", flat=True))

    return ask


STREET, ROAD, DOTS = "Straße", "ΟΔΟΣ", "Iı"
POLYGON = "POLYGON((2.15 48.7, 2.25 48.7, 2.25 48.9, 2.15 48.9, 2.15 48.7))"
MIXED = f"GEOMETRYCOLLECTION({POLYGON}, POINT(2.3 48.8), LINESTRING(0 0, 1 1))"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CASEI(nom) = CASEI('STRASSE')", [STREET]),
        ("CASEI(nom) = CASEI('STRAẞE')", [STREET]),
        ("CASEI(nom) LIKE CASEI('%SS_')", [STREET]),
        ("CASEI(nom) = CASEI('οδος')", [ROAD]),
        ("CASEI(nom) = CASEI('οδοσ')", [ROAD]),
        ("CASEI(nom) LIKE CASEI('%σ')", [ROAD]),
        ("CASEI(nom) = CASEI('iı')", [DOTS]),
        ("CASEI(nom) = CASEI('ii')", []),
        ("ACCENTI(CASEI(nom)) = CASEI(ACCENTI('strasse'))", [STREET]),
        (f"S_INTERSECTS(geom, {MIXED})", [STREET, ROAD]),
        (f"S_WITHIN(geom, {MIXED})", [STREET, ROAD]),
        (f"S_DISJOINT({MIXED}, geom)", [DOTS]),
        ("S_EQUALS(geom, GEOMETRYCOLLECTION(POINT(2.2 48.8)))", [STREET]),
        ("S_CONTAINS(GEOMETRYCOLLECTION(POINT(2.2 48.8), POINT(2.4 48.8)), geom)", [STREET, DOTS]),
        ("S_DWITHIN(geom, GEOMETRYCOLLECTION(POINT(2.2 48.8), LINESTRING(2.2 48.8, 2.2 48.9)), 10)", [STREET]),
        ("T_INTERSECTS(INTERVAL(date_ouverture, created_at), DATE('2021-01-01'))", [STREET]),
        ("NOT T_INTERSECTS(INTERVAL(date_ouverture, created_at), DATE('2021-01-01'))", [ROAD]),
        ("T_BEFORE(INTERVAL(date_ouverture, created_at), DATE('2025-01-01'))", [STREET, ROAD]),
        ("NOT T_BEFORE(INTERVAL(date_ouverture, created_at), DATE('2000-01-01'))", [STREET, ROAD]),
        ("T_AFTER(INTERVAL(created_at, date_ouverture), DATE('2000-01-01'))", [STREET, ROAD]),
        ("T_DISJOINT(INTERVAL(created_at, date_ouverture), DATE('2000-01-01'))", [STREET, ROAD]),
        ("NOT T_DISJOINT(INTERVAL('..', date_ouverture), DATE('2019-01-01'))", [STREET, ROAD]),
        ("T_INTERSECTS(INTERVAL(date_ouverture, '..'), DATE('2025-01-01'))", [STREET]),
        ("NOT T_MEETS(INTERVAL(date_ouverture, '2024-01-01'), INTERVAL('2024-01-02', '..'))", [STREET, ROAD]),
    ],
)  # fmt: skip
def test_a_filter_selects(names: Names, text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_every_character_is_folded_as_unicode_has_it(names: Names) -> None:
    """Characters are equal without case in the database when Unicode's full folding says so (Python's ``casefold``)."""
    codes = [code for code in range(0x80, 0x1E944) if (text := chr(code)).casefold() != text]
    pairs = Playground.objects.annotate(
        unequal=CaseFolded(Value("\n".join(map(chr, codes)))),
        folded=CaseFolded(Value("\n".join(chr(code).casefold() for code in codes))),
    )
    row = pairs.values("unequal", "folded")[0]
    together = zip(codes, row["unequal"].split("\n"), row["folded"].split("\n"), strict=True)
    assert [hex(code) for code, found, expected in together if found != expected] == []
