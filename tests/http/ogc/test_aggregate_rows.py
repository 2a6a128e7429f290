"""``/api/collections/{layer}/aggregate`` of related records, series and periods: answers, refusals, statements."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from layers.models import Layer
from tests import factories
from tests.factories import MEUDON
from tests.people import ADMINISTRATOR, GARDENER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import Answer, ask, get
from tests.world import PLAYGROUNDS, TREES, World

pytestmark = pytest.mark.django_db


def aggregate(slug: str, person: Person = PUBLIC, **parameters: str) -> Answer:
    return ask(f"/api/collections/{slug}/aggregate", parameters, person)


def test_records_are_grouped_for_machines(world: World) -> None:
    document = aggregate(
        PLAYGROUNDS,
        GARDENER,
        relation="inspections",
        group_by="year:date,feature.nom",
        measures="share:count",
    ).document
    assert [(column["name"], column["title"], column.get("unit")) for column in document["columns"]] == [
        ("year:date", "Date (année)", None),
        ("feature.nom", "Nom", None),
        ("share:count", "Contrôles (nombre) (part du total)", "%"),
    ]
    assert document["rows"][0] == {
        "year:date": "2026-01-01",
        "feature.nom": "Jeux-Bruyeres",
        "share:count": pytest.approx(100 / 3),
    }


@pytest.mark.parametrize(
    ("person", "status"),
    [(PUBLIC, 401), (PLANNER, 400), (TOWN_AGENT, 400), (GARDENER, 200), (ADMINISTRATOR, 200)],
)
def test_records_are_for_who_reads_them(world: World, person: Person, status: int) -> None:
    assert aggregate(PLAYGROUNDS, person, relation="inspections").status == status


@pytest.mark.parametrize(
    "asked",
    [
        {"relation": "inconnue"},
        {"relation": "equipements", "relation-filter": "resultat = 'conforme'"},
        {"relation": "equipements", "relation-filter": "type ="},
        {"relation-filter": "a = 1"},
        {"series": "nom"},
        {"period": "nom:2024-01-01"},
        {"period": "date:hier"},
        {"empty": "oui"},
        {"empty": "true"},
        {"measures": "ratio:count"},
        {"measures": "share:avg:surface_m2"},
        {"measures": "cumulated:count"},
    ],
    ids=str,
)
def test_a_refusal_names_its_parameter(world: World, asked: dict[str, str]) -> None:
    answer = aggregate(PLAYGROUNDS, GARDENER, **asked)
    assert answer.status == 400
    assert answer.document["parameter"] == list(asked)[-1]


def test_the_records_of_a_layer_are_told_to_who_reads_them(world: World) -> None:
    told = {}
    for person in (PLANNER, GARDENER):
        path = get("/api/openapi.json", person).document["paths"][f"/collections/{PLAYGROUNDS}/aggregate"]
        given = {one.get("name"): one["schema"] for one in path["get"]["parameters"] if "schema" in one}
        told[person.name] = given["relation"]["enum"]
    assert "inspections" not in told[PLANNER.name]
    assert "inspections" in told[GARDENER.name]


@pytest.mark.parametrize("form", ["json", "html"])
@pytest.mark.parametrize(
    "parameters",
    [
        {"series": "hauteur,precision_position", "group_by": "commune"},
        {"group_by": "quarter:date_releve,genre", "empty": "true", "measures": "count,change:count"},
    ],
    ids=str,
)
def test_every_form_is_served(world: World, parameters: dict[str, str], form: str) -> None:
    factories.tree(hauteur=9.0, date_releve=dt.date(2024, 5, 2))
    assert aggregate(TREES, f=form, **parameters).status == 200


@pytest.mark.parametrize(
    ("asked", "is_linked"), [({"series": "hauteur"}, True), ({"period": "date_releve:2024-01-01"}, False)]
)
def test_features_are_linked_where_a_list_selects_the_same(
    world: World, asked: dict[str, str], is_linked: bool
) -> None:
    links = aggregate(TREES, commune=MEUDON, **asked).document["links"]
    found = [link["href"] for link in links if link["rel"] == "items"]
    assert [address.endswith(f"/items?commune={MEUDON}") for address in found] == [True] * is_linked


@pytest.mark.parametrize(
    "question",
    [
        "group_by=commune,month:date_releve&empty=true&measures=count,cumulated:count,change:count,per_inhabitant:count",
        "series=hauteur,precision_position&measures=sum:value,share:sum:value",
    ],
)
@pytest.mark.parametrize("smallest", [0, 3])
def test_an_answer_is_one_statement(world: World, client: Client, question: str, smallest: int) -> None:
    Layer.objects.filter(slug=TREES).update(smallest_count=smallest)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"/api/collections/{TREES}/aggregate?{question}").status_code == 200
    asked = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert len(asked) == 3, "\n".join(asked)  # the layer, the time limit, the statement
