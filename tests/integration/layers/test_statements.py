"""A statement that is remembered but for its box gives what a statement written anew gives."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from layers import access, queries
from layers.formats import statements
from layers.formats.geojson import feature_collection
from layers.formats.statements import BoundStatement, statement_of
from layers.models import Commune, Grant, Layer
from layers.parsing.properties import parse_query_of
from layers.queries import Selection
from layers.visitor import Visitor
from layers.vocabulary import Visibility
from tests import factories
from tests.factories import MEUDON, SEVRES

TREES = "arbres-remarquables"
WEST, MIDDLE, EAST = "2.20,48.80,2.2105,48.82", "2.2095,48.80,2.2125,48.82", "2.30,48.80,2.31,48.82"
BOXES = {
    "west": {"bbox": WEST},
    "middle": {"bbox": MIDDLE},
    "nothing": {"bbox": EAST},
    "metres": {"bbox": "641000,6856000,642100,6858000", "bbox-crs": "EPSG:2154"},
    "all": {"bbox": "2,48,3,49"},
}
QUESTIONS: dict[str, dict[str, str]] = {
    "plain": {},
    "filtered": {"filter": "hauteur > 2"},
    "otherwise": {"filter": "hauteur > 3"},
    "by-name": {"genre": "Ulmus"},
    "cut": {"limit": "2"},
    "fewer": {"properties": "genre"},
    "placed": {"crs": "EPSG:2154"},
    "twice": {"within": "POLYGON((2.2 48.8,2.2 48.82,2.2105 48.82,2.2105 48.8,2.2 48.8))"},
}


@pytest.fixture
def trees(catalogue: dict[str, Commune]) -> None:
    """Six trees from west to east."""
    with factories.in_bulk():
        for number in range(6):
            factories.tree(
                f"Arbre {number}",
                at=(2.2081 + number / 1000, 48.81),
                hauteur=number + 0.5,
                genre="Ulmus" * (number % 2),
            )


def selected(asked: dict[str, str], **visitor: Any) -> Selection:
    scope = access.scope(Visitor(instant=timezone.now(), **visitor), TREES)
    selection = queries.select(
        scope, parse_query_of({name: [text] for name, text in asked.items()}, scope.filterable)
    )
    selection.count()  # a page that is not counted is read otherwise
    return selection


def page(asked: dict[str, str], **visitor: Any) -> dict[str, Any]:
    """Return the page without its instant."""
    found = feature_collection(selected(asked, **visitor), links=lambda around: [{"next": around.next}])
    return json.loads(found.body.read()) | {"timeStamp": ""}  # type: ignore[no-any-return]


def test_every_question_in_every_box_is_answered_as_if_it_were_the_first(trees: None) -> None:
    first = page(BOXES["all"] | {"limit": "1"})["links"][0]["next"]
    second = page(BOXES["all"] | {"limit": "3"})["links"][0]["next"]
    following = [{"limit": "2", "cursor": cursor} for cursor in (first, second)]
    asked = [
        box | question for question, box in product([*QUESTIONS.values(), *following], [*BOXES.values(), {}])
    ]
    remembered = [page(each) for each in asked]
    anew = []
    for each in asked:
        statements._written.clear()
        anew.append(page(each))
    assert remembered == anew


def test_the_boxes_do_not_hold_the_same(trees: None) -> None:
    assert [page(box)["numberReturned"] for box in BOXES.values()] == [3, 3, 0, 4, 6]


def test_who_reads_more_fields_shares_no_statement(trees: None) -> None:
    public = set(page(BOXES["all"])["features"][0]["properties"])
    administrator = set(page(BOXES["all"], user_id=1, is_administrator=True)["features"][0]["properties"])
    assert (public < administrator, set(page(BOXES["all"])["features"][0]["properties"])) == (True, public)


def test_the_portal_of_a_commune_shares_no_statement(trees: None) -> None:
    factories.tree("Ailleurs", at=SEVRES)
    whole = page(BOXES["all"])["numberReturned"]
    meudon, sevres = (page(BOXES["all"], portal=code)["numberReturned"] for code in (MEUDON, SEVRES))
    assert whole == 7
    assert meudon == 6
    assert sevres == 1
    assert page(BOXES["all"])["numberReturned"] == 7


def test_grants_of_other_rows_share_no_statement(trees: None) -> None:
    Layer.objects.filter(slug=TREES).update(visibility=Visibility.INTERNAL)
    groups = []
    for rows in ("hauteur > 2", "hauteur > 4", ""):
        group = Group.objects.create(name=rows or "tout")
        Grant.objects.create(group=group, layer=Layer.objects.get(slug=TREES), rows=rows)
        groups.append(frozenset({group.pk}))
    found = [page(BOXES["all"], user_id=1, groups=held)["numberReturned"] for held in (*groups, *groups)]
    assert found == [4, 2, 6, 4, 2, 6]


def times_written(asked: list[dict[str, str]]) -> int:
    """Return how often a statement is written for these questions, one after the other."""
    written = 0

    for each in asked:
        selection = selected(each)

        def write(selection: Selection = selection) -> BoundStatement:
            nonlocal written
            written += 1
            sql, parameters = selection.window().rows.query.sql_with_params()
            return BoundStatement(sql, tuple(parameters))

        statement_of(selection, selection.window(), "form", write)
    return written


@pytest.mark.parametrize("question", [{}, {"filter": "hauteur > 2"}], ids=["plain", "filtered"])
def test_a_statement_is_written_once_for_all_boxes(trees: None, question: dict[str, str]) -> None:
    assert times_written([box | question for box in BOXES.values() if "bbox-crs" not in box]) == 1


def test_pages_of_a_question_share_two_statements(trees: None) -> None:
    asked, cursors = {"limit": "1"}, [""]
    while cursors[-1] or len(cursors) == 1:
        cursors.append(page(asked | ({"cursor": cursors[-1]} if cursors[-1] else {}))["links"][0]["next"])
    pages = [asked | ({"cursor": cursor} if cursor else {}) for cursor in cursors[:-1]]
    ids = [feature["id"] for each in pages for feature in page(each)["features"]]
    statements._written.clear()
    assert len(ids) == 6
    assert sorted(set(ids)) == ids
    assert times_written(pages) == 2


def test_a_long_question_is_not_remembered(trees: None) -> None:
    question = {"filter": " OR ".join(["hauteur > 2"] * 200)}
    assert times_written([box | question for box in list(BOXES.values())[:2]]) == 2


def test_a_box_that_is_asked_twice_in_one_question_is_put_in_no_place(trees: None) -> None:
    square = {"within": "POLYGON((2.2 48.8,2.2 48.82,2.2105 48.82,2.2105 48.8,2.2 48.8))"}
    assert times_written([BOXES["west"] | square, BOXES["west"] | square]) > 2
