"""New dashboards, copies and deletions by forms: who may, what is refused and where it is said."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from dashboards.models import Dashboard
from tests import dashboards, people
from tests.people import Person
from tests.staff import signed_in
from tests.world import PLAYGROUNDS, TREES, World

NEW = "/tableaux-de-bord/nouveau/"
FILE = """slug: releve
title: Relevé
producer: Urbanisme
sections:
  - id: s
    title: S
    panels:
      - id: mot
        kind: text
"""


@pytest.fixture
def making(world: World) -> World:
    """PLANNER makes dashboards; a dashboard of the gardeners is public, and shows what PLANNER may not read."""
    dashboards.let_make("Urbanisme")
    panels = [
        {"id": "tout", "kind": "bar", "question": {"layer": TREES, "by": ["genre"]}},
        {"id": "sante", "kind": "bar", "question": {"layer": TREES, "by": ["etat_sanitaire"]}},
    ]
    dashboards.dashboard(
        "arbres",
        sections=[{"id": "s", "title": "S", "panels": panels}],
        filters=["genre", "etat_sanitaire"],
        producer="Espaces verts",
        is_public=True,
    )
    dashboards.dashboard("cache", producer="Espaces verts")
    return world


def browser(person: Person) -> Client:
    return Client() if person.is_anonymous else signed_in(person)


def asked(person: Person, path: str = NEW, **given: Any) -> HttpResponse:
    """Return what somebody gets when they send a form."""
    return browser(person).post(path, given)  # type: ignore[return-value]


def words(response: HttpResponse) -> str:
    return re.sub(r"[ \n]+", " ", response.content.decode())


def test_the_form_is_for_who_makes_dashboards(making: World) -> None:
    found = {person.name: browser(person).get(NEW).status_code for person in people.EVERYBODY}
    refused = {person.name: 403 for person in people.EVERYBODY}
    assert found == refused | {"": 302, people.PLANNER.name: 200, people.ADMINISTRATOR.name: 200}


def test_who_may_not_make_one_cannot_send_the_form(making: World) -> None:
    assert asked(people.OUTSIDER, title="Un", start="vide").status_code == 403
    assert not Dashboard.objects.filter(title="Un").exists()


def test_an_empty_dashboard_is_a_draft_named_by_its_title(making: World) -> None:
    answer = asked(people.PLANNER, title="L’été à Meudon", start="vide", producer="Urbanisme")
    made = Dashboard.objects.get(title="L’été à Meudon")
    assert made.slug == "lete-a-meudon"
    assert made.published is None
    assert answer["Location"] == reverse("dashboards:edit", args=[made.slug])


def test_the_same_title_has_another_identifier(making: World) -> None:
    for _time in range(2):
        asked(people.PLANNER, title="Nouveau", start="vide", producer="Urbanisme")
    assert set(Dashboard.objects.filter(title="Nouveau").values_list("slug", flat=True)) == {
        "nouveau-2",
        "nouveau-3",
    }


def test_from_a_layer_the_dashboard_has_panels_and_its_theme(making: World) -> None:
    asked(people.PLANNER, title="Les jeux", start="couche", layer=PLAYGROUNDS, producer="Urbanisme")
    made = Dashboard.objects.get(title="Les jeux")
    assert made.theme is not None
    assert made.draft is not None
    layers = {
        panel["question"]["layer"] for part in made.draft.document["sections"] for panel in part["panels"]
    }
    assert layers == {PLAYGROUNDS}


def test_the_models_of_a_layer_are_shown_and_what_was_typed_stays(making: World) -> None:
    html = words(asked(people.PLANNER, title="Gardé", start="couche", layer=TREES, voir="1"))
    assert 'name="starter"' in html
    assert 'value="Gardé"' in html
    assert not Dashboard.objects.filter(title="Gardé").exists()


def test_a_layer_in_the_address_is_chosen_and_one_that_is_not_there_is_told(making: World) -> None:
    planner = signed_in(people.PLANNER)
    assert 'name="starter"' in planner.get(f"{NEW}?couche={TREES}").content.decode()
    answers = {
        query: planner.get(f"{NEW}?{query}").status_code
        for query in (
            "couche=inconnue",
            "couche=plui-prescriptions-surf",
            "c=1",
            "couche=a&couche=b",
            "couche=",
        )
    }
    assert answers == {
        "couche=inconnue": 404,
        "couche=plui-prescriptions-surf": 404,
        "c=1": 400,
        "couche=a&couche=b": 400,
        "couche=": 404,
    }


def test_a_copy_of_what_one_reads_leaves_out_what_one_does_not(making: World) -> None:
    asked(people.PLANNER, title="Copie", start="copie", copied="arbres", producer="Urbanisme")
    asked(people.PLANNER, f"{NEW[:-8]}arbres/dupliquer/", title="Double", producer="Urbanisme")
    drafts = [Dashboard.objects.get(title=title).draft for title in ("Copie", "Double")]
    assert [draft and "etat_sanitaire" in str(draft.document) for draft in drafts] == [False, False]
    assert [draft and len(draft.document["sections"][0]["panels"]) for draft in drafts] == [1, 1]


def test_who_may_change_a_dashboard_copies_all_of_it_its_draft_too(making: World) -> None:
    dashboards.let_make("Espaces verts")
    arbres = Dashboard.objects.get(slug="arbres")
    arbres.draft = arbres.versions.create(number=2, document={"title": "Deux", "sections": []})
    arbres.save()
    asked(people.GARDENER, f"{NEW[:-8]}arbres/dupliquer/", title="Un", version="1", producer="Espaces verts")
    asked(
        people.GARDENER, f"{NEW[:-8]}arbres/dupliquer/", title="Deux", version="2", producer="Espaces verts"
    )
    copied = {row.title: row.draft for row in Dashboard.objects.filter(title__in=["Un", "Deux"])}
    assert copied["Un"] and "etat_sanitaire" in str(copied["Un"].document)
    assert copied["Deux"] and copied["Deux"].document.get("sections", []) == []


def test_a_file_becomes_a_draft_under_its_own_name_or_the_one_that_is_typed(making: World) -> None:
    asked(
        people.PLANNER,
        start="fichier",
        file=SimpleUploadedFile("a.yaml", FILE.encode()),
        producer="Urbanisme",
    )
    again = SimpleUploadedFile("a.yaml", FILE.encode())
    asked(people.PLANNER, start="fichier", slug="autre", title="Autre", file=again, producer="Urbanisme")
    assert dict(Dashboard.objects.filter(producer__name="Urbanisme").values_list("slug", "title")) == {
        "releve": "Relevé",
        "autre": "Autre",
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"start": "vide"}, "Donnez un titre"),
        ({"title": "T"}, "Choisissez par quoi commencer"),
        ({"title": "T", "start": "rien"}, "rien"),
        ({"title": "T", "start": "couche"}, "Choisissez la couche"),
        ({"title": "T", "start": "couche", "layer": "inconnue"}, "inconnue"),
        ({"title": "T", "start": "couche", "layer": TREES, "starter": "faux"}, "faux"),
        ({"title": "T", "start": "copie"}, "Choisissez le tableau de bord"),
        ({"title": "T", "start": "copie", "copied": "cache"}, "cache"),
        ({"title": "T", "start": "fichier"}, "Choisissez un fichier"),
        ({"title": "T", "start": "vide", "slug": "Pas Bon"}, "minuscules sans accent"),
        ({"title": "T", "start": "vide", "slug": "nouveau"}, "mot des adresses"),
        ({"title": "T", "start": "vide", "slug": "cache"}, "déjà pris"),
        ({"title": "T" * 121, "start": "vide"}, "120"),
        ({"title": "a\x00b", "start": "vide"}, "nul"),
        ({"title": "T", "start": "vide", "producer": "Espaces verts"}, "Espaces verts"),
        ({"title": "T", "start": "vide", "producer": ""}, "Choisissez le groupe"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str) else "",
)
def test_what_is_missing_or_wrong_is_said_beside_its_input(
    making: World, given: dict[str, str], said: str
) -> None:
    answer = asked(people.PLANNER, **({"producer": "Urbanisme"} | given))
    assert answer.status_code == 422
    assert said in words(answer)
    assert Dashboard.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"slug: a\ntitle: [", "ligne"),
        (FILE.replace("text", "texxt").encode(), "ligne 9"),
        (FILE.replace("Urbanisme", "Inconnus").encode(), "Inconnus"),
        (FILE.replace("releve", "cache").encode(), "déjà pris"),
    ],
    ids=["empty", "no text", "no yaml", "kind", "group", "slug"],
)
def test_a_file_that_cannot_be_read_says_why(making: World, content: bytes, said: str) -> None:
    file = SimpleUploadedFile("a.yaml", content)
    answer = browser(people.ADMINISTRATOR).post(NEW, {"start": "fichier", "file": file})
    assert answer.status_code == 422
    assert said in words(answer)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("person", "status"),
    [(people.PUBLIC, 302), (people.OUTSIDER, 403), (people.GARDENER, 403), (people.PLANNER, 200)],
    ids=str,
)
def test_copies_are_for_who_makes_dashboards(making: World, person: Person, status: int) -> None:
    assert browser(person).get("/tableaux-de-bord/arbres/dupliquer/").status_code == status


def test_a_hidden_dashboard_is_copied_and_deleted_by_nobody(making: World) -> None:
    planner = signed_in(people.PLANNER)
    paths = [f"/tableaux-de-bord/cache/{word}/" for word in ("dupliquer", "supprimer", "brouillon")]
    assert [planner.get(path).status_code for path in paths] == [404, 404, 404]


def test_deleting_says_what_goes_then_the_dashboard_is_gone(making: World) -> None:
    made = dashboards.dashboard("jeux", producer="Urbanisme", is_public=True)
    dashboards.dashboard("tout", sections=[{"include": "jeux"}], is_public=True)
    dashboards.dashboard("secret", sections=[{"include": "jeux"}])
    planner = signed_in(people.PLANNER)
    html = words(planner.get("/tableaux-de-bord/jeux/supprimer/"))  # type: ignore[arg-type]
    assert "sa seule version" in html
    assert "/tableaux-de-bord/tout/" in html
    assert "secret" not in html
    assert "un autre tableau de bord, que vous ne voyez pas" in html
    planner.post("/tableaux-de-bord/jeux/supprimer/", {"revision": made.revision})
    assert not Dashboard.objects.filter(slug="jeux").exists()


def test_what_somebody_changed_meanwhile_is_not_deleted(making: World) -> None:
    dashboards.dashboard("jeux", producer="Urbanisme")
    planner = signed_in(people.PLANNER)
    sent = {
        text: planner.post("/tableaux-de-bord/jeux/supprimer/", {"revision": text}) for text in ("9", "x", "")
    }
    assert {text: answer.status_code for text, answer in sent.items()} == {"9": 412, "x": 400, "": 400}
    assert Dashboard.objects.filter(slug="jeux").exists()


def test_a_reader_deletes_nothing(making: World) -> None:
    arbres = Dashboard.objects.get(slug="arbres")
    path = "/tableaux-de-bord/arbres/supprimer/"
    statuses = [
        browser(person).post(path, {"revision": arbres.revision}).status_code
        for person in (people.PUBLIC, people.OUTSIDER, people.PLANNER)
    ]
    assert statuses == [403, 403, 403]


def test_a_form_without_the_token_is_refused(making: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.PLANNER.account(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(NEW, {"title": "T", "start": "vide"}).status_code == 403
