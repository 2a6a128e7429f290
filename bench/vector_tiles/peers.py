"""Other tile servers on the very columns that ours reads: stored Web Mercator, the same two attributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import peers, seed
from bench.vector_tiles.tables import ATTRIBUTES, TABLES


@dataclass(frozen=True, slots=True)
class TilePeer:
    """A server that answers: the address of a tile of a table, z, x, y. ``bounds``: how many times ours it takes."""

    name: str
    port: int
    tile: Callable[[str, int, int, int], str]
    bounds: Mapping[str, float]


def mapserver(folder: Path, running: ExitStack) -> TilePeer:
    """Start MapServer behind nginx.

    Raises:
        Absent: MapServer or nginx is not installed.
    """
    port, program = peers.fastcgi(_mapfile(peers.libpq_words()), folder, running)

    def tile(table: str, zoom: int, x: int, y: int) -> str:
        return f"/ows?mode=tile&tilemode=gmap&tile={x}+{y}+{zoom}&layers={table}&map.imagetype=mvt"

    peers.wait(port, tile("bench_point", 13, 4146, 2818), folder)
    name = f"MapServer {peers.version_of_mapserver(program)}"
    return TilePeer(name, port, tile, {"bench_point": 4.0, "bench_surface": 1.5})


def tipg(folder: Path, running: ExitStack) -> TilePeer:
    """Start tipg.

    Raises:
        Absent: the environment of the peers has no tipg.
    """
    port, version = peers.tipg_server({}, folder, running)

    def tile(table: str, zoom: int, x: int, y: int) -> str:
        columns = ",".join(ATTRIBUTES)
        base = f"/collections/public.{table}/tiles/WebMercatorQuad/{zoom}/{x}/{y}"
        return f"{base}?properties={columns}&geom-column=geom_3857"

    peers.wait(port, tile("bench_point", 13, 4146, 2818), folder)
    return TilePeer(f"tipg {version}", port, tile, {"bench_point": 2.0, "bench_surface": 1.5})


PEERS: Mapping[str, Callable[[Path, ExitStack], TilePeer]] = {"MapServer": mapserver, "tipg": tipg}


def _mapfile(connection: str) -> str:
    west, south, east, north = seed.BOX
    layers = "".join(_layer(connection, table, kind) for table, kind in TABLES.items())
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


def _layer(connection: str, table: str, kind: str) -> str:
    return f"""
  LAYER
    NAME "{table}"
    TYPE {kind}
    STATUS ON
    CONNECTIONTYPE POSTGIS
    CONNECTION "{connection}"
    DATA "geom_3857 FROM {table} USING UNIQUE id USING SRID=3857"
    PROCESSING "CLOSE_CONNECTION=DEFER"
    PROJECTION "init=epsg:3857" END
    METADATA "gml_featureid" "id" "gml_include_items" "{",".join(ATTRIBUTES)}" "gml_types" "auto" END
  END
"""
