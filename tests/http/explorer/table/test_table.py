"""The table under the map: the rows of the API in its order, page after page, and nothing that is hidden."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from explorer.table import presenters as serializers
from explorer.table import queries as queries
from layers.models import Grant
from tests import factories
from tests.factories import BOULOGNE, MEUDON, MIDDLES
from tests.people import GARDENER, PLANNER
from tests.protocols import get
from tests.world import MATRICULE, PLAYGROUNDS, TREES, ZONES, World, protect

TABLE = f"/carte/tableau/{TREES}/"
TRANSACTION = ("SAVEPOINT", "RELEASE SAVEPOINT", "BEGIN", "COMMIT")
SORTS = ("nom_vernaculaire", "-nom_vernaculaire", "hauteur", "-hauteur", "genre", "-date_releve")


@pytest.fixture
def trees(catalogue: object) -> None:
    """Trees with accents, equal values and no value at all."""
    named: dict[str, dict[str, Any]] = {
        "Érable": {"hauteur": 12.5, "genre": "Acer", "circonference": 250},
        "Chêne": {"hauteur": None, "genre": "Quercus"},
        "chêne vert": {"hauteur": 1024.5 / 50, "genre": "Quercus"},
        "Eglantier": {"hauteur": None, "genre": ""},
        "Zelkova": {"hauteur": 12.5, "genre": "Zelkova", "at": MIDDLES[BOULOGNE]},
    }
    with factories.in_bulk():
        for name, values in named.items():
            factories.tree(name, **values)


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of two rows."""
    for module in (queries, serializers):
        monkeypatch.setattr(module, "PAGE_ROWS", 2)


def read(client: Client, **parameters: str) -> dict[str, Any]:
    """Return a page of the table of trees."""
    response = client.get(TABLE, parameters)
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def every_id(client: Client, **parameters: str) -> list[int]:
    """Return the ids of all pages, each read from its mark."""
    first = read(client, **parameters)
    pages = [read(client, **parameters, apres=mark) for mark in first["marks"]]
    return [row[0] for page in (first, *pages) for row in page["rows"]]


@pytest.mark.parametrize("sort", SORTS)
def test_the_table_has_the_rows_of_the_api_in_its_order(
    trees: None, short_pages: None, client: Client, sort: str
) -> None:
    features = client.get(f"/api/collections/{TREES}/items?f=json&sortby={sort}").json()["features"]
    assert every_id(client, tri=sort) == [feature["id"] for feature in features]


def test_the_table_answers_the_question_of_the_map(trees: None, client: Client) -> None:
    found = read(client, **{"commune": MEUDON, f"{TREES}.genre": "Quercus", "tri": "-nom_vernaculaire"})
    assert [row[1] for row in found["rows"]] == ["chêne vert", "Chêne"]


def test_the_table_keeps_to_the_view_and_says_so(trees: None, client: Client) -> None:
    west, south = (coordinate - 0.001 for coordinate in MIDDLES[BOULOGNE])
    found = read(client, bbox=f"{west},{south},{west + 0.002},{south + 0.002}")
    assert (found["matched"], found["said"]) == (1, "1 arbre dans la vue")


def test_cells_are_words_without_their_unit(trees: None, client: Client) -> None:
    found = read(client, colonnes="nom_vernaculaire,hauteur,commune", tri="nom_vernaculaire")
    assert found["rows"][-1][1:] == ["Zelkova", "12,5", "Boulogne-Billancourt"]


def test_the_unit_is_in_the_title_of_the_column(trees: None, client: Client) -> None:
    assert read(client, colonnes="hauteur")["columns"][0]["title"] == "Hauteur (m)"


def test_a_row_without_value_has_an_empty_cell(trees: None, client: Client) -> None:
    found = read(client, colonnes="hauteur", tri="hauteur")
    assert [row[1] for row in found["rows"]] == ["12,5", "12,5", "20,49", "", ""]


def test_totals_are_of_every_row_that_answers_and_heights_have_no_sum(
    trees: None, short_pages: None, client: Client
) -> None:
    totals = read(client, colonnes="hauteur")["columns"][0]["totals"]
    assert totals == {"avg": "15,16", "min": "12,5", "max": "20,49"}


def test_an_empty_answer_is_a_table_without_rows(trees: None, client: Client) -> None:
    found = read(client, q="introuvable")
    assert found["matched"] == 0
    assert found["rows"] == []
    assert found["marks"] == []


@pytest.mark.parametrize(
    ("parameters", "culprit"),
    [
        ({"tri": "inconnu"}, "inconnu"),
        ({"tri": "nom;drop"}, "tri"),
        ({"colonnes": "hauteur,inconnue"}, "inconnue"),
        ({"apres": "rien"}, "jeton"),
        ({"inconnu": "1"}, "inconnu"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(
    trees: None, client: Client, parameters: dict[str, str], culprit: str
) -> None:
    response = client.get(TABLE, parameters)
    assert (response.status_code, culprit in response.content.decode()) == (400, True)


def test_the_cursor_of_another_sort_is_refused(trees: None, short_pages: None, client: Client) -> None:
    mark = read(client, tri="hauteur")["marks"][0]
    assert client.get(TABLE, {"tri": "-hauteur", "apres": mark}).status_code == 400


@pytest.mark.parametrize("asked", ["tri=matricule", "tri=-matricule", "colonnes=matricule"])
def test_outsider_cannot_ask_the_table_for_a_hidden_field(world: World, asked: str) -> None:
    assert get(f"{TABLE}?{asked}").status == 400


def test_reader_asks_the_table_for_a_protected_field(world: World) -> None:
    assert MATRICULE in get(f"{TABLE}?colonnes=matricule", GARDENER, by_basic=False).body


@pytest.mark.parametrize("path", [TABLE, f"{TABLE}menus/", f"/carte/statistiques/{TREES}/"])
def test_a_hidden_field_is_absent_from_the_whole_answer(world: World, path: str) -> None:
    assert "matricule" not in get(path).body.lower()


@pytest.mark.parametrize("path", ["tableau/{}/", "tableau/{}/menus/", "statistiques/{}/"])
def test_a_hidden_layer_has_no_answer(world: World, path: str) -> None:
    assert get(f"/carte/{path.format(PLAYGROUNDS)}").status == 404


def test_the_map_accepts_the_address_of_a_table(trees: None, client: Client) -> None:
    address = urlencode({"couches": TREES, "tableau": TREES, "tri": "-hauteur", "colonnes": "hauteur"})
    assert client.get(f"/carte/?{address}").status_code == 200


def test_the_files_hold_the_question_and_the_order_of_the_table(trees: None, client: Client) -> None:
    html = client.get(f"{TABLE}menus/", {"commune": MEUDON, "tri": "-hauteur"}).content.decode()
    fields = ('name="commune" value="92048"', 'name="sortby" value="-hauteur"', f"/export/{TREES}.geojson")
    assert [field in html for field in fields] == [True] * 3


def test_the_number_of_rows_is_said_before_a_download(trees: None, client: Client) -> None:
    assert "4 lignes" in client.get(f"{TABLE}menus/", {"commune": MEUDON}).content.decode()


def test_who_may_not_download_is_told_so(world: World) -> None:
    Grant.objects.filter(group__name=PLANNER.groups[0]).update(can_download=False)
    html = get(f"/carte/tableau/{PLAYGROUNDS}/menus/", PLANNER, by_basic=False).body
    assert "ne permet pas de la télécharger" in html
    assert "/export/" not in html


def test_the_table_asks_the_database_no_more_than_it_must(trees: None, client: Client) -> None:
    # What the key of a cached page depends on is read once after each write.
    client.get("/catalogue/absente/")
    with CaptureQueriesContext(connection) as captured:
        read(client)
    statements = [query["sql"] for query in captured if not query["sql"].startswith(TRANSACTION)]
    # numbers of the cached page, datasets, layers with their readers, communes of the columns; the rows, how many and
    # the totals, all three within a time limit
    assert len(statements) == 8


# The errors of the positions of some trees, in metres.
ERRORS = {"Zone": 30, "Allée": 900}


@pytest.fixture
def row_of_trees(catalogue: object) -> str:
    """Trees further and further north of a place, two of them at one distance; returns the place."""
    longitude, latitude = MIDDLES[MEUDON]
    norths = {"Allée": 0.002, "Zone": 0.0005, "Mail": 0.001, "Jumeau": 0.001, "Cour": 0}
    with factories.in_bulk():
        for name, north in norths.items():
            at = factories.point(longitude, latitude + north)
            factories.tree(name, at=at, hauteur=len(name), precision_position=ERRORS.get(name))
    return f"{longitude},{latitude}"


def around(client: Client, place: str, **parameters: str) -> dict[str, Any]:
    return read(client, near=place, radius="1000", colonnes="nom_vernaculaire", **parameters)


def test_around_a_place_the_table_is_sorted_by_distance_as_the_list_is(
    row_of_trees: str, client: Client
) -> None:
    found = around(client, row_of_trees)
    nearest = ["Cour 0", "Zone 56", "Mail 111", "Jumeau 111", "Allée 222"]
    assert [" ".join(row[1:3]) for row in found["rows"]] == nearest
    page = client.get(f"/carte/?couches={TREES}&near={row_of_trees}&radius=1000").content.decode()
    assert re.findall(r'data-feature="[\w-]+/(\d+)"', page) == [str(row[0]) for row in found["rows"]]


def test_around_a_place_the_order_and_the_distance_are_said(row_of_trees: str, client: Client) -> None:
    found = around(client, row_of_trees)
    titles = [column["title"] for column in found["columns"]]
    assert (found["sort"], found["said"]) == ("_distance", "5 arbres, triés par distance")
    assert titles == ["Nom vernaculaire", "Distance (m)", "Incertitude (m)", "Proche de la limite"]
    assert {row[1]: row[3:] for row in found["rows"] if row[3]} == {
        "Zone": ["30", "Non"],
        "Allée": ["900", "Oui"],
    }


@pytest.mark.parametrize("sort", ["", "_distance", "-_distance"])
def test_pages_by_distance_hold_every_row_once(
    row_of_trees: str, short_pages: None, client: Client, sort: str
) -> None:
    asked = {"near": row_of_trees, "radius": "1000", "tri": sort}
    found = every_id(client, **asked)
    nearest = [row[0] for row in client.get(TABLE, {**asked, "tri": "_distance"}).json()["rows"]][:1]
    assert (len(found), len(set(found))) == (5, 5)
    assert nearest == ([found[-1]] if sort.startswith("-") else [found[0]])


def test_around_a_place_another_order_may_be_chosen(row_of_trees: str, client: Client) -> None:
    found = around(client, row_of_trees, tri="-nom_vernaculaire")
    assert [row[1] for row in found["rows"]] == ["Zone", "Mail", "Jumeau", "Cour", "Allée"]
    assert [row[2] for row in found["rows"]] == ["56", "111", "111", "0", "222"]


@pytest.mark.parametrize("sort", ["_distance", "-_distance"])
def test_no_distance_sorts_where_no_place_is_asked(trees: None, client: Client, sort: str) -> None:
    response = client.get(TABLE, {"tri": sort})
    assert (response.status_code, "_distance" in response.content.decode()) == (400, True)


def test_distances_are_not_added_up(row_of_trees: str, client: Client) -> None:
    found = read(client, near=row_of_trees, radius="1000", colonnes="nom_vernaculaire,hauteur")
    assert [bool(column["totals"]) for column in found["columns"]] == [False, False, False, False, True]


def test_the_files_of_a_table_by_distance_ask_for_no_distance(row_of_trees: str, client: Client) -> None:
    html = client.get(f"{TABLE}menus/", {"near": row_of_trees, "radius": "1000"}).content.decode()
    assert "_distance" not in html
    assert 'name="sortby" value="nom_vernaculaire"' in html


def test_the_table_of_an_unreadable_title_is_by_distance_too(world: World) -> None:
    longitude, latitude = MIDDLES[MEUDON]
    protect(TREES, "nom_vernaculaire", GARDENER)
    found = get(f"{TABLE}?near={longitude},{latitude}&radius=5000").document
    assert found["sort"] == "_distance"


def test_a_list_of_values_is_shown_and_does_not_sort(trees: None) -> None:
    client = Client()
    column = next(
        one
        for one in read(client, colonnes="nom_vernaculaire,critere")["columns"]
        if one["name"] == "critere"
    )
    refused = client.get(TABLE, {"tri": "-critere"})
    told = column["isSortable"], refused.status_code, "n’a pas d’ordre" in refused.content.decode()
    assert told == (False, 400, True)


def test_near_another_layer_the_table_tells_the_nearest_object_and_sorts_by_its_distance(
    row_of_trees: str, client: Client
) -> None:
    longitude, latitude = (float(part) for part in row_of_trees.split(","))
    factories.zone("UVoisine", geom=factories.box(longitude, latitude - 0.001, longitude + 0.001, latitude))
    asked = {f"{TREES}.touching": f"{ZONES}@150", "colonnes": "nom_vernaculaire"}
    found = read(client, **asked)
    titles = ["Zone du PLUi voisine", "Distance (m)", "Incertitude (m)", "Proche de la limite"]
    assert [column["title"] for column in found["columns"]][1:] == titles
    assert found["sort"] == "_distance"
    assert [row[1:] for row in found["rows"]][:2] == [
        ["Cour", "UVoisine", "0", "", ""],
        ["Zone", "UVoisine", "56", "30", "Non"],
    ]
    html = client.get(f"{TABLE}menus/", asked).content.decode()
    assert 'name="matched" value="true"' in html
    assert 'name="sortby" value="plui_zones_distance"' in html
    by_title = read(client, **asked, ordre="titre")
    assert by_title["sort"] == "nom_vernaculaire"
    page = client.get("/carte/telecharger/", {"couches": TREES, f"{TREES}.touching": f"{ZONES}@150"})
    assert "sortby=plui_zones_distance" in page.content.decode()
