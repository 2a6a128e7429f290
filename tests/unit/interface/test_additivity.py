"""What is added up: the unit and the words of a name tell, unless the definition does."""

from __future__ import annotations

import pytest

from interface.additivity import is_additive
from layers.definitions import Field, FieldType

_NUMBER = FieldType.NUMBER


@pytest.mark.parametrize(
    "field",
    [
        Field("logements", FieldType.INTEGER, ""),
        Field("surface_m2", _NUMBER, "", unit="m²"),
        Field("longueur", _NUMBER, "", unit="m"),
        Field("budget", _NUMBER, "", unit="€"),
        Field("consommation", _NUMBER, "", unit="kWh/an"),
        Field("hauteur_cumulee", _NUMBER, "", unit="m", is_additive=True),
    ],
    ids=lambda field: field.name,
)
def test_amounts_counts_lengths_and_surfaces_add_up(field: Field) -> None:
    assert is_additive(field)


@pytest.mark.parametrize(
    "field",
    [
        Field("hauteur", _NUMBER, "", unit="m"),
        Field("age_min", FieldType.INTEGER, ""),
        Field("taux_occupation", _NUMBER, ""),
        Field("avancement", FieldType.INTEGER, "", unit="%"),
        Field("co2_g_km", FieldType.INTEGER, "", unit="g/km"),
        Field("annee", FieldType.INTEGER, ""),
        Field("heure", FieldType.INTEGER, ""),
        Field("tarif_1h", _NUMBER, "", unit="€"),
        Field("niveau_source", FieldType.INTEGER, "", choices=((1, "un"),)),
        Field("nom", FieldType.TEXT, ""),
        Field("logements", FieldType.INTEGER, "", is_additive=False),
    ],
    ids=lambda field: field.name,
)
def test_heights_ages_rates_years_and_codes_do_not_add_up(field: Field) -> None:
    assert not is_additive(field)
