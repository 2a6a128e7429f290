"""What a page of the demonstration takes of the processor when nothing of it is cached, and what comes before any view.

Only the thread that answers is measured, which other work on the machine spares, in a process prepared as those of the
web server: what lives at its start is not searched for cycles.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle
from statistics import median

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import path

from bench.attacks.sessions import administrator_session
from bench.figures import Figure, by_length, in_time
from gisportal.warm_up import warm_up
from layers.registry import definition

TURNS, _BRIEF_TURNS, _WARM = 200, 40, 5
_FEATURES = TURNS + _WARM + 1
_LAYER = "arbres-remarquables"
_NOTHING = "rien/"


@dataclass(frozen=True, slots=True)
class PageBound:
    """Milliseconds of processor at most; KB of HTML and statements where they are bounded too."""

    milliseconds: float
    kilobytes: float | None = None
    statements: int | None = None


PAGES = {
    "home": ("/", PageBound(15)),
    "catalogue": ("/catalogue/", PageBound(22)),
    "map": ("/carte/", PageBound(15, kilobytes=150)),
    "sheet": (f"/catalogue/{_LAYER}/{{pk}}/", PageBound(20, statements=15)),
}
FLOOR_MS = 1.0


def page_times() -> Iterator[Figure]:
    """Measure pages of the public that are made each time, then a signed-in request to a view that does nothing."""
    # Each sheet once: what it draws and reads around its feature is cached.
    rows = definition(_LAYER).model._default_manager.order_by("pk").values_list("pk", flat=True)
    pks = cycle(rows[:_FEATURES])
    client = Client(HTTP_HOST=settings.PORTAL_AUTHORITIES[0])
    warm_up()
    with override_settings(PAGE_MEMORY_MAX_BYTES=0):
        for name, (address, bound) in PAGES.items():
            yield _page(name, client, (address.format(pk=pk) for pk in pks), bound)
    yield _floor()


def _page(name: str, client: Client, addresses: Iterator[str], bound: PageBound) -> Figure:
    milliseconds = _median_ms(lambda: _read(client, next(addresses)))
    with CaptureQueriesContext(connection) as captured:
        size = _read(client, next(addresses)) / 1000
    limits, others = [f"≤ {bound.milliseconds:g} ms"], []
    if bound.kilobytes is not None:
        limits.append(f"≤ {bound.kilobytes:g} KB")
        others.append(size <= bound.kilobytes)
    if bound.statements is not None:
        limits.append(f"≤ {bound.statements} statements")
        others.append(len(captured) <= bound.statements)
    measured = f"{milliseconds:.1f} ms, {size:.0f} KB, {len(captured)} statements"
    return Figure(
        f"Not cached: {name}, processor",
        ", ".join(limits),
        measured,
        in_time(milliseconds, bound.milliseconds, *others),
    )


def _read(client: Client, address: str) -> int:
    with closing(client.get(address)) as answer:
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
        return len(answer.content)


def _floor() -> Figure:
    environment = (
        RequestFactory(HTTP_HOST=settings.PORTAL_AUTHORITIES[0], HTTP_COOKIE=administrator_session())
        .get(f"/{_NOTHING}")
        .environ
    )
    with override_settings(ROOT_URLCONF=__name__):
        handler = WSGIHandler()

        def ask() -> None:
            response = handler.get_response(WSGIRequest(dict(environment)))
            if response.status_code != 204:
                raise RuntimeError(f"/{_NOTHING}: {response.status_code}")

        milliseconds = _median_ms(ask)
    name = "A signed-in request before its view, processor"
    return Figure(name, f"≤ {FLOOR_MS:g} ms", f"{milliseconds:.2f} ms", in_time(milliseconds, FLOOR_MS))


def _nothing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


urlpatterns = [path(_NOTHING, _nothing)]


def _median_ms(ask: Callable[[], object]) -> float:
    spent = []
    for turn in range(_WARM + by_length(TURNS, _BRIEF_TURNS)):
        if turn == _WARM:
            gc.collect()
            gc.freeze()
        begun = time.thread_time()
        ask()
        if turn >= _WARM:
            spent.append((time.thread_time() - begun) * 1000)
    return median(spent)
