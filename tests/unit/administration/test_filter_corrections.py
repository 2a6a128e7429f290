"""Row filters as people write them, and as they mean them."""

from __future__ import annotations

import pytest

from administration.filter_corrections import corrected_filter
from layers.definitions import Field, FieldType

FIELDS = {
    field.name: field
    for field in (
        Field("ville", FieldType.TEXT, "Ville"),
        Field("etat", FieldType.TEXT, "État", choices=(("open", "Ouverte"), ("shut", "Fermée"))),
        Field("type_sol", FieldType.TEXT, "Type de sol"),
        Field("pose", FieldType.DATE, "posé le"),
        Field("places", FieldType.INTEGER, "places"),
    )
}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ville = Meudon", "ville = 'Meudon'"),
        ('ville = "Meudon"', "ville = 'Meudon'"),
        ("Ville = 'Meudon'", "ville = 'Meudon'"),
        ("VILLE = meudon", "ville = 'meudon'"),
        ("ville = « Meudon »", "ville = 'Meudon'"),
        ("ville = “Issy-les-Moulineaux”", "ville = 'Issy-les-Moulineaux'"),
        ("ville = Ville d’Avray", "ville = 'Ville d’Avray'"),
        ("ville IN (Meudon, \"Sèvres\", 'Vanves')", "ville IN ('Meudon', 'Sèvres', 'Vanves')"),
        ("Type de sol = gravier AND ville <> Meudon", "type_sol = 'gravier' AND ville <> 'Meudon'"),
        ("État = Ouverte", "etat = 'open'"),
        ("etat = 'Fermée'", "etat = 'shut'"),
        ("Ville == Meudon", "ville = 'Meudon'"),
        ("ville != 'Meudon'", "ville <> 'Meudon'"),
        ('"Ville" = Meudon', "ville = 'Meudon'"),
        (
            "Places > 3 AND (Ville = Meudon OR etat = open)",
            "places > 3 AND (ville = 'Meudon' OR etat = 'open')",
        ),
        ("Ville LIKE 'Meu%'", "ville LIKE 'Meu%'"),
        ("Ville IS NULL", "ville IS NULL"),
    ],
)
def test_a_filter_is_corrected_as_its_author_means_it(written: str, meant: str) -> None:
    assert corrected_filter(written, FIELDS) == meant


@pytest.mark.parametrize(
    "text",
    [
        "ville = 'Meudon'",
        "places BETWEEN 1 AND 3",
        "ville = type_sol",
        "pose > DATE('2026-01-01') AND CASEI(ville) = CASEI('meudon')",
        "inconnu = 3",
        "S_INTERSECTS(geom, BBOX(2.1, 48.8, 2.2, 48.9))",
        "etat = 'open' OR NOT (ville IN ('Meudon'))",
    ],
)
def test_a_filter_that_reads_is_left_as_it_is(text: str) -> None:
    assert corrected_filter(text, FIELDS) == text
