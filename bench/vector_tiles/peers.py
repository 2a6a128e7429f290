"""What is asked of every server: the tables, and the attributes that a map asks of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import peers, seed
from bench.peers import COLUMNS

# Tables and what MapServer calls their geometry.
TABLES: Mapping[str, str] = {"bench_point": "POINT", "bench_surface": "POLYGON"}
# The title and what the style tells apart.
ATTRIBUTES = ("nom", "categorie")


Address = Callable[[str, int, int, int], str]


@dataclass(frozen=True, slots=True)
class TilePeer:
    """A server that answers: the address of a tile of a table, z, x, y, as installed and as told by hand.

    ``bounds`` is how many times ours the former takes at least, by table.
    """

    name: str
    port: int
    installed: Address
    address: Address
    bounds: Mapping[str, float]


def mapserver(folder: Path, running: ExitStack) -> TilePeer:
    """Start MapServer behind nginx.

    Raises:
        Absent: MapServer or nginx is not installed.
    """
    port, program = peers.fastcgi(_mapfile(peers.libpq_words()), folder, running)

    def address(table: str, zoom: int, x: int, y: int) -> str:
        return f"/ows?mode=tile&tilemode=gmap&tile={x}+{y}+{zoom}&layers={table}&map.imagetype=mvt"

    def installed(table: str, zoom: int, x: int, y: int) -> str:
        return address(f"{table}_whole", zoom, x, y)

    peers.wait(port, address("bench_point", 13, 4146, 2818), folder)
    name = f"MapServer {peers.version_of_mapserver(program)}"
    return TilePeer(name, port, installed, address, {"bench_point": 4.0, "bench_surface": 1.5})


def tipg(folder: Path, running: ExitStack) -> TilePeer:
    """Start tipg.

    Raises:
        Absent: the environment of the peers has no tipg.
    """
    port, version = peers.tipg_server({}, folder, running)

    def installed(table: str, zoom: int, x: int, y: int) -> str:
        return f"/collections/public.{table}/tiles/WebMercatorQuad/{zoom}/{x}/{y}?geom-column=geom"

    def address(table: str, zoom: int, x: int, y: int) -> str:
        query = f"properties={','.join(ATTRIBUTES)}&geom-column=geom_3857"
        return f"/collections/public.{table}/tiles/WebMercatorQuad/{zoom}/{x}/{y}?{query}"

    peers.wait(port, address("bench_point", 13, 4146, 2818), folder)
    return TilePeer(f"tipg {version}", port, installed, address, {"bench_point": 2.0, "bench_surface": 1.5})


PEERS: Mapping[str, Callable[[Path, ExitStack], TilePeer]] = {"MapServer": mapserver, "tipg": tipg}


def _mapfile(connection: str) -> str:
    west, south, east, north = seed.BOX
    measured = [_layer(connection, table, table, kind, 3857, ATTRIBUTES) for table, kind in TABLES.items()]
    lines = [
        _layer(connection, f"{table}_whole", table, kind, 4326, COLUMNS) for table, kind in TABLES.items()
    ]
    layers = "".join([*measured, *lines])
    return f"""
MAP
  NAME "bench"
  EXTENT {west} {south} {east} {north}
  PROJECTION "init=epsg:4326" END
  IMAGETYPE "mvt"
  OUTPUTFORMAT
    NAME "mvt"
    DRIVER "MVT"
    MIMETYPE "application/vnd.mapbox-vector-tile"
    FORMATOPTION "EXTENT=4096"
    FORMATOPTION "EDGE_BUFFER=4"
  END
  WEB METADATA "ows_title" "bench" "ows_enable_request" "*" END END
{layers}
END
"""


def _layer(connection: str, name: str, table: str, kind: str, srid: int, attributes: Sequence[str]) -> str:
    column = {3857: "geom_3857", 4326: "geom"}[srid]
    return f"""
  LAYER
    NAME "{name}"
    TYPE {kind}
    STATUS ON
    CONNECTIONTYPE POSTGIS
    CONNECTION "{connection}"
    DATA "{column} FROM {table} USING UNIQUE id USING SRID={srid}"
    PROCESSING "CLOSE_CONNECTION=DEFER"
    PROJECTION "init=epsg:{srid}" END
    METADATA "gml_featureid" "id" "gml_include_items" "{",".join(attributes)}" "gml_types" "auto" END
  END
"""
