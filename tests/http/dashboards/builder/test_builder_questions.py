"""What the builder asks while a panel is made, under the rights of its maker: what is hidden is nowhere."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from layers.models import Grant, Layer
from tests import dashboards
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER, TOWN_AGENT, Person
from tests.world import DRAFT, MATRICULE, OBSERVATION, PLAYGROUNDS, TREES, World

ROOT = "/tableaux-de-bord/atelier/"
READS = (f"champs/?couche={TREES}", "couches/", f"modeles/?couche={TREES}")
WRITES = ("apercu/", "reglages/", "champs-communs/")
PANEL: dict[str, Any] = {
    "id": "arbres",
    "kind": "bar",
    "title": "Arbres",
    "question": {"layer": TREES, "by": "genre"},
}


@pytest.fixture
def town(world: World) -> World:
    """The small world, with a public dashboard that gardeners, planners and the agents of a town change."""
    dashboards.dashboard("atelier", is_public=True, producer="Espaces verts")
    for person in (GARDENER, PLANNER, TOWN_AGENT):
        dashboards.let_make(person.groups[0])
        person.account().groups.add(dashboards.group("Espaces verts"))
    return world


@pytest.fixture
def makers(town: World) -> World:
    """The same, where planners make what gardeners publish without reading what gardeners read."""
    made = dashboards.dashboard("urbain", is_public=True, producer="Urbanisme")
    assert made.producer is not None
    PLANNER.account().groups.set([made.producer])
    return town


def browser(person: Person) -> Client:
    """Return the browser of somebody."""
    client = Client()
    if not person.is_anonymous:
        client.force_login(person.account())
    return client


def got(person: Person, path: str, root: str = ROOT) -> HttpResponse:
    """Return what somebody is answered."""
    return browser(person).get(root + path)  # type: ignore[return-value]


def posted(person: Person, path: str, values: Any, root: str = ROOT) -> HttpResponse:
    """Return what somebody is answered who sends JSON."""
    return browser(person).post(root + path, json.dumps(values), content_type="application/json")  # type: ignore[return-value]


def told(response: HttpResponse) -> str:
    """Return the text of an answer, as people and scripts read it."""
    return unescape(response.content.decode())


def panels_in(text: str) -> list[dict[str, Any]]:
    """Return the panels that a fragment carries."""
    return [json.loads(unescape(found)) for found in re.findall(r'data-panel="(\{[^"]*\})"', text)]


@pytest.mark.parametrize("path", READS)
def test_who_may_not_change_the_dashboard_is_refused_what_the_builder_reads(path: str, town: World) -> None:
    assert got(OUTSIDER, path).status_code == 403


@pytest.mark.parametrize("path", WRITES)
def test_who_may_not_change_the_dashboard_is_refused_what_the_builder_sends(path: str, town: World) -> None:
    assert posted(OUTSIDER, path, {"panel": PANEL}).status_code == 403


@pytest.mark.parametrize("path", READS)
def test_a_dashboard_that_one_may_not_know_has_no_builder(path: str, town: World) -> None:
    dashboards.dashboard("secret", groups=["Espaces verts"])
    assert got(OUTSIDER, path, "/tableaux-de-bord/secret/").status_code == 404


def test_a_preview_asks_for_a_token_of_the_site(town: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(GARDENER.account())
    answer = client.post(f"{ROOT}apercu/", json.dumps({"panel": PANEL}), content_type="application/json")
    assert answer.status_code == 403


def test_a_panel_is_read_before_it_is_saved(town: World) -> None:
    text = told(
        posted(GARDENER, "apercu/", {"panel": {"id": "mot", "kind": "text", "options": {"text": "**Gras**"}}})
    )
    assert "<strong>Gras</strong>" in text


def test_the_links_of_a_panel_that_is_not_saved_are_left_out(town: World) -> None:
    text = told(posted(GARDENER, "apercu/", {"panel": PANEL}))
    assert ('id="panneau-arbres"' in text, "Télécharger" in text) == (True, False)


def test_a_preview_reads_its_panel_in_one_statement(town: World) -> None:
    client = browser(GARDENER)
    client.post(f"{ROOT}apercu/", json.dumps({"panel": {"kind": "text"}}), content_type="application/json")
    with CaptureQueriesContext(connection) as around:
        client.post(f"{ROOT}apercu/", json.dumps({"panel": PANEL}), content_type="application/json")
    asked = [query["sql"] for query in around.captured_queries if "heritage_remarkabletree" in query["sql"]]
    assert sum("aggregate_" in sql or "GROUP BY" in sql for sql in asked) == 1


def test_a_panel_that_the_schema_refuses_says_what_is_wrong(town: World) -> None:
    wrong = PANEL | {"kind": "camembert", "width": 3}
    answer = posted(GARDENER, "apercu/", {"panel": wrong})
    assert (answer.status_code, "camembert" in told(answer), "span-3" in told(answer)) == (422, True, True)


@pytest.mark.parametrize("body", ["[]", "{", '{"panel": 3}', '{"panel": {"id": "Å"}}', "null"])
def test_a_body_that_is_no_panel_is_refused(body: str, town: World) -> None:
    answer = browser(GARDENER).post(f"{ROOT}apercu/", body, content_type="application/json")
    assert answer.status_code in {400, 422}


def test_a_protected_field_is_absent_from_the_preview_of_who_does_not_read_it(makers: World) -> None:
    panel = PANEL | {"question": {"layer": TREES, "by": "etat_sanitaire"}}
    text = told(posted(PLANNER, "apercu/", {"panel": panel}, "/tableaux-de-bord/urbain/"))
    assert ("panel-fault" in text, "dangereux" in text.lower()) == (True, False)


def test_a_hidden_layer_reads_like_one_that_does_not_exist(makers: World) -> None:
    def said(layer: str) -> str:
        panel = PANEL | {"question": {"layer": layer}, "kind": "figure"}
        return told(posted(PLANNER, "apercu/", {"panel": panel}, "/tableaux-de-bord/urbain/")).replace(
            layer, "X"
        )

    assert said(DRAFT) == said("nulle-part")


def test_an_include_is_shown_as_it_is_published(town: World) -> None:
    dashboards.dashboard(
        "autre", is_public=True, sections=[{"id": "s", "title": "Ailleurs", "panels": [PANEL]}]
    )
    text = told(posted(GARDENER, "apercu/", {"include": "autre"}))
    assert ("Ailleurs" in text, 'id="panneau-autre--arbres"' in text) == (True, True)


def test_what_a_maker_reads_is_kept_by_nobody(town: World) -> None:
    assert {path: got(PLANNER, path)["Cache-Control"] for path in READS} == dict.fromkeys(
        READS, "private, no-store"
    )


def test_the_fields_of_a_layer_come_with_examples_and_panels(town: World) -> None:
    text = told(got(GARDENER, f"champs/?couche={TREES}"))
    assert ("2 lignes" in text, 'data-field="genre"' in text, "etat_sanitaire" in text) == (True, True, True)


def test_a_protected_field_is_nowhere_in_the_fields_of_who_does_not_read_it(makers: World) -> None:
    text = told(got(PLANNER, f"champs/?couche={TREES}", "/tableaux-de-bord/urbain/")).lower()
    hidden = [
        word
        for word in ("etat_sanitaire", "matricule", MATRICULE.lower(), "dangereux", "sanitaire")
        if word in text
    ]
    assert hidden == []


def test_a_protected_relation_is_no_source_of_who_does_not_read_it(makers: World) -> None:
    root = "/tableaux-de-bord/urbain/"
    text = told(got(PLANNER, f"champs/?couche={PLAYGROUNDS}", root))
    assert ('data-relation="equipements"' in text, "inspections" in text, OBSERVATION in text) == (
        True,
        False,
        False,
    )


def test_examples_are_those_of_the_rows_that_the_maker_sees(town: World) -> None:
    Grant.objects.filter(group__name="Espaces verts").delete()
    text = told(got(TOWN_AGENT, f"champs/?couche={PLAYGROUNDS}"))
    assert ("2 lignes" in text, "Jeux-Val" in text, "Jeux-Pont" in text) == (True, True, False)


def test_a_layer_that_suppresses_small_counts_tells_none(town: World) -> None:
    Layer.objects.filter(slug=TREES).update(smallest_count=5)
    text = told(got(GARDENER, f"champs/?couche={TREES}"))
    assert ("effectif non communiqué" in text, "Cedre-Meudon" in text) == (True, False)


def test_the_fields_of_a_layer_are_remembered(town: World) -> None:
    client = browser(GARDENER)
    client.get(f"{ROOT}champs/?couche={TREES}")
    with CaptureQueriesContext(connection) as again:
        client.get(f"{ROOT}champs/?couche={TREES}")
    assert not [
        query
        for query in again.captured_queries
        if "heritage_remarkabletree" in query["sql"] and "profile" in query["sql"]
    ]


@pytest.mark.parametrize(
    "path", ["champs/", "champs/?couche=nulle-part", f"champs/?couche={DRAFT}", "modeles/?couche=x"]
)
def test_a_layer_that_one_does_not_see_is_not_found(path: str, town: World) -> None:
    assert got(GARDENER, path).status_code == 404


def test_a_parameter_that_nobody_reads_is_refused(town: World) -> None:
    assert got(GARDENER, f"champs/?couche={TREES}&champ=genre").status_code == 400


def test_layers_are_those_that_the_maker_sees(makers: World) -> None:
    Grant.objects.filter(group__name="Urbanisme").delete()
    text = told(got(PLANNER, "couches/", "/tableaux-de-bord/urbain/"))
    assert (TREES in text, PLAYGROUNDS in text, DRAFT in text) == (True, False, False)


@pytest.mark.parametrize(
    ("words", "slug"), [("ARBRES", TREES), ("equipements", PLAYGROUNDS), ("aires jeux", PLAYGROUNDS)]
)
def test_layers_are_searched_by_their_words(words: str, slug: str, town: World) -> None:
    text = told(browser(GARDENER).get(f"{ROOT}couches/", {"q": words}))  # type: ignore[arg-type]
    assert f'data-layer="{slug}"' in text


def test_ready_sections_are_whole_sections(town: World) -> None:
    text = got(GARDENER, f"modeles/?couche={PLAYGROUNDS}").content.decode()
    sections = [json.loads(unescape(found)) for found in re.findall(r'data-section="([^"]*)"', text)]
    assert [each["id"] for each in sections] == ["essentiel", "suivi", "communes", "liste", "echeances"]


def test_filters_of_a_page_are_about_the_fields_of_its_panels(town: World) -> None:
    document = {"title": "Essai", "sections": [{"id": "s", "title": "", "panels": [PANEL]}]}
    fields = posted(GARDENER, "champs-communs/", {"document": document}).json()["fields"]  # type: ignore[attr-defined]
    found = {each["field"]: each["kind"] for each in fields}
    assert (found["commune"], found["genre"], found["date_releve"]) == ("commune", "values", "period")


def test_a_page_offers_one_filter_of_communes(town: World) -> None:
    document = {"title": "Essai", "sections": [{"id": "s", "title": "", "panels": [PANEL]}]}
    fields = posted(GARDENER, "champs-communs/", {"document": document}).json()["fields"]  # type: ignore[attr-defined]
    assert [each["kind"] for each in fields if "commune" in each["title"].lower()] == ["commune"]


def test_a_protected_field_is_no_filter_of_who_does_not_read_it(makers: World) -> None:
    document = {"title": "Essai", "sections": [{"id": "s", "title": "", "panels": [PANEL]}]}
    answer = posted(PLANNER, "champs-communs/", {"document": document}, "/tableaux-de-bord/urbain/")
    assert "etat_sanitaire" not in told(answer)


def settings(person: Person, root: str = ROOT, **body: Any) -> dict[str, Any]:
    """Return the answer of the settings of a panel."""
    answer = posted(person, "reglages/", {"panel": PANEL} | body, root)
    assert answer.status_code == 200, told(answer)
    found: dict[str, Any] = answer.json()  # type: ignore[attr-defined]
    return found


def test_settings_change_a_panel_and_draw_its_form(town: World) -> None:
    found = settings(GARDENER, change={"name": "by.0", "value": "commune"})
    assert (found["panel"]["question"]["by"], found["panel"]["id"]) == ("commune", "arbres")
    assert '<option value="commune" selected>' in found["html"]


def test_settings_say_what_the_panel_says(town: World) -> None:
    words = re.sub(r"<[^>]+>", "", settings(GARDENER)["html"])
    assert "Le nombre d’arbres remarquables par genre." in unescape(words)


def test_settings_count_the_rows_that_their_maker_sees(town: World) -> None:
    Grant.objects.filter(group__name="Espaces verts").delete()
    panel = {"id": "p", "kind": "figure", "question": {"layer": PLAYGROUNDS}}
    assert "2 lignes sur 2" in settings(TOWN_AGENT, panel=panel)["html"]


def test_every_control_of_the_settings_is_named_and_says_what_it_changes(town: World) -> None:
    html = settings(GARDENER)["html"]
    controls = re.findall(r"<(?:select|input|textarea)[^>]*>", html)
    unnamed = [
        tag
        for tag in controls
        if not re.search(r'data-(path|change)="[^"]+"', tag) or f'for="{_id(tag)}"' not in html
    ]
    assert [tag for tag in unnamed if 'type="radio"' not in tag] == []


def _id(tag: str) -> str:
    found = re.search(r' id="([^"]+)"', tag)
    return found[1] if found else ""


def test_the_names_of_controls_are_said_once(town: World) -> None:
    ids = re.findall(r' id="([^"]+)"', settings(GARDENER)["html"])
    assert len(ids) == len(set(ids))


def test_a_change_that_cannot_be_says_why(town: World) -> None:
    answer = posted(GARDENER, "reglages/", {"panel": PANEL, "change": {"name": "by.0", "value": "couleur"}})
    assert (answer.status_code, "couleur" in told(answer)) == (400, True)


def test_settings_of_a_panel_that_the_schema_refuses_name_its_keys(town: World) -> None:
    answer = posted(GARDENER, "reglages/", {"panel": PANEL | {"width": 99}})
    faults = answer.json()["faults"]  # type: ignore[attr-defined]
    assert (answer.status_code, [fault["path"] for fault in faults]) == (422, [["width"]])


def test_a_protected_field_is_nowhere_in_the_settings_of_who_does_not_read_it(makers: World) -> None:
    html = settings(PLANNER, "/tableaux-de-bord/urbain/")["html"].lower()
    assert [word for word in ("etat_sanitaire", "matricule", "sanitaire", "dangereux") if word in html] == []


def test_a_hidden_layer_is_nowhere_in_the_settings_of_who_does_not_see_it(makers: World) -> None:
    Grant.objects.filter(group__name="Urbanisme").delete()
    html = settings(PLANNER, "/tableaux-de-bord/urbain/")["html"]
    assert (f'value="{PLAYGROUNDS}"' in html, f'value="{DRAFT}"' in html) == (False, False)


def test_a_text_is_written_into_the_settings_as_text(town: World) -> None:
    html = settings(GARDENER, panel=PANEL | {"title": '"><script>alert(1)</script>'})["html"]
    assert "<script" not in html


def test_an_administrator_is_answered_on_every_layer(town: World) -> None:
    text = told(got(ADMINISTRATOR, "couches/"))
    slugs = re.findall(r'data-layer="([^"]+)"', text)
    refused = [slug for slug in slugs if got(ADMINISTRATOR, f"champs/?couche={slug}").status_code != 200]
    assert refused == []


MAP: dict[str, Any] = {
    "id": "carte",
    "kind": "map",
    "title": "Arbres",
    "question": {"layer": TREES},
    "options": {"mode": "categories"},
}


def settings_after(panel: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """Return what a planner is answered who changes one thing of a panel."""
    response = posted(PLANNER, "reglages/", {"panel": panel, "change": {"name": name, "value": value}})
    answer: dict[str, Any] = json.loads(response.content)
    return answer


def test_the_view_of_a_map_is_that_of_the_preview(town: World) -> None:
    answer = settings_after(MAP, "options.bbox", [2.2, 48.78, 2.25, 48.81])
    assert answer["panel"]["options"]["bbox"] == [2.2, 48.78, 2.25, 48.81]
    assert "Revenir aux communes" in answer["html"]
    assert "bbox" not in settings_after(answer["panel"], "options.bbox", "")["panel"]["options"]


@pytest.mark.parametrize("value", [[2.2, 48.78], ["ouest", 1, 2, 3], [2.2, 48.78, 2.25, 480]])
def test_a_view_that_is_no_box_is_refused(value: Any, town: World) -> None:
    response = posted(
        PLANNER, "reglages/", {"panel": MAP, "change": {"name": "options.bbox", "value": value}}
    )
    assert response.status_code in {400, 422}
    assert "bbox" in response.content.decode()
