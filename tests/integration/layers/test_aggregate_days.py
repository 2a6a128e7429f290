"""Days between two dates, measured as any number: what Python and plain SQL make of the same rows."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from statistics import median

import pytest
from django.db import connection

from amenities.models import ChargePoint, Intervention, Playground
from amenities.vocabulary import InterventionKind
from layers.aggregates import AggregateResult
from layers.errors import InvalidParameter, UnknownProperty
from tests import factories
from tests.deliveries import BENCH_TITLES, BENCHES, bench, dataset, field, published
from tests.factories import MEUDON, SEVRES
from tests.people import PLANNER, PUBLIC, Person
from tests.selections import aggregated
from tests.world import PLAYGROUNDS, World, protect

pytestmark = pytest.mark.django_db
MEDIAN = "median:days:date_demande..date"


@pytest.fixture
def works(world: World) -> list[Intervention]:
    """Forty works of two kinds, some asked for on an unknown day."""
    protect(PLAYGROUNDS, "interventions", PLANNER)
    Intervention.objects.all().delete()
    chance, playground = random.Random(3), next(iter(world.playgrounds.values()))
    made = []
    for number in range(40):
        date = dt.date(2025, 1, 1) + dt.timedelta(chance.randrange(500))
        asked = date - dt.timedelta(chance.randrange(60)) if number % 5 else None
        kind = chance.choice([InterventionKind.REPARATION, InterventionKind.NETTOYAGE])
        made.append(Intervention(playground=playground, nature=kind, date=date, date_demande=asked))
    return Intervention.objects.bulk_create(made)


def delays(works: list[Intervention], kind: str) -> list[int]:
    """Return the days that works of a kind took, where they are known."""
    return [(w.date - w.date_demande).days for w in works if w.nature == kind and w.date_demande is not None]


def asked(person: Person = PLANNER, **words: str) -> AggregateResult:
    return aggregated(PLAYGROUNDS, person, relation="interventions", **words)


def test_the_median_delay_is_that_of_python(works: list[Intervention]) -> None:
    found = dict(asked(group_by="nature", measures=MEDIAN).rows)
    assert found == {kind: median(delays(works, kind)) for kind in ("reparation", "nettoyage")}


def test_every_measure_of_days_is_that_of_plain_sql(works: list[Intervention]) -> None:
    measures = ("sum", "avg", "min", "max", "stddev", "p90", "distinct")
    found = asked(measures=",".join(f"{name}:days:date_demande..date" for name in measures))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(d), avg(d), min(d), max(d), stddev_samp(d),"
            " percentile_cont(0.9) WITHIN GROUP (ORDER BY d), count(DISTINCT d)"
            " FROM (SELECT date - date_demande AS d FROM amenities_intervention) AS delays"
        )
        assert found.rows[0] == pytest.approx([float(value) for value in cursor.fetchone()])


def test_days_derive_other_measures(works: list[Intervention]) -> None:
    found = asked(measures="ratio:sum:days:date_demande..date/count")
    total = sum(sum(delays(works, kind)) for kind in ("reparation", "nettoyage"))
    assert found.rows == ((pytest.approx(total / len(works)),),)


def test_days_are_negative_backwards(works: list[Intervention]) -> None:
    there, back = asked(measures=f"{MEDIAN},median:days:date..date_demande").rows[0]
    assert there == -back


def test_whole_days_are_told_as_such_with_their_unit(works: list[Intervention]) -> None:
    column = asked(measures="max:days:date_demande..date").columns[0]
    assert (column.type.value, column.unit) == ("integer", "j")


def test_days_go_from_a_date_of_the_feature_too(works: list[Intervention]) -> None:
    Playground.objects.update(date_ouverture=dt.date(2024, 1, 1))
    Intervention.objects.update(date_demande=None, date=dt.date(2024, 1, 31))
    assert asked(measures="min:days:feature.date_ouverture..date").rows == ((30,),)


def test_days_of_features_need_no_relation(catalogue: object) -> None:
    with factories.in_bulk():
        for at, day in ((MEUDON, 11), (SEVRES, 21)):
            factories.station(at=at, date_mise_en_service=dt.date(2024, 3, 1), date_maj=dt.date(2024, 3, day))
    found = aggregated("bornes-de-recharge", measures="avg:days:date_mise_en_service..date_maj")
    assert found.rows == ((15,),)


@pytest.mark.parametrize(
    ("ends", "days"),
    [
        ("pose..vu", 10),  # in Paris, the instant is of the 11th
        ("vu..repare", 1.5),
        ("repare..pose", -11),
    ],
)
def test_an_instant_counts_as_its_day_in_paris_against_a_date(
    catalogue: object, ends: str, days: float
) -> None:
    schema = replace(BENCHES, fields=(*BENCHES.fields, field("vu", "datetime"), field("repare", "datetime")))
    line = [*bench("B1", pose="01/07/2024"), "2024-07-10T22:30:00Z", "2024-07-12T10:30:00Z"]
    published(dataset("bancs", schema), line, schema=schema, titles=(*BENCH_TITLES, "vu", "repare"))
    assert aggregated("bancs", measures=f"avg:days:{ends}").rows == ((days,),)


@pytest.mark.parametrize("name", ["nature..date", "date_demande..nature", "date..cout_eur"])
def test_what_is_no_date_is_refused(works: list[Intervention], name: str) -> None:
    with pytest.raises(InvalidParameter, match="date"):
        asked(measures=f"median:days:{name}")


@pytest.mark.parametrize("name", ["absent..date", "date..absent"])
def test_an_unknown_date_is_refused_by_its_name(works: list[Intervention], name: str) -> None:
    with pytest.raises(UnknownProperty, match="absent"):
        asked(measures=f"median:days:{name}")


@pytest.mark.parametrize("name", ["date_mise_en_service..date_maj", "date_maj..date_mise_en_service"])
def test_a_hidden_date_is_refused_like_one_that_is_not_there(catalogue: object, name: str) -> None:
    factories.charge_point(factories.station())
    assert ChargePoint.objects.exists()
    protect("bornes-de-recharge", "date_maj")
    with pytest.raises(UnknownProperty, match="date_maj"):
        aggregated("bornes-de-recharge", PUBLIC, measures=f"median:days:{name}")
