"""The administration shows the rows of its reader's scope: in lists, pages, counts, searches, filters and actions."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from amenities.models import Playground
from layers.models import Grant
from tests.people import ADMINISTRATOR, GARDENER, NEWCOMER, OUTSIDER, PARTNER, PLANNER, TOWN_AGENT, Person
from tests.staff import SITE, comparable, results, signed_in, staff, text
from tests.world import ALL_PLAYGROUNDS, IN_MEUDON, World

LIST = f"{SITE}amenities/playground/"
ROWS: dict[Person, frozenset[str]] = {
    PLANNER: ALL_PLAYGROUNDS,
    GARDENER: ALL_PLAYGROUNDS,
    TOWN_AGENT: IN_MEUDON,
    ADMINISTRATOR: ALL_PLAYGROUNDS,
}
OUTSIDE = "Jeux-Pont"


def browser(person: Person) -> Client:
    """Return the browser of somebody who has every permission of Django on playgrounds."""
    return signed_in(person) if person is ADMINISTRATOR else staff(person, "amenities.*", "layers.*")


@pytest.fixture
def agent(world: World) -> Client:
    """The browser of an agent who may change every row of one commune."""
    Grant.objects.filter(group__name=TOWN_AGENT.groups[0]).update(
        can_add=True, can_change=True, can_delete=True
    )
    return browser(TOWN_AGENT)


def change(world: World, name: str, page: str = "change") -> str:
    return f"{LIST}{world.playgrounds[name].pk}/{page}/"


def test_a_list_holds_the_rows_of_its_reader(world: World) -> None:
    seen = {str(person): results(browser(person).get(LIST)) for person in ROWS}
    assert seen == {str(person): set(rows) for person, rows in ROWS.items()}


def test_a_layer_that_somebody_does_not_see_is_absent(world: World) -> None:
    statuses = {
        str(person): browser(person).get(LIST).status_code for person in (OUTSIDER, PARTNER, NEWCOMER)
    }
    assert statuses == dict.fromkeys(statuses, 404)


@pytest.mark.parametrize("page", ["change", "delete", "history"])
def test_no_page_of_a_hidden_layer_opens(world: World, page: str) -> None:
    assert browser(OUTSIDER).get(change(world, "Jeux-Val", page)).status_code == 404


def test_nothing_is_added_to_a_hidden_layer(world: World) -> None:
    assert browser(OUTSIDER).get(f"{LIST}add/").status_code == 404


@pytest.mark.parametrize("person", [OUTSIDER, PLANNER], ids=str)
def test_the_index_names_the_layers_that_its_reader_sees(world: World, person: Person) -> None:
    index = text(browser(person).get(SITE))
    assert (f'href="{LIST}"' in index) is (person is PLANNER)


@pytest.mark.parametrize("page", ["change", "delete", "history"])
def test_a_row_outside_the_scope_reads_like_none(agent: Client, world: World, page: str) -> None:
    hidden = agent.get(change(world, OUTSIDE, page), follow=True)
    absent = agent.get(f"{LIST}999999/{page}/", follow=True)
    numbers = (world.playgrounds[OUTSIDE].pk, 999999)
    assert comparable(hidden, *numbers) == comparable(absent, *numbers)


@pytest.mark.parametrize(
    "question",
    [
        "q=Jeux-Pont",
        "commune__code__exact=92012",
        "id__in=0,{outside}",
        "nom__startswith=Jeux-P",
        "etat__exact=ouvert",
        "all=",
        "o=-1",
        "_facets=True",
    ],
)
def test_no_question_widens_a_list(agent: Client, world: World, question: str) -> None:
    address = f"{LIST}?{question.format(outside=world.playgrounds[OUTSIDE].pk)}"
    response = agent.get(address)
    assert results(response) <= IN_MEUDON


def test_counts_are_those_of_the_rows(agent: Client) -> None:
    changelist = agent.get(LIST).context["cl"]
    assert [changelist.result_count, changelist.full_result_count] == [2, 2]


def test_filters_offer_the_communes_of_the_rows(agent: Client, world: World) -> None:
    page = text(agent.get(LIST))
    assert "Boulogne" not in page


def test_facets_count_the_rows_of_their_reader(agent: Client) -> None:
    page = text(agent.get(f"{LIST}?_facets=True"))
    assert "Ouvert (2)" in page


def test_an_action_does_not_reach_a_row_outside_the_scope(agent: Client, world: World) -> None:
    chosen = {"action": "delete_selected", "_selected_action": [world.playgrounds[OUTSIDE].pk], "post": "yes"}
    agent.post(LIST, chosen)
    assert Playground.objects.filter(nom=OUTSIDE).exists()


def test_the_last_actions_of_somebody_name_only_what_they_still_see(agent: Client, world: World) -> None:
    kind = ContentType.objects.get_for_model(Playground)
    for name in ("Jeux-Val", OUTSIDE):
        LogEntry.objects.create(
            user=TOWN_AGENT.account(),
            content_type=kind,
            object_id=str(world.playgrounds[name].pk),
            object_repr=name,
            action_flag=CHANGE,
        )
    index = text(agent.get(SITE))
    assert {name for name in ALL_PLAYGROUNDS if name in index} == {"Jeux-Val"}


def test_no_address_leads_to_an_object_by_its_number(agent: Client, world: World) -> None:
    kind = ContentType.objects.get_for_model(Playground).pk
    address = f"{SITE}r/{kind}/{{}}/"
    numbers = (world.playgrounds[OUTSIDE].pk, 999999)
    answers = [agent.get(address.format(pk)) for pk in numbers]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert comparable(answers[0], *numbers) == comparable(answers[1], *numbers)


def test_the_portal_of_a_commune_narrows_the_administration(world: World) -> None:
    response = signed_in(ADMINISTRATOR).get(LIST, headers={"host": "meudon.localhost"})
    assert results(response) == set(IN_MEUDON)
