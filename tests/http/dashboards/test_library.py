"""The library of panels by forms, and the choice that the builder shows: rights, uses, bad input."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from dashboards.models import Dashboard, LibraryPanel
from tests import dashboards, people
from tests.people import Person
from tests.staff import signed_in
from tests.world import PLAYGROUNDS, TREES, World

LIBRARY = "/tableaux-de-bord/bibliotheque/"
BUILDER = "/tableaux-de-bord/plan/bibliotheque/"
PANEL = "kind: bar\nquestion: {layer: arbres-remarquables, by: genre}\n"


@pytest.fixture
def shelf(world: World) -> LibraryPanel:
    """A panel on trees of PLANNER's group, used by two dashboards; another on playgrounds, and one of the gardeners."""
    for name in ("Urbanisme", "Communication", "Espaces verts"):
        dashboards.let_make(name)
        share(name)
    trees = {"kind": "bar", "title": "Genres", "question": {"layer": TREES, "by": ["genre"]}}
    games = {"kind": "bar", "title": "Jeux", "question": {"layer": PLAYGROUNDS, "by": ["commune"]}}
    group = dashboards.group("Urbanisme")
    LibraryPanel.objects.create(slug="jeux", title="Jeux", document=games)
    LibraryPanel.objects.create(
        slug="vert", title="Vert", document=trees, producer=dashboards.group("Espaces verts")
    )
    part = {"id": "s", "title": "S", "panels": [{"id": "g", "library": "genres"}]}
    dashboards.dashboard("plan", sections=[part], producer="Urbanisme", is_public=True)
    dashboards.dashboard("secret", sections=[part])
    return LibraryPanel.objects.create(slug="genres", title="Genres", document=trees, producer=group)


def share(name: str) -> None:
    """Give a group the right to keep and change library panels."""
    given = Permission.objects.filter(
        content_type__app_label="dashboards", content_type__model="librarypanel"
    )
    dashboards.group(name).permissions.add(*given)


def browser(person: Person) -> Client:
    return Client() if person.is_anonymous else signed_in(person)


def read(path: str, person: Person = people.PLANNER) -> str:
    answer = browser(person).get(path)
    assert answer.status_code == 200, answer.content.decode()[-1500:]
    return re.sub(r"[ \n]+", " ", answer.content.decode())


def sent(path: str, person: Person = people.PLANNER, /, **given: Any) -> Any:
    return browser(person).post(path, given)


def test_the_library_is_for_who_makes_dashboards(shelf: LibraryPanel) -> None:
    asked = (people.PUBLIC, people.TOWN_AGENT, people.PLANNER, people.ADMINISTRATOR)
    assert [browser(person).get(LIBRARY).status_code for person in asked] == [302, 403, 200, 200]


def test_a_panel_over_what_one_may_not_read_is_not_there(shelf: LibraryPanel) -> None:
    assert "Jeux" in read(LIBRARY)
    assert "Jeux" not in read(LIBRARY, people.OUTSIDER)
    assert browser(people.OUTSIDER).get(f"{LIBRARY}jeux/").status_code == 404


def test_titles_are_searched(shelf: LibraryPanel) -> None:
    html = read(f"{LIBRARY}?q=genr")
    assert "Genres" in html
    assert "Vert" not in html
    assert browser(people.PLANNER).get(f"{LIBRARY}?x=1").status_code == 400


def test_one_reads_where_a_panel_is_used_and_hidden_dashboards_are_counted(shelf: LibraryPanel) -> None:
    for path in ("genres/", "genres/supprimer/"):
        html = read(f"{LIBRARY}{path}")
        assert "Il sert à 2 tableaux de bord" in html
        assert "/tableaux-de-bord/plan/" in html
        assert "un autre, que vous ne voyez pas" in html
        assert "secret" not in html


def test_what_a_draft_uses_is_told_to_who_may_change_it_alone(shelf: LibraryPanel) -> None:
    part = {"id": "s", "title": "S", "panels": [{"id": "g", "library": "genres"}]}
    made = dashboards.dashboard("verger", producer="Espaces verts", is_public=True)
    made.draft = made.versions.create(number=2, document={"title": "verger", "sections": [part]})
    made.save()
    html = read(f"{LIBRARY}genres/")
    assert "verger" not in html
    assert "2 autres, que vous ne voyez pas" in html


def test_a_panel_is_changed_by_its_group_and_nobody_else(shelf: LibraryPanel) -> None:
    given = {"title": "Par genre", "producer": "Urbanisme", "text": PANEL, "revision": 1}
    assert sent(f"{LIBRARY}genres/", people.GARDENER, **given).status_code == 403
    assert sent(f"{LIBRARY}vert/", **given).status_code == 403
    assert sent(f"{LIBRARY}genres/", **given).status_code == 302
    shelf.refresh_from_db()
    assert (shelf.title, shelf.revision) == ("Par genre", 2)


def test_a_new_panel_is_named_by_its_title(shelf: LibraryPanel) -> None:
    sent(f"{LIBRARY}nouveau/", title="Genres", producer="Urbanisme", text=PANEL)
    made = LibraryPanel.objects.get(slug="genres-2")
    assert made.document["question"] == {"layer": TREES, "by": "genre"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"title": ""}, "Donnez un titre"),
        ({"text": "kind: ["}, "ligne"),
        ({"text": "- liste"}, "objet"),
        ({"text": "kind: bar\nquestion: {layer: a}\ncouleur: x"}, "ligne 3"),
        ({"text": "kind: bar\nlibrary: autre"}, "library"),
        ({"slug": "genres"}, "déjà pris"),
        ({"slug": "Pas Bon"}, "minuscules"),
        ({"producer": "Espaces verts"}, "Espaces verts"),
        ({"producer": ""}, "vous ne pourriez plus"),
    ],
    ids=["title", "yaml", "list", "key", "library", "taken", "slug", "others", "nobody"],
)
def test_a_panel_that_cannot_be_kept_says_why(shelf: LibraryPanel, given: dict[str, str], said: str) -> None:
    answer = sent(f"{LIBRARY}nouveau/", **({"title": "T", "producer": "Urbanisme", "text": PANEL} | given))
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_panel_that_changed_since_is_neither_written_nor_deleted(shelf: LibraryPanel) -> None:
    given = {"title": "T", "producer": "Urbanisme", "text": PANEL, "revision": 7}
    assert sent(f"{LIBRARY}genres/", **given).status_code == 412
    assert sent(f"{LIBRARY}genres/supprimer/", revision=7).status_code == 412


def test_a_deleted_panel_is_gone(shelf: LibraryPanel) -> None:
    sent(f"{LIBRARY}genres/supprimer/", revision=1)
    assert not LibraryPanel.objects.filter(slug="genres").exists()


def test_the_builder_is_offered_panels_and_dashboards_to_include(shelf: LibraryPanel) -> None:
    dashboards.dashboard("autre", sections=[dashboards.section("a"), dashboards.section("b")], is_public=True)
    dashboards.dashboard("rond", sections=[{"include": "plan"}], is_public=True)
    html = read(BUILDER)
    assert "&quot;library&quot;: &quot;genres&quot;" in html
    assert "{&quot;include&quot;: &quot;autre&quot;, &quot;section&quot;: &quot;b&quot;}" in html
    absent = [
        slug for slug in ("plan", "rond", "secret") if f"&quot;include&quot;: &quot;{slug}&quot;" in html
    ]
    assert absent == []


def test_a_panel_of_the_builder_is_kept_in_the_name_of_the_dashboard_s_group(shelf: LibraryPanel) -> None:
    panel = {"id": "p", "kind": "bar", "question": {"layer": TREES, "by": ["genre"]}}
    answer = sent(BUILDER, title="Gardé", panel=json.dumps(panel))
    made = LibraryPanel.objects.get(slug="garde")
    assert answer.json() == {"slug": "garde", "panel": {"library": "garde"}}
    assert made.producer == Dashboard.objects.get(slug="plan").producer
    assert "id" not in made.document


@pytest.mark.parametrize(
    ("panel", "title", "status"),
    [
        ("", "T", 400),
        ("[]", "T", 400),
        ("[" * 100_000, "T", 400),
        ('{"kind": "faux"}', "T", 422),
        ('{"kind": "text"}', "", 422),
        ('{"kind": "text", "title": "a\\u0000b"}', "", 422),
        ('{"kind": "text", "subtitle": "\\ud800"}', "T", 422),
        ('{"kind": "text"}', "T" * 200, 422),
        ('{"kind": "text"}', "a\x00b", 422),
    ],
    ids=["none", "list", "deep", "kind", "title", "null", "half", "long", "null title"],
)
def test_a_panel_that_the_library_cannot_keep_is_refused_in_words(
    shelf: LibraryPanel, panel: str, title: str, status: int
) -> None:
    answer = sent(BUILDER, panel=panel, title=title)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_a_reader_of_the_dashboard_neither_chooses_nor_keeps(shelf: LibraryPanel) -> None:
    assert browser(people.GARDENER).get(BUILDER).status_code == 403
    assert sent(BUILDER, people.GARDENER, title="T", panel='{"kind": "text"}').status_code == 403
    assert browser(people.GARDENER).get("/tableaux-de-bord/secret/bibliotheque/").status_code == 404
