"""The page where rows are edited: who has it, what it saves, and what it says when somebody else wrote meanwhile."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from heritage.models import RemarkableTree
from tests.factories import MEUDON, MIDDLES
from tests.people import OUTSIDER, Person
from tests.staff import BACKEND
from tests.world import TREES, World, grant

pytestmark = pytest.mark.django_db
EDITOR = Person("elagueuse", groups=("Élagage",))
PAGE = f"/catalogue/{TREES}/modifier/"


@pytest.fixture
def editor(world: World) -> Client:
    """A client of EDITOR, who writes the trees of Meudon and reads no protected field."""
    grant(EDITOR, TREES, can_add=True, can_change=True, can_delete=True, rows=f"commune = '{MEUDON}'")
    return client_of(EDITOR)


def client_of(person: Person) -> Client:
    client = Client(headers={"HX-Request": "true"})
    client.force_login(person.account(), backend=BACKEND)
    return client


def cedar(world: World) -> RemarkableTree:
    return world.trees["Cedre-Meudon"]


def elsewhere(world: World) -> RemarkableTree:
    """Return a tree of another town, whose id is above a thousand: ids are written without separator."""
    return RemarkableTree.objects.exclude(commune_id=MEUDON).earliest("pk")


def read(client: Client, tree: RemarkableTree) -> dict[str, str]:
    """Return the version and the event of a row, as its form has them."""
    text = client.get(f"{PAGE}{tree.pk}/").content.decode()
    values = dict(re.findall(r'name="(row-version|row-event)" value="([^"]*)"', text))
    assert set(values) == {"row-version", "row-event"}
    return values


def save(client: Client, tree: RemarkableTree, read: dict[str, str], **values: str) -> Any:
    return client.post(f"{PAGE}{tree.pk}/", read | values)


def test_the_page_is_absent_for_who_writes_nothing(editor: Client, world: World) -> None:
    for client in (Client(), client_of(OUTSIDER)):
        assert client.get(PAGE).status_code == 404
        assert client.post(f"{PAGE}{cedar(world).pk}/", {"adresse": "x"}).status_code == 404
        assert PAGE not in client.get(f"/catalogue/{TREES}/").content.decode()
    assert PAGE in editor.get(f"/catalogue/{TREES}/").content.decode()


def test_rows_outside_the_grant_are_locked_and_hidden_fields_absent(editor: Client, world: World) -> None:
    text = editor.get(PAGE).content.decode()
    rows = {int(pk): attributes for pk, attributes in re.findall(r'<tr id="row-(\d+)"([^>]*)>', text)}
    assert {pk: "data-locked" in rows[pk] for pk in (cedar(world).pk, elsewhere(world).pk)} == {
        cedar(world).pk: False,
        elsewhere(world).pk: True,
    }
    assert "etat_sanitaire" not in text
    assert "matricule" not in text
    other = elsewhere(world)
    refused = save(editor, other, {"row-version": "any", "row-event": "0"}, adresse="ailleurs")
    assert refused.status_code == 403
    hidden = save(editor, cedar(world), read(editor, cedar(world)), matricule="x")
    assert (hidden.status_code, "matricule" in hidden.content.decode()) == (400, True)


def test_a_cell_is_saved_and_undone_and_a_refused_value_is_named(editor: Client, world: World) -> None:
    tree = cedar(world)
    before = tree.adresse
    answer = save(editor, tree, read(editor, tree), adresse="1 rue du Cèdre").content.decode()
    assert f'id="row-{tree.pk}"' in answer
    assert "Enregistré à" in answer
    wrong = save(editor, tree, read(editor, tree), hauteur="très haut")
    assert wrong.status_code == 422
    assert 'data-fault="hauteur"' in wrong.content.decode()
    undone = editor.post(f"{PAGE}annuler/")
    assert undone.status_code == 200
    tree.refresh_from_db()
    assert tree.adresse == before
    assert editor.post(f"{PAGE}annuler/").status_code == 404


def test_the_form_of_a_row_says_where_it_comes_from(editor: Client, world: World) -> None:
    tree = cedar(world)
    save(editor, tree, read(editor, tree), adresse="1 rue du Cèdre")
    origin = editor.get(f"{PAGE}{tree.pk}/").context["origin"]
    assert (EDITOR.name in origin, origin.endswith("par une page.")) == (True, True)


def test_an_undo_is_refused_once_somebody_else_wrote(editor: Client, world: World) -> None:
    tree = cedar(world)
    save(editor, tree, read(editor, tree), adresse="1 rue du Cèdre")
    other = client_of(EDITOR)
    save(other, tree, read(other, tree), adresse="ailleurs")
    answer = editor.post(f"{PAGE}annuler/")
    assert answer.status_code == 412
    assert "a changé depuis" in answer.content.decode()


def test_a_conflict_has_mine_theirs_and_what_merges_and_is_resolved_by_field(
    editor: Client, world: World
) -> None:
    tree, other = cedar(world), client_of(EDITOR)
    mine = read(editor, tree)
    save(other, tree, read(other, tree), adresse="la leur", hauteur="31")
    answer = save(editor, tree, mine, adresse="la mienne")
    assert answer.status_code == 409
    fields = {field.name: field for field in answer.context["conflict"].fields}
    assert {name: field.choice for name, field in fields.items()} == {"adresse": "", "hauteur": "theirs"}
    assert (fields["adresse"].mine, fields["adresse"].theirs) == ("la mienne", "la leur")
    assert EDITOR.name in answer.content.decode()
    text = answer.content.decode()
    resolved = dict(re.findall(r'name="(row-version|row-event)" value="([^"]*)"', text))
    resolved |= {"row-resolving": "1", "adresse": "la mienne", "hauteur": fields["hauteur"].raw}
    undecided = editor.post(f"{PAGE}{tree.pk}/", resolved)
    assert undecided.status_code == 400
    choices = {"row-choice-adresse": "mine", "row-choice-hauteur": "theirs"}
    assert editor.post(f"{PAGE}{tree.pk}/", resolved | choices).status_code == 200
    tree.refresh_from_db()
    assert (tree.adresse, tree.hauteur) == ("la mienne", 31)


def test_a_row_is_added_where_it_is_placed_then_deleted(editor: Client, world: World) -> None:
    place = json.dumps({"type": "Point", "coordinates": MIDDLES[MEUDON]})
    empty = RemarkableTree()
    chosen = {"remarquable": "true", "protege": "false", "protection": empty.protection}
    typed = {"row-whole": "1", "nom_vernaculaire": "Tilleul", "row-geometry": place, **chosen}
    typed["statut_foncier"] = empty.statut_foncier
    without = editor.post(f"{PAGE}ajouter/", {"row-whole": "1", "nom_vernaculaire": "Tilleul"})
    assert without.status_code == 422
    assert "Donnez une position" in without.content.decode()
    bad = editor.post(f"{PAGE}ajouter/", typed | {"row-geometry": "POINT (2 48)"})
    assert "n’est pas du GeoJSON" in bad.content.decode()
    assert editor.post(f"{PAGE}ajouter/", typed).status_code == 200
    added = RemarkableTree.objects.get(nom_vernaculaire="Tilleul")
    stale = editor.post(f"{PAGE}{added.pk}/supprimer/", {"row-version": "old"})
    assert stale.status_code == 412
    version = {"row-version": read(editor, added)["row-version"]}
    answer = editor.post(f"{PAGE}{added.pk}/supprimer/", version)
    assert f'data-removed="{added.pk}"' in answer.content.decode()
    assert not RemarkableTree.objects.filter(pk=added.pk).exists()


def test_several_rows_are_counted_before_they_are_written_together(editor: Client, world: World) -> None:
    pks = [cedar(world).pk, elsewhere(world).pk]
    change = {"row-ids": ",".join(map(str, pks)), "row-field": "adresse", "adresse": "ensemble"}
    counted = editor.post(f"{PAGE}plusieurs/", change)
    assert (counted.context["count"], counted.context["left_out"]) == (1, 1)
    assert not RemarkableTree.objects.filter(adresse="ensemble").exists()
    editor.post(f"{PAGE}plusieurs/", change | {"row-confirmed": "1"})
    assert list(RemarkableTree.objects.filter(adresse="ensemble").values_list("pk", flat=True)) == pks[:1]
    assert editor.post(f"{PAGE}plusieurs/", change | {"row-ids": "1,x"}).status_code == 400


def test_a_value_of_the_history_is_restored(editor: Client, world: World) -> None:
    tree = cedar(world)
    before = tree.adresse
    save(editor, tree, read(editor, tree), adresse="1 rue du Cèdre")
    text = editor.get(f"{PAGE}{tree.pk}/historique/").content.decode()
    assert "par une page" in text
    event = re.findall(r'name="event" value="(\d+)"', text)[0]
    version = read(editor, tree)["row-version"]
    restored = {"row-version": version, "event": event, "row-field": "adresse"}
    assert editor.post(f"{PAGE}{tree.pk}/historique/", restored).status_code == 200
    tree.refresh_from_db()
    assert tree.adresse == before


def test_each_change_counts_the_rows_of_the_page_again(editor: Client, world: World) -> None:
    tree = cedar(world)
    page = {"HX-Current-URL": f"http://localhost{PAGE}?q={tree.nom_vernaculaire}"}
    before = len(editor.get(PAGE, {"q": tree.nom_vernaculaire}).context["rows"])
    version = {"row-version": read(editor, tree)["row-version"]}
    answer = editor.post(f"{PAGE}{tree.pk}/supprimer/", version, headers=page)
    assert answer.context["matched"] == before - 1
    assert f'data-matched="{before - 1}"' in answer.content.decode()


def test_a_session_that_ended_is_said_for_any_layer(world: World) -> None:
    anonymous = Client(headers={"HX-Request": "true"})
    for slug in (TREES, "inconnue"):
        answer = anonymous.post(f"/catalogue/{slug}/modifier/{cedar(world).pk}/", {"adresse": "x"})
        assert answer.status_code == 401


def test_a_page_reads_its_own_rows_alone(editor: Client, world: World) -> None:
    first = editor.get(PAGE, {"limit": "1"})
    assert len(first.context["rows"]) == 1
    assert first.context["matched"] == len(world.trees)
    assert editor.get(PAGE, {"limit": "201"}).status_code == 400
    assert editor.get(PAGE, {"inconnu": "1"}).status_code == 400
