"""Pages about tilesets and matrix sets: what their documents say, in words, with a small map."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from layers.sql.tile_matrix_sets import SERVED, WEB_MERCATOR_QUAD
from tests.people import PLANNER, PUBLIC, Person
from tests.protocols import get
from tests.rasters import online, slope
from tests.world import PLAYGROUNDS, TREES, World

QUAD = WEB_MERCATOR_QUAD.id
OF_TREES = f"/api/collections/{TREES}/tiles"
OF_RELIEF = "/api/collections/relief/map/tiles"


@pytest.fixture
def relief(world: World, media: Path) -> Any:
    return online("relief", slope(), title="Relief")


def page(path: str, person: Person = PUBLIC, status: int = 200) -> str:
    answer = get(f"{path}?f=html", person)
    assert answer.status == status
    assert answer.headers["Content-Type"].startswith("text/html")
    return answer.body


@pytest.mark.parametrize("path", ["/api/tiles", OF_TREES, OF_RELIEF, "/api/tileMatrixSets"])
def test_a_list_leads_to_the_page_of_each_matrix_set(relief: Any, path: str) -> None:
    told = page(path)
    links = [unescape(link) for link in re.findall(r'<h2 class="card-title"><a href="([^"]+)"', told)]
    assert [link.removeprefix("http://localhost") for link in links] == [
        f"{path}/{matrix.id}?f=html" for matrix in SERVED
    ]
    assert {get(link.removeprefix("http://localhost")).status for link in links} == {200}


@pytest.mark.parametrize(("path", "drawn"), [(OF_TREES, TREES), (OF_RELIEF, "relief")])
def test_a_tileset_tells_its_addresses_limits_and_map(relief: Any, path: str, drawn: str) -> None:
    told, document = unescape(page(f"{path}/{QUAD}")), get(f"{path}/{QUAD}").document
    (template, *_others) = [link["href"] for link in document["links"] if link.get("templated")]
    assert template in told
    limit = document["tileMatrixSetLimits"][14]
    assert f"{limit['minTileRow']} – {limit['maxTileRow']}" in told
    (config,) = re.findall(r'<script id="tiles-map" type="application/json">(.*?)</script>', told)
    layers = json.loads(config)
    assert [layer["slug"] for layer in (*layers["layers"], *layers["rasters"])] == [drawn]


def test_a_tileset_of_the_portal_keeps_the_layers_that_were_asked(world: World) -> None:
    told = get(f"/api/tiles?f=html&collections={TREES}").body
    assert f"/api/tiles/{QUAD}?collections={TREES}&amp;f=html" in told
    assert TREES in get(f"/api/tiles/{QUAD}?f=html&collections={TREES}").body


def test_a_hidden_layer_has_no_page_of_tiles(world: World) -> None:
    path = f"/api/collections/{PLAYGROUNDS}/tiles"
    assert {get(f"{end}?f=html", PUBLIC).status for end in (path, f"{path}/{QUAD}")} == {401}
    page(path, PLANNER)


def test_a_machine_still_gets_the_document_and_its_page_is_an_alternate(world: World) -> None:
    document = get(OF_TREES).document
    assert f"http://localhost{OF_TREES}?f=html" in [link["href"] for link in document["links"]]
