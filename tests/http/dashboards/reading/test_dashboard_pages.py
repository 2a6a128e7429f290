"""The pages of dashboards under the rights of who reads them: nothing hidden shows, nothing is ignored in silence."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from export_formats.services import export_sent
from layers.access import Scope
from layers.cache import clear_caches
from layers.models import Grant
from tests import dashboards
from tests.factories import BOULOGNE, MEUDON
from tests.people import GARDENER, OUTSIDER, PLANNER, TOWN_AGENT, Person
from tests.world import PLAYGROUNDS, TREES, World

PART = {"HX-Request": "true"}
TITLES = {"arbres": "Arbres par genre", "jeux": "Jeux par commune", "sante": "Arbres par état sanitaire"}
PANELS: list[dict[str, Any]] = [
    {"id": "arbres", "kind": "bar", "title": TITLES["arbres"], "question": {"layer": TREES, "by": ["genre"]}},
    {
        "id": "jeux",
        "kind": "bar",
        "title": TITLES["jeux"],
        "question": {"layer": PLAYGROUNDS, "by": ["commune"]},
    },
    {
        "id": "sante",
        "kind": "bar",
        "title": TITLES["sante"],
        "question": {"layer": TREES, "by": ["etat_sanitaire"]},
    },
    {"id": "mots", "kind": "text", "title": "Mots", "options": {"text": "**Bonjour**"}},
]
FILTERS: list[dict[str, Any]] = [
    {"field": "commune", "kind": "commune"},
    {"field": "genre", "kind": "values", "title": "Genre"},
]
PAGE = "/tableaux-de-bord/patrimoine/"


@pytest.fixture
def town(world: World) -> World:
    """A public dashboard over an open layer, an internal one and a protected field; another of the gardeners alone."""
    dashboards.dashboard(
        "patrimoine",
        sections=[
            {"id": "tout", "title": "Tout", "text": "Un **gras** <script>x</script>", "panels": PANELS}
        ],
        filters=FILTERS,
        is_public=True,
        producer="Espaces verts",
    )
    dashboards.dashboard("interne", groups=["Espaces verts"])
    return world


def signed_in(person: Person) -> Client:
    """Return the browser of somebody."""
    client = Client()
    if not person.is_anonymous:
        client.force_login(person.account())
    return client


def page(person: Person, path: str, **headers: str) -> HttpResponse:
    """Return what somebody gets at an address."""
    return signed_in(person).get(path, headers=headers)  # type: ignore[return-value]


def text(person: Person, path: str, **headers: str) -> str:
    """Return the page somebody gets at an address."""
    response = page(person, path, **headers)
    assert response.status_code == 200, response.content.decode()[-2000:]
    return response.content.decode()


def said(response: HttpResponse, *names: str) -> str:
    """Return what a page says, whatever name it was asked under."""
    words = response.content.decode().partition("<main")[2].partition("</main>")[0]
    for name in names:
        words = words.replace(name, "NOM")
    return words


def test_a_hidden_dashboard_reads_like_one_that_does_not_exist(town: World) -> None:
    hidden, unknown = (page(OUTSIDER, f"/tableaux-de-bord/{slug}/") for slug in ("interne", "inconnu"))
    assert hidden.status_code == 404
    assert said(hidden, "interne") == said(unknown, "inconnu")


@pytest.mark.parametrize("where", ["", "ecran/", "filtres/", "p/", "valeurs/genre/"])
def test_nothing_of_a_hidden_dashboard_answers(town: World, where: str) -> None:
    assert page(OUTSIDER, f"/tableaux-de-bord/interne/{where}").status_code == 404


def test_a_member_of_its_group_opens_it(town: World) -> None:
    assert page(GARDENER, "/tableaux-de-bord/interne/").status_code == 200


@pytest.mark.parametrize(
    ("person", "absent"),
    [(OUTSIDER, {"jeux", "sante"}), (PLANNER, {"sante"}), (GARDENER, set())],
    ids=["passant", "urbaniste", "jardinier"],
)
def test_a_panel_is_absent_for_who_may_not_read_its_layer_or_field(
    town: World, person: Person, absent: set[str]
) -> None:
    html = text(person, f"{PAGE}?tableaux=1")
    assert {name for name, title in TITLES.items() if title not in html} == absent


@pytest.mark.parametrize("panel", ["jeux", "sante"])
def test_an_absent_panel_reads_like_one_that_does_not_exist(town: World, panel: str) -> None:
    absent, unknown = (page(OUTSIDER, f"{PAGE}{name}/") for name in (panel, "inconnu"))
    assert (absent.status_code, unknown.status_code) == (404, 404)
    assert said(absent, panel) == said(unknown, "inconnu")


def test_authors_are_told_what_readers_do_not_see(town: World) -> None:
    dashboards.let_make("Espaces verts")
    dashboards.dashboard(
        "casse",
        sections=[{"id": "s", "title": "s", "panels": [{**PANELS[0], "question": {"layer": "disparue"}}]}],
        producer="Espaces verts",
        is_public=True,
    )
    assert "disparue" in text(GARDENER, "/tableaux-de-bord/casse/")
    assert "disparue" not in text(OUTSIDER, "/tableaux-de-bord/casse/")


def test_without_script_every_table_is_there(town: World) -> None:
    html = text(GARDENER, f"{PAGE}?tableaux=1")
    assert html.count("<table") == 3


def test_the_page_leads_who_has_no_script_to_its_tables_under_the_same_filters(town: World) -> None:
    assert f"?tableaux=1&amp;commune={MEUDON}" in text(OUTSIDER, f"{PAGE}?commune={MEUDON}")


def test_the_text_of_a_section_is_markdown_without_script(town: World) -> None:
    html = text(OUTSIDER, PAGE)
    assert "<strong>gras</strong>" in html
    assert "<script>x" not in html


def test_a_first_page_asks_no_panel_and_the_next_one_shows_what_is_remembered(town: World) -> None:
    assert "data-waiting" in text(OUTSIDER, PAGE)
    text(OUTSIDER, f"{PAGE}arbres/", **PART)
    assert "data-waiting" not in text(OUTSIDER, PAGE)


def test_a_process_answers_for_panels_itself_after_another_process_did(
    town: World, settings: Settings
) -> None:
    settings.CACHES = {**settings.CACHES, "tiles": {"BACKEND": "tiles.sql.TileTable"}}
    text(OUTSIDER, f"{PAGE}arbres/", **PART)
    clear_caches()  # the other process has none of these
    assert "data-waiting" in text(OUTSIDER, PAGE)
    text(OUTSIDER, f"{PAGE}arbres/", **PART)
    assert "data-waiting" not in text(OUTSIDER, PAGE)


def test_what_is_remembered_for_one_is_not_shown_to_another(town: World) -> None:
    everything = text(PLANNER, f"{PAGE}jeux/", **PART)
    narrowed = text(TOWN_AGENT, f"{PAGE}jeux/", **PART)
    assert 'data-matched="3"' in everything
    assert 'data-matched="2"' in narrowed


def test_filters_narrow_a_panel(town: World) -> None:
    assert 'data-matched="1"' in text(OUTSIDER, f"{PAGE}arbres/?commune={MEUDON}", **PART)


def test_a_panel_says_which_filter_it_ignores(town: World) -> None:
    assert "Sans effet ici" in text(PLANNER, f"{PAGE}jeux/?genre=Cedrus", **PART)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("inconnu=1", "n’a pas de filtre «\u00a0inconnu\u00a0»"),
        ("etat_sanitaire=dangereux", "n’a pas de filtre «\u00a0etat_sanitaire\u00a0»"),
        ("etat=bon", "n’a pas de filtre «\u00a0etat\u00a0»"),
        ("commune=99999", "n’est pas le code INSEE"),
        ("commune=Meudon", "attend des codes INSEE"),
        ("periode=hier", "periode attend"),
        ("hauteur=haut", "hauteur attend"),
        ("a.b=1", "n’a pas de filtre «\u00a0a.b\u00a0»"),
    ],
)
def test_a_bad_filter_is_named(town: World, query: str, words: str) -> None:
    answers = {
        path: page(OUTSIDER, f"{PAGE}{path}?{query}") for path in ("", "arbres/", "filtres/", "ecran/")
    }
    assert {
        path: (found.status_code, words in found.content.decode()) for path, found in answers.items()
    } == (dict.fromkeys(answers, (400, True)))


def test_who_reads_a_protected_field_filters_by_it(town: World) -> None:
    assert 'data-matched="2"' in text(GARDENER, f"{PAGE}arbres/?etat_sanitaire=dangereux", **PART)


def test_the_values_of_a_filter_are_counted_under_the_rights_and_the_other_filters(town: World) -> None:
    html = text(OUTSIDER, f"{PAGE}valeurs/commune/?genre=-", **PART)
    assert html.count('type="checkbox"') == 2


def test_an_empty_text_and_no_value_are_one_choice(town: World) -> None:
    html = text(OUTSIDER, f"{PAGE}valeurs/genre/", **PART)
    assert html.count('type="checkbox"') == 1
    assert "Non renseigné" in html


def test_the_values_of_a_protected_field_are_refused_like_those_of_an_unknown_one(town: World) -> None:
    answers = [page(OUTSIDER, f"{PAGE}valeurs/{name}/") for name in ("etat_sanitaire", "inconnu")]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert said(answers[0], "etat_sanitaire") == said(answers[1], "inconnu")


def test_the_bar_counts_what_answers_and_leads_to_exactly_these_rows(town: World) -> None:
    html = text(OUTSIDER, f"{PAGE}filtres/?commune={BOULOGNE}", **PART)
    assert "Voir l’objet" in html
    assert f"/carte/?couches={TREES}&amp;tableau={TREES}&amp;commune={BOULOGNE}" in html


def test_chips_say_what_is_asked_and_lead_to_the_page_without_it(town: World) -> None:
    html = text(OUTSIDER, f"{PAGE}filtres/?commune={BOULOGNE}&genre=Cedrus", **PART)
    assert f'href="{PAGE}?commune={BOULOGNE}"' in html
    assert f'href="{PAGE}?genre=Cedrus"' in html


def test_a_period_typed_without_script_leads_to_the_page_under_it(town: World) -> None:
    answer = page(OUTSIDER, f"{PAGE}filtres/?genre=Cedrus&de=2025-01-01&a=")
    assert answer.status_code == 302
    assert answer["Location"] == f"{PAGE}?periode=2025-01-01%2F..&genre=Cedrus"


def test_only_public_dashboards_are_embedded_and_as_the_public_reads_them(town: World) -> None:
    answers = {
        name: page(GARDENER, f"/tableaux-de-bord/{name}/integrer/") for name in ("patrimoine", "interne")
    }
    assert {name: found.status_code for name, found in answers.items()} == {"patrimoine": 200, "interne": 404}
    assert TITLES["jeux"] not in answers["patrimoine"].content.decode()
    assert page(GARDENER, f"{PAGE}jeux/?vue=integrer").status_code == 404


def test_sites_of_the_setting_may_embed_and_no_other_page_may_be(town: World, settings: Settings) -> None:
    settings.PORTAL_EMBED_SITES = ["https://ville.example"]
    embedded, own = page(OUTSIDER, f"{PAGE}integrer/"), page(OUTSIDER, PAGE)
    assert "frame-ancestors 'self' https://ville.example" in embedded["Content-Security-Policy"]
    assert "X-Frame-Options" not in embedded
    assert "ville.example" not in own["Content-Security-Policy"]


def test_the_list_holds_what_the_visitor_may_open(town: World) -> None:
    listed = {person: text(person, "/tableaux-de-bord/") for person in (OUTSIDER, GARDENER)}
    assert {person: "/tableaux-de-bord/interne/" in html for person, html in listed.items()} == {
        OUTSIDER: False,
        GARDENER: True,
    }


def test_home_shows_the_dashboards_of_my_groups_after_sign_in(town: World) -> None:
    assert "/tableaux-de-bord/interne/" in text(GARDENER, "/")
    assert "Mes tableaux de bord" not in text(OUTSIDER, "/").replace("interne", "")


def test_the_page_of_a_layer_names_the_dashboards_that_show_it(town: World) -> None:
    assert PAGE in text(OUTSIDER, f"/catalogue/{TREES}/")
    assert PAGE not in text(OUTSIDER, "/catalogue/plui-zones/")


def test_a_screen_says_how_long_a_section_stays(town: World) -> None:
    for seconds in (45, 3600):
        assert f'data-kiosk="{seconds}"' in text(OUTSIDER, f"{PAGE}ecran/?secondes={seconds}")
    assert page(OUTSIDER, f"{PAGE}ecran/?secondes=1").status_code == 400


def test_a_panel_is_taken_away_as_a_table_under_the_filters(town: World) -> None:
    answer = page(PLANNER, f"{PAGE}jeux.csv?commune={MEUDON}")
    assert answer["Content-Disposition"] == 'attachment; filename="jeux-par-commune.csv"'
    assert answer.content.decode("utf-8-sig").splitlines()[1:] == ["Meudon;2"]


@pytest.mark.parametrize(
    ("path", "status"), [("jeux.csv", 404), ("sante.csv", 404), ("arbres.pdf", 400), ("mots.csv", 400)]
)
def test_a_file_obeys_the_rights_of_its_panel(town: World, path: str, status: int) -> None:
    assert page(OUTSIDER, f"{PAGE}{path}").status_code == status


def test_who_may_see_and_not_take_gets_no_table(town: World) -> None:
    Grant.objects.filter(layer__slug=PLAYGROUNDS).update(can_download=False)
    assert page(PLANNER, f"{PAGE}jeux.csv").status_code == 403
    assert "jeux.csv" not in text(PLANNER, f"{PAGE}jeux/", **PART)


def test_the_rows_of_an_internal_layer_taken_as_a_table_are_told(town: World) -> None:
    rows = {
        "id": "liste",
        "kind": "table",
        "title": "Liste",
        "question": {"layer": PLAYGROUNDS, "fields": ["nom"]},
    }
    dashboards.dashboard("liste", sections=[{"id": "s", "title": "s", "panels": [rows]}], is_public=True)
    told: list[tuple[str, int]] = []

    def listen(scope: Scope, rows: int, **_signal: Any) -> None:
        told.append((scope.slug, rows))

    export_sent.connect(listen)
    page(PLANNER, f"/tableaux-de-bord/liste/liste.csv?commune={MEUDON}")
    page(PLANNER, f"{PAGE}jeux.csv")
    export_sent.disconnect(listen)
    assert told == [(PLAYGROUNDS, 2)]


def test_a_favourite_comes_first_on_the_home_page(town: World) -> None:
    browser = signed_in(PLANNER)
    assert browser.post(f"{PAGE}favori/").status_code == 302
    assert "Mes tableaux de bord" in browser.get("/").content.decode()
    browser.post(f"{PAGE}favori/", {"retirer": "1"})
    assert "Mes tableaux de bord" not in browser.get("/").content.decode()


def statements(path: str) -> int:
    """Return how many statements read the trees while a panel is asked."""
    with CaptureQueriesContext(connection) as asked:
        text(OUTSIDER, path, **PART)
    return sum('FROM "heritage_remarkabletree"' in query["sql"] for query in asked.captured_queries)


def test_a_panel_asks_its_layer_one_statement(town: World) -> None:
    assert statements(f"{PAGE}arbres/?commune={MEUDON}") == 1


def test_a_panel_that_is_remembered_asks_its_layer_nothing(town: World) -> None:
    statements(f"{PAGE}arbres/")
    assert statements(f"{PAGE}arbres/") == 0


RECORDS: list[dict[str, Any]] = [
    {
        "id": "travaux",
        "kind": "bar",
        "title": "Équipements par type",
        "question": {"layer": PLAYGROUNDS, "relation": "equipements", "by": ["type"]},
    },
    {
        "id": "controles",
        "kind": "bar",
        "title": "Contrôles par résultat",
        "question": {"layer": PLAYGROUNDS, "relation": "inspections", "by": ["resultat"]},
    },
    {
        "id": "secrets",
        "kind": "bar",
        "title": "Arbres dangereux",
        "question": {"layer": TREES, "filter": "etat_sanitaire = 'dangereux'", "by": ["genre"]},
    },
]
SUIVI = "/tableaux-de-bord/suivi/"


@pytest.fixture
def records(world: World) -> World:
    """A public dashboard over related records, one kind of them protected, and over a filter on a protected field."""
    dashboards.dashboard("suivi", sections=[{"id": "s", "title": "s", "panels": RECORDS}], is_public=True)
    return world


def test_a_protected_relation_or_filter_makes_its_panel_absent(records: World) -> None:
    shown = {person: text(person, f"{SUIVI}?tableaux=1") for person in (OUTSIDER, PLANNER, GARDENER)}
    titles = [panel["title"] for panel in RECORDS]
    assert {person: [title in html for title in titles] for person, html in shown.items()} == {
        OUTSIDER: [False, False, False],
        PLANNER: [True, False, False],
        GARDENER: [True, True, True],
    }


@pytest.mark.parametrize(
    ("query", "matched"),
    [
        ("", 3),
        (f"commune={MEUDON}", 2),
        ("type=balancoire", 0),
        (f"type=toboggan&commune={MEUDON}", 2),
        ("nom=Jeux-Pont", 1),
    ],
)
def test_related_records_are_narrowed_by_their_fields_and_by_their_features(
    records: World, query: str, matched: int
) -> None:
    assert f'data-matched="{matched}"' in text(PLANNER, f"{SUIVI}travaux/?{query}", **PART)


def test_the_values_of_records_are_counted_under_the_rights(records: World) -> None:
    html = text(TOWN_AGENT, f"{SUIVI}valeurs/type/", **PART)
    assert "2</span>" in html
    assert page(PLANNER, f"{SUIVI}valeurs/resultat/").status_code == 400
