"""The unit of a document is that of its first measure; a measure of another quantity keeps its own."""

from __future__ import annotations

import pytest

from dashboards.panels.labels import measure_units
from layers.aggregates import ResultColumn
from layers.definitions import FieldType


def measure(name: str, unit: str = "") -> ResultColumn:
    return ResultColumn(name, name, FieldType.NUMBER, unit=unit)


KEY = ResultColumn("nature", "Nature", FieldType.TEXT, is_key=True)
COUNT = measure("count")


@pytest.mark.parametrize(
    ("first", "other", "unit", "unit_of_other"),
    [
        (measure("sum:cout_eur"), COUNT, "€", ""),
        (measure("sum:presents"), COUNT, "personnes", ""),
        (measure("per_inhabitant:count"), COUNT, "pour 1 000 habitants", ""),
        (measure("per_inhabitant:sum:surface_m2", "m²"), measure("sum:surface_m2", "m²"), "m²/hab.", "m²"),
        (measure("per_inhabitant:sum:surface_m2", "m²"), COUNT, "m²", ""),
        (measure("median:duree", "min"), measure("sum:distance", "km"), "minutes", "km"),
        (measure("share:count", "%"), COUNT, "% des arbres", ""),
        (COUNT, measure("distinct:genre"), "arbres", ""),
    ],
)
def test_another_quantity_keeps_its_own_unit(
    first: ResultColumn, other: ResultColumn, unit: str, unit_of_other: str
) -> None:
    assert measure_units([KEY, first, other], unit) == {first.name: unit, other.name: unit_of_other}


@pytest.mark.parametrize(
    ("first", "other"),
    [
        (measure("median:days:demande..fin", "j"), measure("p90:days:demande..fin", "j")),
        (measure("avg:places"), measure("max:places")),
        (measure("sum:abonnements", "€"), measure("sum:horodateurs", "€")),
        (COUNT, measure("cumulated:count")),
        (measure("per_km2:sum:a", "€/km²"), measure("per_km2:sum:b", "€/km²")),
    ],
)
def test_the_same_quantity_has_the_unit_of_the_document(first: ResultColumn, other: ResultColumn) -> None:
    assert measure_units([KEY, first, other], "mots")[other.name] == "mots"


def test_without_a_unit_of_the_document_each_measure_has_its_own() -> None:
    columns = [measure("sum:cout", "€"), COUNT, measure("area", "m²")]
    assert measure_units(columns) == {"sum:cout": "€", "count": "", "area": "m²"}
