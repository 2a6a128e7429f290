"""``./portal bench wfs``: GML and pages beside bare SQL and other servers, capabilities, ogr2ogr as a client.

Coordinates are those of the table (EPSG:4326), so that nobody transforms; ours are in Lambert-93 by default.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from bench import database, floors, seed
from bench.catalogue import LAYERS, MANY, THEME
from bench.client import Connection, body_of, timed
from bench.figures import Figure, in_time, median_ratio, medians, part
from bench.floors import Psql
from bench.peers import Absent, mapserver
from bench.reading import boxes
from bench.server import Server, forget_highest, highest_mb, resident_mb, serving
from bench.wfs.gisserver import gisserver
from layers.parsing.gdal import pyogrio
from layers.services.catalogue import publish_layers

_PAGE, _BOXES, _TURNS = 1_000, 32, 5
_PARAMETERS = "SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&SRSNAME=EPSG:4326"
_OURS = f"/wfs?{_PARAMETERS}&TYPENAMES=portail:points"
# The bounds of a page and of the whole, in times ours.
_PEERS = {
    "MapServer": (mapserver, f"/ows?{_PARAMETERS}&TYPENAMES=points", 2.0, 1.5),
    "django-gisserver": (gisserver, f"/wfs?{_PARAMETERS}&TYPENAMES=points", 5.0, 0.0),
}
_MEMBERS = (b"<wfs:member>", b"<wfs:member >")

Answered = tuple[int, str]


def full_layer(server: Server, psql: Psql) -> Iterator[Figure]:
    """Measure the whole table as GML, beside the same text written by hand in SQL; and in GeoJSON."""
    for name, path, floor, bound in (
        ("Whole layer of 100,000 in GML 3.2", f"{_OURS}&COUNT={seed.POINTS}", floors.GML, 1.5),
        (
            "The same in GeoJSON",
            f"{_OURS}&COUNT={seed.POINTS}&OUTPUTFORMAT=application/json",
            floors.FULL_COPY,
            1.7,
        ),
    ):
        client = Connection(server.port)
        pairs = [(psql.milliseconds(floor), timed(client, path)) for _ in range(_TURNS)]
        (direct, ours), ratio = medians(pairs), median_ratio(pairs)
        measured = f"{ratio:.2f} × ({ours:.0f} ms, bare SQL {direct:.0f})"
        yield Figure(name, f"≤ {bound:g} × bare SQL", measured, ratio <= bound)


def against_peers(server: Server) -> Iterator[Figure]:
    """Measure pages of a thousand and the whole layer in GML 3.2, ours and everybody's in turn."""
    with ExitStack() as running:
        for name, (start, address, page_bound, full_layer_bound) in _PEERS.items():
            folder = Path(running.enter_context(TemporaryDirectory(prefix="bench-")))
            try:
                peer = start(folder, running)
            except Absent as missing:
                yield Figure(f"WFS, {name}", "", f"not compared: {missing}")
                continue
            ours, theirs = _pages(_OURS, server.port), _pages(address, peer.port)
            yield _compared("Page of 1,000 in GML", peer.name, ours, theirs, page_bound, _PAGE)
            if full_layer_bound:
                ours = [(server.port, f"{_OURS}&COUNT={seed.POINTS}")]
                theirs = [(peer.port, f"{address}&COUNT={seed.POINTS}")]
                yield _compared("Whole layer in GML", peer.name, ours, theirs, full_layer_bound, seed.POINTS)


def _pages(address: str, port: int) -> list[Answered]:
    """Return pages of boxes, written in the order of the authority: everybody reads that one alike."""
    pages = []
    for box in boxes(_BOXES):
        west, south, east, north = box.split(",")
        pages.append(
            (
                port,
                f"{address}&COUNT={_PAGE}&BBOX={south},{west},{north},{east},urn:ogc:def:crs:EPSG::4326",
            )
        )
    return pages


def _compared(
    what: str, name: str, ours: Sequence[Answered], theirs: Sequence[Answered], bound: float, expected: int
) -> Figure:
    for port, path in (ours[0], theirs[0]):
        body = body_of(port, path)
        count = sum(body.count(member) for member in _MEMBERS)
        if count != expected:
            raise SystemExit(f"bench: {path}: {count} features instead of {expected}")
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(_TURNS + 1):
        for own, addresses in zip(times, (ours, theirs), strict=True):
            client = Connection(addresses[0][0])  # a server does not keep one while the other is asked
            elapsed = [timed(client, path) for _port, path in addresses]
            if turn:  # the first warms what the check did not
                own.extend(elapsed)
    ours_ms, other = (median(own) for own in times)
    ratio = other / ours_ms
    measured = f"{ratio:.1f} × ({other:.1f} ms, ours {ours_ms:.1f})"
    return Figure(f"{what}, {name}", f"≥ {bound:g} × ours", measured, ratio >= bound)


_SECONDS, _CAPABILITIES_MS, _GROWTH_MB = 6.0, 60.0, 50.0
_ROWS = seed.POINTS * seed.COPIES


def ogr2ogr(server: Server) -> list[Figure]:
    """Measure GDAL reading a hundred thousand points, with no option: pages as long as capabilities say."""
    name, bound = "ogr2ogr reads 100,000 points", f"≤ {_SECONDS:g} s"
    program = shutil.which("ogr2ogr")
    if program is None:
        return [Figure(name, bound, "not measured: ogr2ogr is not installed (gdal-bin)")]
    source = f"WFS:http://127.0.0.1:{server.port}/wfs"
    with TemporaryDirectory(prefix="bench-") as folder:
        target = Path(folder) / "points.fgb"
        begun = perf_counter()
        subprocess.run(  # noqa: S603  (a program found by its name, constants)
            [program, "-q", "-f", "FlatGeobuf", str(target), source, "portail:points"],
            check=True,
            timeout=300,
        )
        seconds = perf_counter() - begun
        count = pyogrio.read_info(target, force_feature_count=True)["features"]
    if count != seed.POINTS:
        raise SystemExit(f"bench: ogr2ogr read {count} points instead of {seed.POINTS}")
    return [Figure(name, bound, f"{seconds:.1f} s", in_time(seconds, _SECONDS))]


def capabilities(server: Server) -> list[Figure]:
    """Measure the capabilities of a hundred layers, once the extents of this version of the data are known.

    Datasets that other runs published in the same database are listed too.
    """
    path = "/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetCapabilities"
    begun = perf_counter()
    count = body_of(server.port, path).count(b"<FeatureType>")
    cold = perf_counter() - begun
    if count < MANY:
        raise SystemExit(f"bench: {count} layers in the capabilities, {MANY} at least expected")
    for _ in range(8):  # the other process reads what it will remember
        timed(Connection(server.port), path)
    client = Connection(server.port)
    ours = median(timed(client, path) for _ in range(20))
    measured = f"{ours:.1f} ms (the first one, which reads the extents of {count}, {cold:.1f} s)"
    return [
        Figure(
            f"Capabilities of {MANY} layers or more, warm",
            f"≤ {_CAPABILITIES_MS:g} ms",
            measured,
            in_time(ours, _CAPABILITIES_MS),
        )
    ]


def memory(server: Server) -> list[Figure]:
    """Measure how far a web process grows while a million features leave it in GML."""
    client = Connection(server.port)
    before = {pid: resident_mb(pid) for pid in server.workers()}
    for pid in before:
        forget_highest(pid)
    path = f"/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES=portail:million&COUNT={_ROWS}"
    seconds = timed(client, path) / 1000
    growth = max(highest_mb(pid) - resident for pid, resident in before.items())
    return [
        Figure(
            "Growth of the web process for 1,000,000 features in GML",
            f"< {_GROWTH_MB:g} MB",
            f"{growth:.1f} MB in {seconds:.1f} s",
            growth < _GROWTH_MB,
        )
    ]


def prepare() -> None:
    """Fill the measured layers, unless they are filled, and publish a hundred."""
    database.prepare()
    publish_layers(themes=[THEME], definitions=LAYERS.all())


def measures() -> Iterator[Figure]:
    """Measure whole layers, pages, capabilities, a desktop client, and our memory meanwhile."""
    major, _postgis = database.server_version()
    with serving() as server:
        yield from part("layer", full_layer, server, Psql(major))
        yield from part("peers", against_peers, server)
        yield from part("capabilities", capabilities, server)
        yield from part("ogr2ogr", ogr2ogr, server)
        yield from part("memory", memory, server)
