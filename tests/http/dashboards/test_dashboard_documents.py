"""The schema of documents is everybody's; the document of a dashboard is for who may change it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from jsonschema import Draft202012Validator

from dashboards.documents import parse_document
from dashboards.registry import PANEL_KINDS
from tests import people
from tests.dashboards import dashboard, let_make
from tests.people import Person
from tests.staff import signed_in
from tests.world import World


def test_the_published_schema_is_one_and_names_every_kind(client: Client, db: None) -> None:
    answer = client.get(reverse("dashboards:schema"))
    schema = answer.json()
    Draft202012Validator.check_schema(schema)
    assert answer["Content-Type"].startswith("application/schema+json")
    assert schema["$id"].endswith("/tableaux-de-bord/schema.json")
    assert schema["$defs"]["panel"]["properties"]["kind"]["enum"] == list(PANEL_KINDS)


@pytest.fixture
def shelf(world: World) -> None:
    let_make("Urbanisme")
    dashboard("jeux", producer="Urbanisme", groups=["Ville de Meudon"], title="Les jeux")


def asked(person: Person, address: str) -> int:
    visitor = Client() if person.is_anonymous else signed_in(person)
    return visitor.get(address).status_code


@pytest.mark.parametrize(
    ("person", "status"),
    [
        (people.PUBLIC, 404),
        (people.OUTSIDER, 404),
        (people.TOWN_AGENT, 403),
        (people.PLANNER, 200),
        (people.ADMINISTRATOR, 200),
    ],
    ids=str,
)
def test_the_document_is_for_who_may_change_it(shelf: None, person: Person, status: int) -> None:
    assert asked(person, reverse("dashboards:document", args=["jeux"])) == status


def test_the_document_is_a_file_that_import_reads(shelf: None) -> None:
    answer = signed_in(people.PLANNER).get(reverse("dashboards:document", args=["jeux"]))
    document = parse_document(answer.content.decode(), PANEL_KINDS.values())[0]
    assert document.producer == "Urbanisme"
    assert 'filename="jeux.yaml"' in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("query", "status"), [("version=1", 200), ("version=9", 404), ("version=x", 400), ("v=1", 400)]
)
def test_a_version_is_named_by_its_number(shelf: None, query: str, status: int) -> None:
    assert asked(people.PLANNER, f"{reverse('dashboards:document', args=['jeux'])}?{query}") == status
