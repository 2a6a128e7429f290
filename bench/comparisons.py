"""Ours beside the servers people would install instead: the same rows, attributes and boxes, in turn, in one run.

Every server is up and warm, two processes each, and keeps the connection of its turn. Each is asked all its pages
one after the other, as a client that reads a layer does, then the next server is. Nothing is compressed. A ratio is
their median over ours. The peers count what matched at each request; ours remembers it, which its own figure of boxes
never counted tells (``bench.reading``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench import seed
from bench.client import Connection, body_of, timed
from bench.figures import Figure
from bench.peers import PEERS, Absent, Peer
from bench.reading import boxes
from bench.server import Server

_ITEMS = "/api/collections/points/items"
_PAGE = 1_000
# As many boxes as our own figure of a page has (``bench.reading``).
_BOXES, _PAGE_TURNS, _LAYER_TURNS = 64, 4, 7

Answered = tuple[int, str]


def against_peers(server: Server) -> Iterator[Figure]:
    """Measure a page of a thousand points in a box and the whole table, ours and everybody's in turn."""
    present: list[Peer] = []
    with ExitStack() as running:
        for name, start in PEERS.items():
            folder = Path(running.enter_context(TemporaryDirectory(prefix="bench-")))
            try:
                present.append(start(folder, running))
            except Absent as missing:
                yield Figure(f"Pages and layer, {name}", "", f"not compared: {missing}")
        yield from _pages(server, present)
        yield from _full_layer(server, present)


def _pages(server: Server, peers: Sequence[Peer]) -> list[Figure]:
    chosen = boxes(_BOXES)
    ours = [(server.port, f"{_ITEMS}?bbox={box}&limit={_PAGE}") for box in chosen]
    theirs = [[(peer.port, peer.page(box, _PAGE)) for box in chosen] for peer in peers]
    ours_ms, *theirs_ms = _medians([ours, *theirs], turns=_PAGE_TURNS, expected=_PAGE)
    return [
        _figure("Page of 1,000", peer.name, ours_ms, other, peer.page_bound)
        for peer, other in zip(peers, theirs_ms, strict=True)
    ]


def _full_layer(server: Server, peers: Sequence[Peer]) -> list[Figure]:
    able = [peer for peer in peers if peer.full_layer]
    ours = [(server.port, f"{_ITEMS}?limit={seed.POINTS}")]
    theirs = [[(peer.port, peer.full_layer)] for peer in able]
    ours_ms, *theirs_ms = _medians([ours, *theirs], turns=_LAYER_TURNS, expected=seed.POINTS)
    return [
        _figure("Whole layer in GeoJSON", peer.name, ours_ms, other, peer.full_layer_bound)
        for peer, other in zip(able, theirs_ms, strict=True)
    ]


def _medians(servers: Sequence[Sequence[Answered]], *, turns: int, expected: int) -> list[float]:
    """Return the median of each server, asked in turn for all its addresses, after answers that were checked."""
    for addresses in servers:
        for port, path in addresses:
            _check(port, path, expected)
    times: list[list[float]] = [[] for _ in servers]
    for turn in range(turns + 1):
        for own, addresses in zip(times, servers, strict=True):
            client = Connection(addresses[0][0])  # a server does not keep one while the others are asked
            elapsed = [timed(client, path) for _port, path in addresses]
            if turn:  # the first warms what the checks did not
                own.extend(elapsed)
    return [median(own) for own in times]


def _check(port: int, path: str, expected: int) -> None:
    """Refuse to compare an answer that does not hold the same rows, each with its ten attributes and its position."""
    features = json.loads(body_of(port, path))["features"]
    poorest = min(len(feature["properties"]) for feature in features)
    # MapServer leaves out the attributes that a row has not.
    placed = sum(bool(feature["geometry"]["coordinates"]) for feature in features)
    if len(features) != expected or placed != expected or poorest < 5:
        raise SystemExit(
            f"bench: {path}: {len(features)} features, {placed} placed, {poorest} attributes at least"
        )


def _figure(what: str, name: str, ours: float, other: float, bound: float) -> Figure:
    ratio = other / ours
    return Figure(
        f"{what}, {name}",
        f"≥ {bound:g} × ours",
        f"{ratio:.1f} × ({other:.1f} ms, ours {ours:.1f})",
        ratio >= bound,
    )
