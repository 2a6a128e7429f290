"""The page of the metadata of a layer: who has it, what it refuses, and two editors at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from gisportal.journal.models import JournalEntry
from layers.models import Layer
from metadata.models import LayerMetadata, MetadataChange
from tests.factories import MEUDON
from tests.forms import sent_by
from tests.people import ADMINISTRATOR, GARDENER, PLANNER, PUBLIC, Person
from tests.staff import signed_in, text
from tests.world import DRAFT, TREES, World, grant

PAGE = f"/catalogue/{TREES}/metadonnees/"


@pytest.fixture
def editor(world: World) -> Client:
    """The browser of somebody who feeds the trees."""
    grant(GARDENER, TREES, can_add=True, can_change=True, can_delete=True)
    return signed_in(GARDENER)


def opened(client: Client, page: str = PAGE) -> dict[str, str]:
    return sent_by(client.get(page), "data-metadata")


def row() -> LayerMetadata:
    return LayerMetadata.objects.get(layer__slug=TREES)


@pytest.mark.parametrize("person", [PUBLIC, PLANNER], ids=str)
def test_who_does_not_feed_the_layer_finds_no_page(world: World, person: Person) -> None:
    client = Client() if person.is_anonymous else signed_in(person)
    assert {client.get(PAGE).status_code, client.post(PAGE).status_code} == {404}


def test_the_page_does_not_exist_on_the_portal_of_a_commune(editor: Client) -> None:
    answer = editor.get(PAGE, headers={"host": "meudon.localhost"})
    assert answer.status_code == 403, MEUDON


def test_an_administrator_edits_a_draft(world: World) -> None:
    assert signed_in(ADMINISTRATOR).get(f"/catalogue/{DRAFT}/metadonnees/").status_code == 200


def test_the_form_left_as_it_is_writes_nothing(editor: Client) -> None:
    assert editor.post(PAGE, opened(editor)).status_code == 302
    assert not LayerMetadata.objects.filter(layer__slug=TREES).exists()
    assert not MetadataChange.objects.exists()


def test_a_change_is_stored_in_the_history_and_in_the_journal(editor: Client) -> None:
    sent = opened(editor) | {"lineage": "Relevé de terrain.", "keywords": "arbre, nature, ville", "west": "2.1",
                             "south": "48.7", "east": "2.3", "north": "48.9", "starts_on": "2020-01-01",
                             "ends_on": "2024-12-31"}  # fmt: skip
    assert editor.post(PAGE, sent).status_code == 302
    assert row().bounds == [2.1, 48.7, 2.3, 48.9]
    assert Layer.objects.get(slug=TREES).keywords == ["arbre", "nature", "ville"]
    change = MetadataChange.objects.get()
    assert change.changes["lineage"] == ["", "Relevé de terrain."]
    assert change.author == GARDENER.account()
    entry = JournalEntry.objects.get(event="metadata")
    assert entry.subject == f"layer {TREES}"
    assert "Relevé de terrain." in text(editor.get(PAGE)).split("historique-titre")[-1]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"contact": "jeanne.martin@ville.fr"}, "semble nommer une personne"),
        ({"contact_name": "Mme Martin"}, "jamais une personne"),
        ({"west": "2"}, "quatre côtés"),
        ({"west": "3", "south": "48", "east": "2", "north": "49"}, "L’ouest vient avant l’est"),
        ({"starts_on": "2024-01-01"}, "deux dates"),
        ({"starts_on": "2024-01-01", "ends_on": "2023-01-01"}, "La fin vient avant le début"),
        ({"access_rights": "NON_PUBLIC"}, "ouverte à tous"),
        ({"licence": "copyright"}, "copyright"),
    ],
)
def test_a_value_that_is_wrong_is_named_and_nothing_is_written(
    editor: Client, values: dict[str, str], reason: str
) -> None:
    answer = editor.post(PAGE, opened(editor) | values | {"lineage": "Texte à garder."})
    assert answer.status_code == 422
    assert reason in text(answer)
    assert "Texte à garder." in text(answer)
    assert not MetadataChange.objects.exists()


def test_a_form_of_another_layer_or_without_its_seal_is_refused(editor: Client) -> None:
    assert editor.post(PAGE, opened(editor) | {"base": "x"}).status_code == 400


def test_two_editors_of_different_fields_both_write(editor: Client) -> None:
    first, second = opened(editor) | {"lineage": "Relevé."}, opened(editor) | {"quality": "Sûre."}
    assert [editor.post(PAGE, sent).status_code for sent in (first, second)] == [302, 302]
    assert row().lineage == "Relevé."
    assert row().quality == "Sûre."


def test_the_second_editor_of_a_field_reads_the_other_text_and_loses_nothing(editor: Client) -> None:
    first = opened(editor) | {"lineage": "Premier.", "quality": "Sûre."}
    second = opened(editor) | {"lineage": "Second."}
    editor.post(PAGE, first)
    answer = editor.post(PAGE, second)
    assert answer.status_code == 409
    assert row().lineage == "Premier."
    assert "Premier." in text(answer).split('id="entre-temps"')[1]
    again = sent_by(answer, "data-metadata")
    assert again["lineage"] == "Second."
    assert editor.post(PAGE, again).status_code == 302
    assert row().lineage == "Second."
    assert row().quality == "Sûre.", "what the second editor left alone stays as the first wrote it"


def test_a_form_that_was_corrected_first_still_meets_the_other_text(editor: Client) -> None:
    second = opened(editor) | {"lineage": "Second.", "contact": "jeanne.martin@ville.fr"}
    editor.post(PAGE, opened(editor) | {"lineage": "Premier."})
    refused = editor.post(PAGE, second)
    assert refused.status_code == 422
    again = sent_by(refused, "data-metadata") | {"contact": "nature@ville.fr"}
    assert editor.post(PAGE, again).status_code == 409
    assert row().lineage == "Premier."


def test_only_an_administrator_changes_the_identifier_of_the_former_portal(editor: Client) -> None:
    editor.post(PAGE, opened(editor) | {"former_id": "arbres", "lineage": "Relevé."})
    assert row().former_id == ""
    administrator = signed_in(ADMINISTRATOR)
    administrator.post(PAGE, opened(administrator) | {"former_id": "arbres"})
    assert row().former_id == "arbres"


def test_the_page_says_what_is_missing_and_the_score_grows(editor: Client) -> None:
    def score(page: str) -> int:
        return int(page.split('<meter class="score-meter', 1)[1].split('value="')[1].split('"')[0])

    before: Any = text(editor.get(PAGE))
    assert "Généalogie manquante" in before
    editor.post(PAGE, opened(editor) | {"lineage": "Relevé."})
    after = text(editor.get(PAGE))
    assert "Généalogie manquante" not in after
    assert score(after) == score(before) + 8
