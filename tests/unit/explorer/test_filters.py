"""Chips say what is asked as people say it."""

from __future__ import annotations

import pytest

from explorer.filters.chips import combined_words
from interface.conditions import value_words
from layers.definitions import Field, FieldType

ZONE = Field("typezone", FieldType.TEXT, "type", choices=(("U", "Zone urbaine"), ("N", "Zone naturelle")))
NAME = Field("nom", FieldType.TEXT, "nom")
HEIGHT = Field("hauteur", FieldType.NUMBER, "hauteur", unit="m")
YEAR = Field("annee_plantation", FieldType.INTEGER, "année de plantation")
DAY = Field("date", FieldType.DATE, "date")
FENCED = Field("cloture", FieldType.BOOLEAN, "clôture")
SPACE = "\u00a0"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (ZONE, "N", "Zone naturelle"),
        (ZONE, "-", "non renseigné"),
        (NAME, "cèdre", "contient « cèdre »"),
        (NAME, "=Cèdre", "Cèdre"),
        (HEIGHT, "12..20", f"de 12{SPACE}m à 20{SPACE}m"),
        (HEIGHT, "12.5..", f"à partir de 12,5{SPACE}m"),
        (HEIGHT, "..20", f"jusqu’à 20{SPACE}m"),
        (HEIGHT, "12..<20", f"de 12{SPACE}m à moins de 20{SPACE}m"),
        (HEIGHT, "..<20", f"moins de 20{SPACE}m"),
        (YEAR, "2020..2020", "de 2020 à 2020"),
        (YEAR, "..<1900", "moins de 1900"),
        (DAY, "2024-01-01..<2025-01-01", "à partir du 1er janvier 2024 et avant le 1er janvier 2025"),
        (DAY, "2024-01-01..2024-12-31", "du 1er janvier 2024 au 31 décembre 2024"),
        (FENCED, "true", "Oui"),
        (FENCED, "false", "Non"),
    ],
)
def test_a_value_is_worded(field: Field, value: str, words: str) -> None:
    assert value_words(field, value) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ailleurs@300", f"à moins de 300{SPACE}m de{SPACE}: ailleurs"),
        ("ailleurs@1500*", f"à moins de 1,5{SPACE}km de{SPACE}: ailleurs"),
        ("ailleurs", f"qui touche{SPACE}: ailleurs"),
    ],
)
def test_a_combination_is_a_sentence(text: str, words: str) -> None:
    assert combined_words(text, {}) == words
