"""What people choose becomes a filter that the kernel reads: each kind of field its form, hostile texts still texts."""

from __future__ import annotations

import pytest

from interface.conditions import condition
from layers.definitions import Field, FieldType
from layers.errors import InvalidParameter
from layers.parsing.cql2 import parse_filter

ZONE = Field("typezone", FieldType.TEXT, "type", choices=(("U", "Urbaine"), ("N", "Naturelle")))
GENUS = Field("genre", FieldType.TEXT, "genre", is_facet=True)
NAME = Field("nom", FieldType.TEXT, "nom")
HEIGHT = Field("hauteur", FieldType.NUMBER, "hauteur", unit="m")
AGE = Field("age", FieldType.INTEGER, "âge")
DAY = Field("date", FieldType.DATE, "date")
SINCE = Field("maj", FieldType.DATETIME, "mis à jour")
FENCED = Field("cloture", FieldType.BOOLEAN, "clôture")
CRITERIA = Field("criteres", FieldType.TEXTS, "critères")

WRITTEN = [
    (ZONE, ["N"], "(\"typezone\" IN ('N'))"),
    (ZONE, ["N", "U"], "(\"typezone\" IN ('N', 'U'))"),
    (ZONE, ["-"], '("typezone" IS NULL OR "typezone" = \'\')'),
    (GENUS, ["Cedrus", "-"], '("genre" IN (\'Cedrus\') OR "genre" IS NULL OR "genre" = \'\')'),
    (NAME, ["=L'arbre"], "(\"nom\" = 'L''arbre')"),
    (NAME, ["100 %"], "(CASEI(ACCENTI(\"nom\")) LIKE CASEI(ACCENTI('%100 \\%%')))"),
    (HEIGHT, ["12.5..20"], '(("hauteur" >= 12.5 AND "hauteur" <= 20))'),
    (HEIGHT, ["12.5..<20"], '(("hauteur" >= 12.5 AND "hauteur" < 20))'),
    (HEIGHT, ["..20"], '(("hauteur" <= 20))'),
    (HEIGHT, ["-3.."], '(("hauteur" >= -3))'),
    (AGE, ["7"], '("age" = 7)'),
    (AGE, ["7..", "-"], '(("age" >= 7) OR "age" IS NULL)'),
    (
        DAY,
        ["2024-01-01..2024-12-31"],
        "((\"date\" >= DATE('2024-01-01') AND \"date\" <= DATE('2024-12-31')))",
    ),
    (SINCE, ["2024-12-31"], "((\"maj\" >= DATE('2024-12-31') AND \"maj\" < DATE('2025-01-01')))"),
    (SINCE, ["..2024-12-31"], "((\"maj\" < DATE('2025-01-01')))"),
    (SINCE, ["..9999-12-31"], "((\"maj\" <= DATE('9999-12-31')))"),
    (FENCED, ["true"], '("cloture" = TRUE)'),
    (FENCED, ["false", "-"], '("cloture" = FALSE OR "cloture" IS NULL)'),
    (CRITERIA, ["âge", "port"], "(A_OVERLAPS(\"criteres\", ('âge', 'port')))"),
]
HOSTILE = ["'); DROP TABLE layers_layer; --", "\\", "%_%", "''", '"', "N') OR (1=1", "é" * 300, "CASEI(x)"]
REFUSED = [
    (HEIGHT, "haut"),
    (HEIGHT, "1e9"),
    (HEIGHT, "1..x"),
    (HEIGHT, ".."),
    (HEIGHT, "1..<"),
    (HEIGHT, "1..2..3"),
    (AGE, "NaN"),
    (AGE, "٣"),
    (DAY, "hier"),
    (DAY, "2024-02-30"),
    (DAY, "2024-01-01..demain"),
    (FENCED, "oui"),
]


@pytest.mark.parametrize(("field", "values", "text"), WRITTEN)
def test_values_are_written_by_the_type_of_their_field(field: Field, values: list[str], text: str) -> None:
    assert condition(field, values, parameter="a.b") == text


@pytest.mark.parametrize(("field", "values", "_text"), WRITTEN)
def test_what_is_written_is_a_filter_of_the_api(field: Field, values: list[str], _text: str) -> None:
    assert parse_filter(condition(field, values, parameter="a.b"))


@pytest.mark.parametrize("field", [ZONE, GENUS, NAME, CRITERIA], ids=lambda field: field.name)
@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_text_is_still_one_filter(field: Field, value: str) -> None:
    assert parse_filter(condition(field, [value], parameter="a.b"))


@pytest.mark.parametrize(("field", "value"), REFUSED)
def test_a_value_that_the_field_cannot_have_names_layer_and_field(field: Field, value: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        condition(field, [value], parameter="couche.champ")
    assert refused.value.parameter == "couche.champ"
