"""``./portal bench wfs``: GML and capabilities beside bare SQL and other servers, and ogr2ogr as a client."""

from __future__ import annotations

from collections.abc import Iterator

from bench import database
from bench.catalogue import THEME
from bench.figures import Figure
from bench.floors import Psql
from bench.server import serving
from bench.wfs import clients, pages
from bench.wfs.catalogue import LAYERS
from layers.services.catalogue import publish_layers


def prepare() -> None:
    """Fill the measured layers, unless they are filled, and publish a hundred."""
    database.prepare()
    publish_layers(themes=[THEME], definitions=LAYERS.all())


def measures() -> Iterator[Figure]:
    """Measure whole layers, pages, capabilities, a desktop client, and our memory meanwhile."""
    major, _postgis = database.server_version()
    with serving() as server:
        yield from pages.whole_layer(server, Psql(major))
        yield from pages.against_peers(server)
        yield from clients.capabilities(server)
        yield from clients.ogr2ogr(server)
        yield from clients.memory(server)
