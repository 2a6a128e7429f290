"""A refusal of the API read in a browser: the status and the words that machines get, on a page with a way out."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from tests.http.access.test_bad_input import REFUSED
from tests.people import GARDENER, OUTSIDER, PUBLIC, Person
from tests.protocols import Answer, ask, get
from tests.world import PLAYGROUNDS, TREES, World

ITEMS = f"/api/collections/{TREES}/items"
EXPORT, TILE = f"/export/{TREES}.csv", f"/tiles/{TREES}/0/0/0.mvt"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
PAGE, PROBLEM = "text/html; charset=utf-8", "application/problem+json"


def main(answer: Answer) -> str:
    """Return what the page says, without the header and the footer."""
    return unescape(answer.body.split("<main")[1].split("</main>")[0])


def ways(answer: Answer) -> list[str]:
    """Return where the page leads."""
    return re.findall(r'href="([^"]*)"', main(answer))


def form_of(answer: Answer) -> str:
    return answer.headers["Content-Type"]


@pytest.mark.parametrize("name", [name for name in REFUSED if name != "form"])
def test_a_page_says_what_machines_are_told(world: World, name: str) -> None:
    parameters, culprit = REFUSED[name]
    told = ask(ITEMS, parameters)
    page = ask(ITEMS, parameters | {"f": "html"})
    said = main(page)
    assert (page.status, form_of(page)) == (told.status, PAGE)
    assert told.document["title"] in said
    assert told.document["detail"] in said
    assert f"<code>{culprit}</code>" in said


@pytest.mark.parametrize(
    "path", [ITEMS, EXPORT, TILE, "/api/collections/rien", "/api/rien", "/tiles/rien.json"]
)
def test_a_browser_gets_a_page(world: World, path: str) -> None:
    answer = get(f"{path}?couleur=bleu", accept=BROWSER)
    assert (answer.status, form_of(answer)) == (get(f"{path}?couleur=bleu").status, PAGE)


@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        "application/json",
        "application/geo+json",
        "application/json, text/html;q=0.9",
        "image/*,*/*;q=0.8",
    ],
)
@pytest.mark.parametrize("path", [ITEMS, EXPORT, TILE])
def test_a_machine_gets_a_problem(world: World, path: str, accept: str) -> None:
    answer = get(f"{path}?couleur=bleu", accept=accept)
    assert answer.status == 400
    assert form_of(answer) == PROBLEM
    assert answer.document["parameter"] == "couleur"


@pytest.mark.parametrize("form", ["json", "geojson", "jsonfg", "geojsonseq"])
def test_a_form_asked_by_name_decides_for_a_browser(world: World, form: str) -> None:
    assert form_of(get(f"{ITEMS}?f={form}&couleur=bleu", accept=BROWSER)) == PROBLEM


def test_a_page_asked_by_name_decides_for_a_machine(world: World) -> None:
    assert form_of(get(f"{ITEMS}?f=html&couleur=bleu", accept="application/json")) == PAGE


@pytest.mark.parametrize("path", [EXPORT, TILE])
def test_what_has_one_form_knows_no_name_of_a_page(world: World, path: str) -> None:
    answer = get(f"{path}?f=html")
    assert (form_of(answer), answer.document["parameter"]) == (PROBLEM, "f")


@pytest.mark.parametrize(
    ("asked", "without"),
    [
        ("f=html&limit=2&couleur=bleu", f"{ITEMS}?f=html&limit=2"),
        ("f=html&bbox=1&q=a+%26+b", f"{ITEMS}?f=html&q=a+%26+b"),
        ("cursor=perime&f=html&sortby=-hauteur", f"{ITEMS}?f=html&sortby=-hauteur"),
        ("f=xml", ITEMS),
    ],
)
def test_a_page_leads_to_the_same_question_without_the_culprit(
    world: World, asked: str, without: str
) -> None:
    (told,) = [way for way in ways(get(f"{ITEMS}?{asked}", accept=BROWSER)) if way.startswith(ITEMS)][:1]
    assert told == without
    assert get(without, accept=BROWSER).status == 200


def test_a_culprit_that_is_missing_leads_to_the_bare_question(world: World) -> None:
    told = [way for way in ways(get(f"{ITEMS}?near=2.2,48.8&f=html")) if way.startswith(ITEMS)]
    assert told == [f"{ITEMS}?f=html"]


@pytest.mark.parametrize(
    "path", [f"{ITEMS}?f=html&couleur=bleu", f"{ITEMS}/999999?f=html", f"{EXPORT}?couleur=bleu"]
)
def test_a_page_leads_to_the_collection(world: World, path: str) -> None:
    assert f"/api/collections/{TREES}?f=html" in ways(get(path, accept=BROWSER))


def test_an_unknown_layer_leads_to_all_of_them(world: World) -> None:
    told = ways(get("/api/collections/rien/items", accept=BROWSER))
    assert (told[0], "/api/collections/rien?f=html" in told) == ("/api/collections?f=html", False)


def test_tiles_of_several_layers_lead_to_all_collections(world: World) -> None:
    told = ways(get(f"/tiles/{TREES},plui-zones/0/0/0.mvt?limit=1", accept=BROWSER))
    assert [way for way in told if way.startswith("/api/collections")] == ["/api/collections?f=html"]


@pytest.mark.parametrize("path", [f"{ITEMS}?couleur=bleu", "/api/rien", "/catalogue/?couleur=bleu", "/rien/"])
def test_no_engine_lists_a_refusal(world: World, path: str) -> None:
    assert '<meta name="robots" content="noindex">' in get(path, accept=BROWSER).body


def test_a_method_that_is_not_admitted_is_a_page_for_a_browser(world: World) -> None:
    answer = Client(headers={"host": "localhost", "accept": BROWSER}).delete("/api/collections")
    told = answer.status_code, answer.headers["Content-Type"], answer.headers["Allow"]
    assert told == (405, PAGE, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(("person", "status"), [(PUBLIC, 401), (OUTSIDER, 404)], ids=str)
def test_a_hidden_layer_is_refused_on_a_page_as_to_machines(
    world: World, person: Person, status: int
) -> None:
    answer = get(f"/api/collections/{PLAYGROUNDS}/items", person, accept=BROWSER)
    assert answer.status == status
    assert form_of(answer) == PAGE
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


def test_who_must_sign_in_is_led_there_and_back(world: World) -> None:
    told = ways(get(f"/api/collections/{PLAYGROUNDS}/items?limit=2", accept=BROWSER))
    assert told[0] == f"/compte/connexion/?next=/api/collections/{PLAYGROUNDS}/items%3Flimit%3D2"


@pytest.mark.parametrize("field", ["matricule", "etat_sanitaire"])
def test_a_hidden_field_reads_like_an_unknown_one(world: World, field: str) -> None:
    hidden, unknown = (main(get(f"{ITEMS}?f=html&sortby={name}")) for name in (field, "rien_du_tout"))
    assert hidden.replace(field, "rien_du_tout") == unknown


def test_what_was_typed_is_never_markup(world: World) -> None:
    answer = get(f"{ITEMS}?f=html&%3Cscript%3Ealert(1)%3C/script%3E=1&q=%22%3E%3Cb%3E")
    assert answer.status == 400
    assert "<script>alert" not in answer.body
    assert "<b>" not in answer.body


@pytest.mark.parametrize("accept", [BROWSER, "application/json"])
@pytest.mark.parametrize("path", [f"{ITEMS}?couleur=bleu", f"{EXPORT}?couleur=bleu", ITEMS])
def test_caches_tell_browsers_and_machines_apart(world: World, path: str, accept: str) -> None:
    vary = {name.strip() for name in get(path, accept=accept).headers["Vary"].split(",")}
    assert {"Accept", "Authorization", "Cookie"} <= vary


def test_more_parameters_than_a_request_may_hold_are_refused_in_order(world: World) -> None:
    asked = "&".join(f"p{number}=1" for number in range(1_200))
    answer = get(f"{ITEMS}?{asked}", accept=BROWSER)
    assert (answer.status, form_of(answer)) == (400, PAGE)


@pytest.mark.parametrize("person", [PUBLIC, GARDENER], ids=str)
def test_no_cache_keeps_the_page_of_a_refusal(world: World, person: Person) -> None:
    assert get(f"{ITEMS}?couleur=bleu", person, accept=BROWSER).headers["Cache-Control"] == "no-store"
