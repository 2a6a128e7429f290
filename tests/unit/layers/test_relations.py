"""Relations of a definition: the fields that they say are something to whoever reads them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from amenities.catalogue import PLAYGROUNDS
from layers.definitions import Relation
from plans.catalogue import INDICATORS


def relation(name: str) -> Relation:
    return next(each for layer in (PLAYGROUNDS, INDICATORS) for each in layer.relations if each.name == name)


@pytest.mark.parametrize(
    ("name", "date"),
    [("inspections", "date"), ("interventions", "date"), ("equipements", "")],
)
def test_a_record_is_dated_by_its_due_date_or_its_own(name: str, date: str) -> None:
    assert relation(name).dated_by == date


@pytest.mark.parametrize("field", ["part_field", "time_field", "year_field", "value_field"])
def test_a_relation_names_fields_that_it_has(field: str) -> None:
    with pytest.raises(ValueError, match=r"photos: no such field: absent"):
        replace(relation("photos"), **{field: "absent"})
