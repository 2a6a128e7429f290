"""The page at the bare address: what the service is, and how tools add it."""

from __future__ import annotations

import pytest

from tests.people import OUTSIDER, PLANNER, PUBLIC
from tests.protocols import get
from tests.world import PLAYGROUNDS, TREES, World
from tests.writes import EDITOR, give_editing_rights


def test_the_bare_address_is_a_page(world: World) -> None:
    answer = get("/wfs")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize("tool", ['id="qgis"', 'id="arcgis"', 'id="gdal"'])
def test_it_says_how_each_tool_adds_the_service(world: World, tool: str) -> None:
    assert tool in get("/wfs").body


def test_it_lists_the_layers_of_its_reader(world: World) -> None:
    shown = [get("/wfs", person).shows([f"portail:{PLAYGROUNDS}"]) for person in (PUBLIC, PLANNER)]
    assert shown == [frozenset(), {f"portail:{PLAYGROUNDS}"}]


def test_the_page_of_a_layer_gives_its_address(world: World) -> None:
    assert (
        f"http://localhost/wfs/{TREES}?SERVICE=WFS&amp;VERSION=1.1.0&amp;REQUEST=GetCapabilities"
        in get(f"/wfs/{TREES}").body
    )


def test_who_may_not_see_a_layer_reads_a_page_about_it(world: World) -> None:
    answer = get(f"/wfs/{PLAYGROUNDS}", OUTSIDER, accept="text/html")
    assert (answer.status, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_it_tells_how_to_edit_and_which_layers_its_reader_may_change(world: World) -> None:
    give_editing_rights()
    told = {person: get("/wfs", person).body for person in (PUBLIC, PLANNER, EDITOR)}
    assert all('id="modifier"' in body for body in told.values())
    assert {person: "Modifiable par vous" in body for person, body in told.items()} == {
        PUBLIC: False,
        PLANNER: False,
        EDITOR: True,
    }
