"""A request whose time is over is told so in the form of its protocol, whatever its method, and reads nothing more."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from heritage.models import RemarkableTree
from plui.models import ZoneUrba
from tests.factories import MEUDON, MIDDLES
from tests.protocols import get, read, tile_of
from tests.request_clock import lasting
from tests.wfs_asking import WFS, kvp, post_form, post_xml
from tests.wfs_writing import by_value, delete, send_transaction, transaction
from tests.world import TREES, ZONES, World
from tests.writes import EDITOR, give_editing_rights

pytestmark = pytest.mark.django_db
TABLE, OTHER = RemarkableTree._meta.db_table, ZoneUrba._meta.db_table
BOTH = f"({TREES})({ZONES})"
BODY = (
    '<GetFeature xmlns="http://www.opengis.net/wfs/2.0" service="WFS" version="2.0.0">'
    f'<Query typeNames="{TREES}"/><Query typeNames="{ZONES}"/></GetFeature>'
)
ADDRESSES = {
    "map": f"/carte/?couches={ZONES}",
    "items": f"/api/collections/{ZONES}/items?limit=5",
    "aggregate": f"/api/collections/{ZONES}/aggregate",
    "tile": f"/tiles/{ZONES}/{tile_of(*MIDDLES[MEUDON])}.mvt",
    "export": f"/export/{ZONES}.csv",
    "wfs": f"{WFS}?{urlencode(kvp(TYPENAMES=ZONES))}",
    "wfs, values": f"{WFS}?{urlencode(kvp('GetPropertyValue', TYPENAMES=ZONES, VALUEREFERENCE='typezone'))}",
}


def test_every_protocol_says_that_the_time_is_over(world: World, settings: Any, tmp_path: Any) -> None:
    settings.REQUEST_SECONDS, settings.EXPORT_FOLDER = 0, tmp_path
    settings.LAYER_TIMEOUTS = settings.LAYER_TIMEOUTS | {"export": 0, "whole": 0}
    answers = {name: get(path) for name, path in ADDRESSES.items()}
    answers |= {"wfs, body": post_xml(BODY), "wfs, form": post_form(TYPENAMES=ZONES)}
    found = {name: (answer.status, answer.headers.get("Retry-After")) for name, answer in answers.items()}
    assert found == dict.fromkeys(answers, (503, "30"))


WAYS = {
    "address": lambda: read(Client().get(f"{WFS}?{urlencode(kvp(TYPENAMES=BOTH))}")),
    "hits": lambda: read(Client().get(f"{WFS}?{urlencode(kvp(TYPENAMES=BOTH, RESULTTYPE='hits'))}")),
    "form": lambda: post_form(TYPENAMES=BOTH),
    "body": lambda: post_xml(BODY),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_next_query_begins_when_the_time_is_over(world: World, way: str) -> None:
    with lasting(TABLE, 31) as told:
        answer = WAYS[way]()
    assert (answer.status, [sql for sql in told if f'FROM "{OTHER}"' in sql]) == (503, [])


def test_a_report_of_the_protocol_says_so(world: World) -> None:
    with lasting(TABLE, 31):
        answer = post_xml(BODY)
    assert "ows:ExceptionReport" in answer.body
    assert "plus de 30 secondes" in answer.body


def test_a_transaction_whose_time_is_over_begins_no_search_and_writes_nothing(world: World) -> None:
    give_editing_rights()
    where = by_value("genre", "Cedrus")
    before = RemarkableTree.objects.count()
    with lasting(TABLE, 31):
        answer = send_transaction(transaction(delete(where), delete(where)), EDITOR)
    assert (answer.status, RemarkableTree.objects.count()) == (503, before)
