"""How dates of a selection are spread over the calendar, under the rights and the filters of every list."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from layers.aggregates import calendar
from layers.errors import InvalidParameter, UnknownProperty
from tests import factories
from tests.deliveries import BENCH_TITLES, BENCHES, bench, dataset, field, published
from tests.factories import MEUDON, SEVRES
from tests.people import PLANNER
from tests.selections import selected
from tests.world import TREES, World

pytestmark = pytest.mark.django_db


def surveyed(*days: dt.date | None) -> None:
    """Plant a tree for each day of survey."""
    with factories.in_bulk():
        for day in days:
            factories.tree(date_releve=day)


def spread(slug: str = TREES, name: str = "date_releve") -> list[tuple[object, object, int]]:
    """Return the bins of everything."""
    return [(each.start, each.end, each.count) for each in calendar(selected(slug), name).bins]


def test_months_are_whole_and_empty_ones_are_there(catalogue: object) -> None:
    surveyed(dt.date(2023, 11, 30), dt.date(2024, 1, 1), dt.date(2024, 1, 31), None)
    assert spread() == [
        (dt.date(2023, 11, 1), dt.date(2023, 12, 1), 1),
        (dt.date(2023, 12, 1), dt.date(2024, 1, 1), 0),
        (dt.date(2024, 1, 1), dt.date(2024, 2, 1), 2),
    ]


def test_a_histogram_tells_its_ends_its_period_and_what_has_no_date(catalogue: object) -> None:
    surveyed(dt.date(2023, 11, 30), dt.date(2024, 1, 31), None)
    found = calendar(selected(TREES), "date_releve")
    assert (found.min, found.max) == (dt.date(2023, 11, 30), dt.date(2024, 1, 31))
    assert found.step == "month"
    assert found.nulls == 1
    assert found.has_closed_end is False


def test_long_times_are_told_by_year_and_longer_ones_by_groups(catalogue: object) -> None:
    surveyed(dt.date(2001, 5, 4), dt.date(2024, 1, 31))
    assert (calendar(selected(TREES), "date_releve").step, len(spread())) == ("year", 24)
    surveyed(dt.date(1871, 3, 18))
    assert spread()[0] == (dt.date(1870, 1, 1), dt.date(1875, 1, 1), 1)
    assert calendar(selected(TREES), "date_releve").step == "years"


def test_every_date_is_counted_once(catalogue: object) -> None:
    surveyed(*(dt.date(1900 + index, 1 + index % 12, 1 + index % 28) for index in range(0, 120, 7)))
    found = calendar(selected(TREES), "date_releve")
    assert sum(each.count for each in found.bins) == 18


def test_no_date_makes_no_bin(catalogue: object) -> None:
    surveyed(None, None)
    found = calendar(selected(TREES), "date_releve")
    assert found.bins == ()
    assert found.nulls == 2
    assert found.min is None


def test_the_filter_narrows_it(catalogue: object) -> None:
    factories.tree(date_releve=dt.date(2024, 1, 1), at=MEUDON)
    factories.tree(date_releve=dt.date(2020, 1, 1), at=SEVRES)
    found = calendar(selected(TREES, commune=MEUDON), "date_releve")
    assert [(each.start, each.count) for each in found.bins] == [(dt.date(2024, 1, 1), 1)]


def test_an_instant_belongs_to_the_day_it_is_in_paris(catalogue: object) -> None:
    schema = replace(BENCHES, fields=(*BENCHES.fields, field("releve", "datetime")))
    lines = [[*bench("B1"), "2023-12-31T22:30:00Z"], [*bench("B2"), "2023-12-31T23:30:00Z"]]
    published(dataset("bancs", schema), *lines, schema=schema, titles=(*BENCH_TITLES, "releve"))
    assert [(start, count) for start, _end, count in spread("bancs", "releve")] == [
        (dt.date(2023, 12, 31), 1),
        (dt.date(2024, 1, 1), 1),
    ]


@pytest.mark.parametrize("name", ["hauteur", "genre"])
def test_what_is_no_date_is_refused(catalogue: object, name: str) -> None:
    factories.tree(hauteur=3.0)
    with pytest.raises(InvalidParameter) as caught:
        calendar(selected(TREES), name, parameter="champ")
    assert caught.value.parameter == "champ"


def test_a_hidden_date_is_refused_like_one_that_does_not_exist(world: World) -> None:
    told = []
    for name in ("date_dernier_diagnostic", "rien_du_tout"):
        with pytest.raises(UnknownProperty) as caught:
            calendar(selected(TREES, PLANNER), name)
        told.append(caught.value.detail.replace(name, "…"))
    assert told[0] == told[1]
