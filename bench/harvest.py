"""``./portal bench harvest``: the catalogue of five hundred layers, as a harvester reads it.

Times are those of answers, with the database, in this process. A first answer is made after a start, when nothing is
remembered; after a write, what did not change is; a warm one is that of the next harvester; HEAD is asked after a
write, and makes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from statistics import median

from django.conf import settings
from django.test import Client
from django.test.client import ClientHandler

from bench.figures import Figure, by_length, in_time, part
from bench.search.run import prepare
from gisportal.warm_up import load_libraries, warm_up
from layers.models import Theme

__all__ = ["measures", "prepare"]

# Of a hundred datasets each.
PAGES = 5
EXPORT = "/api/explore/v2.1/catalog/exports/dcat/"
_FIRST_MS, _WRITTEN_MS, _WARM_MS, _HEAD_MS = 16_000, 2_000, 1_000, 50
_HANDLER = ClientHandler()


def measures() -> Iterator[Figure]:
    """Measure the whole catalogue in each form, HEAD, and an answer that did not change."""
    warm_up()
    load_libraries()
    for form in ("rdf", "ttl", "jsonld"):
        addresses = [f"/catalog.{form}?page={number}" for number in range(1, PAGES + 1)]
        yield from part("catalogue", _catalogue, form, addresses)
    yield from part("export", _catalogue, "export of the former portal", [EXPORT])
    yield from part("head", _head)


def _catalogue(name: str, addresses: list[str]) -> Iterator[Figure]:
    _write()
    yield _figure(
        f"{name}: first answer of {len(addresses)} pages", _FIRST_MS, lambda: _read("get", *addresses), 1
    )
    _write()
    yield _figure(f"{name}: after a write", _WRITTEN_MS, lambda: _read("get", *addresses), 1)
    turns = by_length(9, 3)
    yield _figure(f"{name}: warm", _WARM_MS, lambda: _read("get", *addresses), turns)


def _head() -> Iterator[Figure]:
    def head() -> None:
        _read("head", "/catalog.rdf")

    head()
    yield _figure("HEAD", _HEAD_MS, head, by_length(25, 9))
    _write()
    yield _figure("HEAD just after a write to the catalogue", 10 * _HEAD_MS, head, 1)
    etag = _client().head("/catalog.rdf").headers["ETag"]
    unchanged = _client(etag)
    yield _figure(
        "GET of what did not change (304)", _HEAD_MS, lambda: _one(unchanged, 304), by_length(25, 9)
    )


def _write() -> None:
    """Count a write to the catalogue: whatever depends on it is made again."""
    Theme.objects.update(rank=10)


def _client(etag: str = "") -> Client:
    headers = {"host": settings.PORTAL_AUTHORITIES[0]} | ({"if-none-match": etag} if etag else {})
    client = Client(headers=headers)
    client.handler = _HANDLER
    return client


def _one(client: Client, status: int) -> None:
    answer = client.get("/catalog.rdf")
    if answer.status_code != status:
        raise RuntimeError(f"/catalog.rdf: {answer.status_code}")


def _read(method: str, *addresses: str) -> None:
    client = _client()
    for address in addresses:
        answer = getattr(client, method)(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
        answer.close()


def _figure(name: str, bound: float, ask: Callable[[], None], turns: int) -> Figure:
    times = []
    for _turn in range(turns):
        started = time.perf_counter()
        ask()
        times.append((time.perf_counter() - started) * 1_000)
    took = median(times)
    return Figure(name, f"≤ {bound:.0f} ms", f"{took:.1f} ms", in_time(took, bound))
