"""Rows of a moderated layer that are not public: their author and who approves them read them, whatever the protocol."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from pytest_django import Settings

from layers.access import scope
from layers.models import Commune, Grant, Layer
from layers.services.search_index import refresh_search
from layers.sql.search_index import fresh_parts
from layers.visitor import LinkRights, Visitor
from roadworks.models import RoadWorks
from tests.factories import BOULOGNE
from tests.moderated_layer import WORKS, open_works, works, works_scope
from tests.people import ADMINISTRATOR, GARDENER, PARTNER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import (
    AGGREGATE,
    COUNT,
    EXPORT_CSV,
    EXPORT_GPKG,
    ITEM,
    ITEMS,
    PAGE,
    SHEET,
    TILE,
    WFS_BY_ID,
    WFS_FEATURES,
    Protocol,
    get,
    matched,
)

DRAFT, SUBMITTED, REFUSED, PUBLISHED = "Site-Brouillon", "Site-Soumis", "Site-Refuse", "Site-Publie"
ALL = frozenset({DRAFT, SUBMITTED, REFUSED, PUBLISHED})
# Of the groups of TOWN_AGENT: of the same rights, and the author of nothing.
COLLEAGUE = Person("collegue", groups=TOWN_AGENT.groups)
ROWS: dict[Person, frozenset[str]] = {
    PUBLIC: frozenset({PUBLISHED}),
    COLLEAGUE: frozenset({PUBLISHED}),
    TOWN_AGENT: frozenset({PUBLISHED, DRAFT, REFUSED}),
    PARTNER: frozenset({PUBLISHED, SUBMITTED}),
    GARDENER: frozenset({PUBLISHED, SUBMITTED}),
    PLANNER: ALL,
    ADMINISTRATOR: ALL,
}


@pytest.fixture(autouse=True)
def sites(catalogue: dict[str, Commune], settings: Settings) -> dict[str, RoadWorks]:
    """A site in each kind of state, the submitted one in Boulogne; the others in Meudon."""
    open_works(catalogue, settings)
    return {
        DRAFT: works(DRAFT, etat="draft", author=TOWN_AGENT),
        SUBMITTED: works(SUBMITTED, etat="submitted", author=PARTNER, at=BOULOGNE),
        REFUSED: works(REFUSED, etat="refused", author=TOWN_AGENT),
        PUBLISHED: works(PUBLISHED),
    }


@pytest.mark.parametrize("protocol", [PAGE, ITEMS, TILE, EXPORT_CSV, EXPORT_GPKG, WFS_FEATURES], ids=str)
def test_each_person_reads_public_rows_those_they_approve_and_their_own(protocol: Protocol) -> None:
    seen = {str(person): protocol.ask(person, slug=WORKS).shows(ALL) for person in ROWS}
    assert seen == {str(person): rows for person, rows in ROWS.items()}


def test_counts_and_aggregates_are_of_the_same_rows() -> None:
    counts = {str(person): matched(COUNT.ask(person, slug=WORKS)) for person in ROWS}
    groups = {str(person): len(AGGREGATE.ask(person, slug=WORKS).document["groups"]) for person in ROWS}
    assert counts == {str(person): len(rows) for person, rows in ROWS.items()}
    assert groups == counts


@pytest.mark.parametrize("protocol", [ITEM, SHEET, WFS_BY_ID], ids=str)
def test_row_of_somebody_else_is_absent(sites: dict[str, RoadWorks], protocol: Protocol) -> None:
    seen = {
        str(person): protocol.ask(person, slug=WORKS, pk=sites[DRAFT].pk).shows([DRAFT])
        for person in (PUBLIC, PARTNER, GARDENER, TOWN_AGENT)
    }
    assert {person for person, words in seen.items() if words} == {str(TOWN_AGENT)}


def test_answer_of_the_public_alone_is_shared() -> None:
    scopes = {str(person): works_scope(person) for person in ROWS}
    assert {name for name, each in scopes.items() if each.is_public} == {str(PUBLIC)}
    assert len({each.key for each in scopes.values()}) == len(scopes)


@pytest.mark.parametrize("path", ["/recherche/?q={}", "/recherche/suggestions/?q={}"])
@pytest.mark.parametrize("is_indexed", [True, False])
def test_search_gives_no_row_that_is_not_public(path: str, is_indexed: bool) -> None:
    if is_indexed:
        refresh_search()
        assert Layer.objects.get(slug=WORKS).pk in {part.layer for part in fresh_parts()}
    seen = get(path.format(quote("Site")), PUBLIC, by_basic=False).shows(ALL)
    assert seen <= ROWS[PUBLIC]


def test_index_follows_the_state_of_a_row(sites: dict[str, RoadWorks]) -> None:
    refresh_search()
    for etat, titles in (("published", {SUBMITTED, PUBLISHED}), ("cancelled", {PUBLISHED})):
        RoadWorks.objects.filter(pk=sites[SUBMITTED].pk).update(etat=etat)
        assert get("/recherche/?q=Site", PUBLIC, by_basic=False).shows(ALL) == titles


def test_link_of_an_approver_opens_public_rows_alone(sites: dict[str, RoadWorks]) -> None:
    planner = PLANNER.visitor(may_write=False)
    holder = Visitor(instant=planner.instant, link=LinkRights(planner, frozenset({WORKS})))
    assert set(scope(holder, WORKS).queryset.values_list("objet", flat=True)) == {PUBLISHED}


def test_internal_layer_opens_no_more_than_its_grants() -> None:
    Layer.objects.filter(slug=WORKS).update(visibility="internal")
    Grant.objects.filter(layer__slug=WORKS, group__name=PARTNER.groups[0]).delete()
    assert ITEMS.ask(PARTNER, slug=WORKS).status == 404
