"""Rules of the planning sheet, edited in the pages of management."""

from __future__ import annotations

import pytest
from django.test import Client

from gisportal.journal.models import JournalEntry
from planning.models import ApplicableRule
from tests.people import ADMINISTRATOR, PLANNER
from tests.staff import BACKEND
from tests.world import World

pytestmark = pytest.mark.django_db
ADDRESS = "/gestion/fiche-urbanisme/"
CAUTIONS = {
    "cautions-TOTAL_FORMS": "1",
    "cautions-INITIAL_FORMS": "0",
    "cautions-0-words": "Bruit fort : fenêtres isolées.",
    "cautions-0-rows": "",
    "cautions-0-level": "warning",
    "cautions-0-order": "1",
}
RULE = {
    "title": "Jeux proches",
    "family": "other",
    "layer": "aires-de-jeux",
    "relation": "within",
    "distance_m": "200",
    "at_most": "5",
    "rows": "",
    "code_field": "",
    "detail_fields": "nom",
    "order": "95",
    "is_active": "on",
}


@pytest.fixture
def administrator(world: World) -> Client:
    client = Client()
    client.force_login(ADMINISTRATOR.account(), backend=BACKEND)
    return client


def test_a_rule_is_written_with_its_caution_and_a_line_of_the_journal(administrator: Client) -> None:
    before = JournalEntry.objects.count()
    assert administrator.post(f"{ADDRESS}nouvelle/", RULE | CAUTIONS).status_code == 302
    rule = ApplicableRule.objects.get(title="Jeux proches")
    assert [caution.level for caution in rule.cautions.all()] == ["warning"]
    assert JournalEntry.objects.count() > before


@pytest.mark.parametrize(
    ("values", "culprit"),
    [
        ({"rows": "inconnu = 1"}, "inconnu"),
        ({"detail_fields": "inconnu"}, "inconnu"),
        ({"distance_m": ""}, "distance"),
        ({"layer": "", "absence": ""}, "Nommez une couche"),
        ({"cautions-0-rows": "nom ="}, "filtre"),
    ],
    ids=str,
)
def test_a_fault_is_named_and_nothing_is_written(
    administrator: Client, values: dict[str, str], culprit: str
) -> None:
    response = administrator.post(f"{ADDRESS}nouvelle/", RULE | CAUTIONS | values)
    assert (response.status_code, culprit in response.content.decode()) == (422, True)
    assert not ApplicableRule.objects.filter(title="Jeux proches").exists()


def test_a_rule_is_deleted(administrator: Client) -> None:
    rule = ApplicableRule.objects.create(title="Bruit", family="risks", absence="À voir ailleurs.")
    administrator.post(f"{ADDRESS}{rule.pk}/", {"deed": "delete"})
    assert not ApplicableRule.objects.filter(pk=rule.pk).exists()


def test_the_list_says_which_layers_are_read(administrator: Client) -> None:
    text = administrator.get(ADDRESS).content.decode()
    assert ["dite non regardée" in text, "Zones du PLUi" in text] == [True, True]


def test_who_is_no_administrator_has_no_such_page(world: World) -> None:
    client = Client()
    client.force_login(PLANNER.account(), backend=BACKEND)
    assert client.get(ADDRESS).status_code == 404
