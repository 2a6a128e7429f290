"""GML 3.2 of a hundred thousand points, and pages of a thousand in a box, each server asked in turn.

Coordinates are those of the table (EPSG:4326), so that nobody transforms; ours are in Lambert-93 by default.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench import floors, seed
from bench.client import Connection, body_of, timed
from bench.figures import Figure
from bench.floors import Psql
from bench.measures import boxes
from bench.peers import Absent, mapserver
from bench.server import Server
from bench.wfs.gisserver import gisserver

_PAGE, _BOXES, _TURNS = 1_000, 32, 5
_ASKED = "SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&SRSNAME=EPSG:4326"
_OURS = f"/wfs?{_ASKED}&TYPENAMES=portail:points"
# The bounds of a page and of the whole, in times ours.
_PEERS = {
    "MapServer": (mapserver, f"/ows?{_ASKED}&TYPENAMES=points", 2.0, 1.5),
    "django-gisserver": (gisserver, f"/wfs?{_ASKED}&TYPENAMES=points", 5.0, 0.0),
}
_MEMBERS = (b"<wfs:member>", b"<wfs:member >")

Asked = tuple[int, str]


def whole_layer(server: Server, psql: Psql) -> Iterator[Figure]:
    """Measure the whole table as GML, beside the same text written by hand in SQL; and in GeoJSON."""
    for name, path, floor, bound in (
        ("Whole layer of 100,000 in GML 3.2", f"{_OURS}&COUNT={seed.POINTS}", floors.GML, 1.5),
        (
            "The same in GeoJSON",
            f"{_OURS}&COUNT={seed.POINTS}&OUTPUTFORMAT=application/json",
            floors.WHOLE,
            1.7,
        ),
    ):
        client = Connection(server.port)
        pairs = [(psql.milliseconds(floor), timed(client, path)) for _ in range(_TURNS)]
        bare, ours = (median(column) for column in zip(*pairs, strict=True))
        ratio = ours / bare
        told = f"{ratio:.2f} × ({ours:.0f} ms, bare SQL {bare:.0f})"
        yield Figure(name, f"≤ {bound:g} × bare SQL", told, ratio <= bound)


def against_peers(server: Server) -> Iterator[Figure]:
    """Measure pages of a thousand and the whole layer in GML 3.2, ours and everybody's in turn."""
    with ExitStack() as running:
        for name, (start, address, page_bound, whole_bound) in _PEERS.items():
            folder = Path(running.enter_context(TemporaryDirectory(prefix="bench-")))
            try:
                peer = start(folder, running)
            except Absent as missing:
                yield Figure(f"WFS, {name}", "", f"not compared: {missing}")
                continue
            ours, theirs = _pages(_OURS, server.port), _pages(address, peer.port)
            yield _compared("Page of 1,000 in GML", peer.name, ours, theirs, page_bound, _PAGE)
            if whole_bound:
                ours = [(server.port, f"{_OURS}&COUNT={seed.POINTS}")]
                theirs = [(peer.port, f"{address}&COUNT={seed.POINTS}")]
                yield _compared("Whole layer in GML", peer.name, ours, theirs, whole_bound, seed.POINTS)


def _pages(address: str, port: int) -> list[Asked]:
    """Return pages of boxes, written in the order of the authority: everybody reads that one alike."""
    found = []
    for box in boxes(_BOXES):
        west, south, east, north = box.split(",")
        found.append(
            (
                port,
                f"{address}&COUNT={_PAGE}&BBOX={south},{west},{north},{east},urn:ogc:def:crs:EPSG::4326",
            )
        )
    return found


def _compared(
    what: str, name: str, ours: Sequence[Asked], theirs: Sequence[Asked], bound: float, expected: int
) -> Figure:
    for port, path in (ours[0], theirs[0]):
        body = body_of(port, path)
        count = sum(body.count(member) for member in _MEMBERS)
        if count != expected:
            raise SystemExit(f"bench: {path}: {count} features instead of {expected}")
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(_TURNS + 1):
        for own, asked in zip(times, (ours, theirs), strict=True):
            client = Connection(asked[0][0])  # a server does not keep one while the other is asked
            elapsed = [timed(client, path) for _port, path in asked]
            if turn:  # the first warms what the check did not
                own.extend(elapsed)
    mine, other = (median(own) for own in times)
    ratio = other / mine
    told = f"{ratio:.1f} × ({other:.1f} ms, ours {mine:.1f})"
    return Figure(f"{what}, {name}", f"≥ {bound:g} × ours", told, ratio >= bound)
