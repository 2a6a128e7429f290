"""Grants end at their instant through every way in, caches warm: as if they had been taken away."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from pytest_django import Settings

from dashboards.models import DashboardGrant
from exports.models import ExportJob
from exports.services import EXPORTS
from layers.models import Grant
from layers.vocabulary import JobState
from tests import dashboards
from tests.factories import MEUDON, MIDDLES
from tests.instants import LAST_SECOND, MIDNIGHT, at, midnight_during
from tests.people import TOWN_AGENT
from tests.protocols import (
    EXPORT_CSV,
    HOME,
    ITEMS,
    OF_A_LAYER,
    OF_THE_CATALOGUE,
    PAGE,
    PHOTO,
    TILE,
    WFS_FEATURES,
    Answer,
    Protocol,
    read,
    tile_of,
)
from tests.rasters import online, slope, tile_over
from tests.view_as import browser, comparable
from tests.world import PLAYGROUNDS, World, grant

_X, _Y, _ZOOM = tile_over(15)
RASTER = tuple(
    Protocol(f"raster:{path}", f"/tiles/raster/interne{path}")
    for path in (f"/{_ZOOM}/{_X}/{_Y}.png", ".json", "/legend", "/value?lon=2.22&lat=48.81")
)
BOARD = tuple(
    Protocol(f"dashboard:{path}", f"/tableaux-de-bord/aires/{path}", is_machine=False)
    for path in ("?tableaux=1", "liste/", "liste.csv", "valeurs/nom/")
)
SEARCHES = (
    Protocol("search", "/recherche/?q=Jeux", is_machine=False),
    Protocol("suggestions", "/recherche/suggestions/?q=aires", is_machine=False),
    Protocol("dashboards", "/tableaux-de-bord/", is_machine=False),
)
OF_SUBJECT = (PHOTO, *OF_A_LAYER, *RASTER, *BOARD)
ALL = (HOME, *OF_SUBJECT, *OF_THE_CATALOGUE, *SEARCHES)


@pytest.fixture
def ending(world: World, media: Path, settings: Settings, tmp_path: Path) -> World:
    """A layer, a raster and a dashboard that TOWN_AGENT reads until midnight."""
    settings.EXPORT_FOLDER, settings.PREPARED_FOLDER = tmp_path / "exports", tmp_path / "prepared"
    table = {"id": "liste", "kind": "table", "question": {"layer": PLAYGROUNDS, "fields": ["nom"]}}
    board = dashboards.dashboard(
        "aires",
        sections=[{"id": "s", "title": "s", "panels": [table]}],
        filters=[{"field": "nom", "kind": "values", "title": "Nom"}],
    )
    online("interne", slope(), is_open=False)
    group = Group.objects.get(name=TOWN_AGENT.groups[0])
    Grant.objects.filter(group=group).update(valid_until=MIDNIGHT)
    grant(TOWN_AGENT, "interne", valid_until=MIDNIGHT)
    DashboardGrant.objects.create(dashboard=board, group=group, valid_until=MIDNIGHT)
    return world


def answers(client: Client, world: World) -> dict[str, Answer]:
    """Ask everything in a session."""
    return {each.name: read(client.get(address(world, each))) for each in ALL}


def address(world: World, protocol: Protocol) -> str:
    """Return the path of a way in."""
    zoom, column, row = tile_of(*MIDDLES[MEUDON]).split("/")
    tiles = {"tile": f"{zoom}/{column}/{row}", "row_tile": f"{zoom}/{row}/{column}"}
    return protocol.address.format(**tiles | world.address(PLAYGROUNDS))


def test_an_ended_grant_answers_as_one_that_was_taken_away(ending: World) -> None:
    with at(LAST_SECOND):
        client = browser(TOWN_AGENT)
        before = answers(client, ending)
    with at(MIDNIGHT):
        ended = answers(client, ending)
        Grant.objects.all().delete()
        DashboardGrant.objects.all().delete()
        without = answers(client, ending)
    subjects = {each.name for each in OF_SUBJECT}
    assert {name: before[name].status for name in subjects} == dict.fromkeys(subjects, 200)
    assert {name: ended[name].status for name in subjects} == dict.fromkeys(subjects, 404)
    differing = [name for name in ended if comparable(ended[name].body) != comparable(without[name].body)]
    assert differing == []


def test_a_grant_reads_through_lists_until_its_last_second(ending: World) -> None:
    lists = (PAGE, *OF_THE_CATALOGUE, *SEARCHES)
    with at(LAST_SECOND):
        client = browser(TOWN_AGENT)
        before = {each.name: read(client.get(address(ending, each))).body for each in lists}
    with at(MIDNIGHT):
        after = {each.name: read(client.get(address(ending, each))).body for each in lists}
    unchanged = [name for name in before if comparable(before[name]) == comparable(after[name])]
    assert unchanged == []


@pytest.mark.parametrize("protocol", [PAGE, ITEMS, WFS_FEATURES, TILE, EXPORT_CSV], ids=str)
def test_what_began_before_the_end_is_complete_and_the_next_is_refused(
    ending: World, protocol: Protocol
) -> None:
    path = address(ending, protocol)
    with at(LAST_SECOND):
        client = browser(TOWN_AGENT)
        client.get("/compte/")
    with midnight_during("layers_grant"):
        crossing = read(client.get(path))
    with at(MIDNIGHT):
        following = read(client.get(path))
    assert crossing.status == 200
    assert "Jeux-Val" in crossing.body
    assert following.status == 404


@pytest.mark.parametrize("is_late", [False, True], ids=["prepared-before", "prepared-across"])
def test_a_prepared_file_is_not_fetched_once_the_grant_has_ended(ending: World, is_late: bool) -> None:
    with at(LAST_SECOND):
        client = browser(TOWN_AGENT)
        job = client.get(
            f"/export/{PLAYGROUNDS}.csv", {"preparer": "1"}, headers={"accept": "text/html"}
        ).headers["Location"]
        pk = UUID(job.split("/")[2])
    with midnight_during("layers_grant") if is_late else at(LAST_SECOND):
        EXPORTS.run(pk)
    with at(LAST_SECOND):
        before = read(client.get(f"{job}fichier")).status
    with at(MIDNIGHT):
        after = [read(client.get(path)).status for path in (job, f"{job}fichier")]
    assert ExportJob.objects.get(pk=pk).state == JobState.READY
    assert before == 200
    assert after == [404, 404]


def test_an_export_that_is_prepared_after_the_end_writes_nothing(ending: World) -> None:
    with at(LAST_SECOND):
        client = browser(TOWN_AGENT)
        job = client.get(
            f"/export/{PLAYGROUNDS}.csv", {"preparer": "1"}, headers={"accept": "text/html"}
        ).headers["Location"]
    pk = UUID(job.split("/")[2])
    with at(MIDNIGHT):
        EXPORTS.run(pk)
    assert ExportJob.objects.get(pk=pk).state == JobState.FAILED
