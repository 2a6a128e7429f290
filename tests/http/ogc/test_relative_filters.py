"""Filters that count days from the day of the request: every protocol answers anew on the next day."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from amenities.models import Inspection
from datasets.definitions import DatasetSchema, GeometryRecipe
from layers import access
from layers.models import Layer
from layers.vocabulary import Visibility
from tests import factories
from tests.deliveries import dataset, field, published
from tests.factories import MEUDON, MIDDLES
from tests.people import ADMINISTRATOR, PUBLIC, Person
from tests.protocols import Answer, get, items, tile_of, values
from tests.selections import selected
from tests.wfs_asking import kvp
from tests.world import PLAYGROUNDS, TREES, grant

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 5, 15)
LAST_DAYS = "T_INTERSECTS(date_releve, PERIOD('last-14-days'))"


class Calendar:
    """The day of the requests, which a test may turn over."""

    def __init__(self) -> None:
        self.day = TODAY

    def __call__(self, *_arguments: Any) -> dt.date:
        return self.day


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch, catalogue: Any) -> Calendar:
    """Make it a day of May; trees were looked at on that day, and thirteen, fourteen and forty days before."""
    days = Calendar()
    monkeypatch.setattr(timezone, "localdate", days)
    with factories.in_bulk():
        for before in (0, 13, 14, 40):
            factories.tree(f"Arbre {before}", date_releve=TODAY - dt.timedelta(before))
    return days


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        (LAST_DAYS, {"Arbre 0", "Arbre 13"}),
        ("date_releve >= TODAY('-14d')", {"Arbre 0", "Arbre 13", "Arbre 14"}),
        ("date_releve = TODAY()", {"Arbre 0"}),
        ("date_releve BETWEEN TODAY('-1m') AND TODAY('-1d')", {"Arbre 13", "Arbre 14"}),
        ("NOT T_INTERSECTS(date_releve, period('this-month'))", {"Arbre 40"}),
        ("T_DURING(date_releve, INTERVAL(TODAY('-40d'), '..'))", {"Arbre 0", "Arbre 13", "Arbre 14"}),
        ("T_INTERSECTS(date_releve, INTERVAL('2026-05-02', TODAY()))", {"Arbre 0", "Arbre 13"}),
    ],
)
def test_a_filter_counts_days_from_today(calendar: Calendar, condition: str, names: set[str]) -> None:
    answer = items(TREES, {"filter": condition})
    assert set(values(answer, "nom_vernaculaire")) == names


def test_the_json_encoding_has_the_same_functions(calendar: Calendar) -> None:
    period = {"op": "period", "args": ["last-14-days"]}
    condition = json.dumps({"op": "t_intersects", "args": [{"property": "date_releve"}, period]})
    answer = items(TREES, {"filter": condition, "filter-lang": "cql2-json"})
    assert set(values(answer, "nom_vernaculaire")) == {"Arbre 0", "Arbre 13"}


@pytest.mark.parametrize(
    ("condition", "word"),
    [
        ("T_INTERSECTS(date_releve, PERIOD('last-14-moons'))", "last-14-moons"),
        ("date_releve >= TODAY('-14')", "-14"),
        ("date_releve >= TODAY(14)", "TODAY"),
        ("date_releve >= TODAY('-9999y')", "-9999y"),
        ("T_INTERSECTS(date_releve, PERIOD())", "PERIOD"),
        ("date_releve = PERIOD('today')", "INTERVAL"),
        ("hauteur > TODAY()", "hauteur"),
    ],
)
def test_what_is_no_day_nor_period_is_refused_by_name(calendar: Calendar, condition: str, word: str) -> None:
    answer = items(TREES, {"filter": condition})
    assert answer.status == 400
    assert word in answer.body


ADDRESSES = {
    "items": (f"/api/collections/{TREES}/items", {"filter": LAST_DAYS}),
    "aggregate": (f"/api/collections/{TREES}/aggregate", {"filter": LAST_DAYS}),
    "tile": (f"/tiles/{TREES}/{tile_of(*MIDDLES[MEUDON])}.mvt", {"filter": LAST_DAYS}),
    "wfs": ("/wfs", kvp("GetFeature", "2.0.0", TYPENAMES=TREES, CQL_FILTER=LAST_DAYS)),
    "csv": (f"/export/{TREES}.csv", {"filter": LAST_DAYS}),
}


def ask(name: str, **headers: str) -> Answer:
    """Ask a protocol for the trees of the last days."""
    address, parameters = ADDRESSES[name]
    return get(f"{address}?{urlencode(parameters)}", **headers)


@pytest.mark.parametrize("name", ADDRESSES)
def test_the_answer_and_its_tag_turn_over_with_the_day(calendar: Calendar, name: str) -> None:
    first = ask(name)
    assert first.status == 200, first.body
    held = {"If-None-Match": first.headers["ETag"]}
    assert ask(name, **held).status == 304
    calendar.day += dt.timedelta(days=1)
    after = ask(name, **held)
    assert after.status == 200
    assert after.body != first.body


def test_an_answer_that_counts_no_day_stays_fresh(calendar: Calendar) -> None:
    held = {"If-None-Match": items(TREES).headers["ETag"]}
    calendar.day += dt.timedelta(days=1)
    assert items(TREES, **held).status == 304


def test_a_count_of_related_records_turns_over_with_the_day(calendar: Calendar) -> None:
    parameters = {"relation": "inspections", "relation-filter": "date >= TODAY('-7d')"}
    address = f"/api/collections/{PLAYGROUNDS}/aggregate?{urlencode(parameters)}"
    first = get(address, ADMINISTRATOR)
    calendar.day += dt.timedelta(days=1)
    again = get(address, ADMINISTRATOR, **{"If-None-Match": first.headers["ETag"]})
    assert (first.status, again.status) == (200, 200)


@pytest.mark.parametrize("path", [f"/api/collections/{PLAYGROUNDS}/items", f"/export/{PLAYGROUNDS}.csv"])
def test_features_chosen_by_their_records_turn_over_with_the_day(calendar: Calendar, path: str) -> None:
    """A playground inspected seven days ago is one of the last days today, and none tomorrow."""
    playground = factories.playground("Square")
    Inspection.objects.create(
        playground=playground, date=TODAY - dt.timedelta(7), type="annuel", resultat="conforme"
    )
    address = f"{path}?" + urlencode({"records": "inspections?date >= TODAY('-7d')"})
    first = get(address, ADMINISTRATOR)
    calendar.day += dt.timedelta(days=1)
    after = get(address, ADMINISTRATOR, **{"If-None-Match": first.headers["ETag"]})
    assert (first.status, after.status) == (200, 200)
    assert "Square" in first.body
    assert "Square" not in after.body


def test_the_rows_of_a_grant_turn_over_with_the_day(calendar: Calendar) -> None:
    person = Person("lecteur", groups=("Lecteurs",))
    Layer.objects.filter(slug=TREES).update(visibility=Visibility.INTERNAL)
    grant(person, TREES, rows="date_releve >= TODAY('-13d')")
    before, words = selected(TREES, person), access.versioned(person.visitor())
    assert access.versioned(person.visitor()).key == words.key
    calendar.day += dt.timedelta(days=1)
    after = selected(TREES, person)
    assert (before.count(), after.count()) == (2, 1)
    assert before.scope.key != after.scope.key
    assert access.versioned(person.visitor()).key != words.key  # what is cached of the layers of a visitor


def test_the_public_may_ask_it(calendar: Calendar) -> None:
    assert selected(TREES, PUBLIC, filter=LAST_DAYS).count() == 2


SIGHTINGS = DatasetSchema(fields=(field("nom"), field("vu", "datetime")), key=("nom",), title_field="nom")


@pytest.fixture
def sightings(catalogue: Any, media: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Instants around the day of 25 hours, asked half an hour after its midnight in Paris, still the 24th in UTC."""
    lines = [
        ["Veille", "2026-10-24T21:59:00Z"],
        ["Minuit", "2026-10-24T22:00:00Z"],
        ["Heure deux fois", "2026-10-25T01:30:00Z"],
        ["Dernière minute", "2026-10-25T22:59:00Z"],
        ["Lendemain", "2026-10-25T23:00:00Z"],
    ]
    published(
        dataset("vues", SIGHTINGS),
        *lines,
        schema=SIGHTINGS,
        titles=("nom", "vu"),
        recipe=GeometryRecipe("none"),
    )
    moment = dt.datetime(2026, 10, 24, 22, 30, tzinfo=dt.UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("T_INTERSECTS(vu, PERIOD('today'))", {"Minuit", "Heure deux fois", "Dernière minute"}),
        ("T_INTERSECTS(vu, PERIOD('yesterday'))", {"Veille"}),
        ("vu < TODAY()", {"Veille"}),
        ("vu > TODAY()", {"Lendemain"}),
        ("vu = TODAY()", {"Minuit", "Heure deux fois", "Dernière minute"}),
        (
            "vu BETWEEN TODAY() AND TODAY('+1d')",
            {"Minuit", "Heure deux fois", "Dernière minute", "Lendemain"},
        ),
        ("T_INTERSECTS(vu, PERIOD('next-1-day'))", {"Lendemain"}),
    ],
)
def test_days_are_those_of_paris_with_as_many_hours_as_they_have(
    sightings: None, condition: str, names: set[str]
) -> None:
    answer = items("vues", {"filter": condition})
    assert answer.status == 200, answer.body
    assert set(values(answer, "nom")) == names
