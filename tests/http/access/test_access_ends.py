"""A right ends at an instant: until then every way in answers, and then the layer is absent, with warm caches."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from unittest.mock import patch

from gisportal.accounts import credentials
from gisportal.accounts.links.services import end_of_day
from layers.models import Grant
from tests.people import TOWN_AGENT
from tests.protocols import OF_A_LAYER, OF_THE_CATALOGUE, PHOTO
from tests.world import PLAYGROUNDS, World

END = end_of_day(dt.date(2026, 12, 30))  # midnight in Paris, which begins 31 December


def statuses(world: World, instant: dt.datetime) -> dict[str, int]:
    """Return what every way in answers to a town's agent at an instant."""
    with patch.object(credentials, "timezone", SimpleNamespace(now=lambda: instant)):
        ways = (PHOTO, *OF_A_LAYER)
        return {str(way): way.ask(TOWN_AGENT, **world.address(PLAYGROUNDS)).status for way in ways}


def test_a_right_ends_on_every_protocol_at_midnight_in_paris(world: World) -> None:
    Grant.objects.filter(group__name=TOWN_AGENT.groups[0]).update(valid_until=END)
    before, after = statuses(world, END - dt.timedelta(seconds=1)), statuses(world, END)
    assert before == dict.fromkeys(before, 200)
    assert after == dict.fromkeys(after, 404)


def test_no_list_names_a_layer_whose_right_has_ended(world: World) -> None:
    Grant.objects.filter(group__name=TOWN_AGENT.groups[0]).update(valid_until=END)
    names = []
    for instant in (END - dt.timedelta(seconds=1), END):
        with patch.object(credentials, "timezone", SimpleNamespace(now=lambda at=instant: at)):
            names.append({str(way): way.ask(TOWN_AGENT).shows([PLAYGROUNDS]) for way in OF_THE_CATALOGUE})
    assert names[0] == dict.fromkeys(names[0], frozenset({PLAYGROUNDS}))
    assert names[1] == dict.fromkeys(names[1], frozenset())
