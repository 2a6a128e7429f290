"""Counts what is used of the portal, whatever the protocol: a table of views, a middleware, a thread that writes.

The application ``usage`` holds the figures and knows nothing of requests (docs/usage.md).
"""

from __future__ import annotations

import atexit
import datetime as dt
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from itertools import islice
from typing import Generic, TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import F
from django.http import HttpRequest, HttpResponseBase
from django.urls import ResolverMatch
from django.utils import timezone

from dashboards.models import Dashboard
from harvesting.visits import add_visits, forget_visits, harvested, visit_of
from layers.visitor import Visitor
from usage.services import Published, Use, add_uses, review_contents, sum_up
from usage.vocabulary import UseKind, UseOrigin

# Layers of one map, or of one question, that are counted: an address may name hundreds.
MAX_LAYERS = 12
_SUCCESSFUL = frozenset({HTTPStatus.OK, HTTPStatus.NOT_MODIFIED})
_SENT = frozenset({HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT})
Names = Callable[[HttpRequest, ResolverMatch], Iterable[str]]


def _layer_of_address(_request: HttpRequest, match: ResolverMatch) -> Iterable[str]:
    return (
        str(next((match.kwargs[name] for name in ("layer", "slug", "raster") if match.kwargs.get(name)), "")),
    )


def _layers_of_map(request: HttpRequest, _match: ResolverMatch) -> Iterable[str]:
    """Return the layers that a map has on; none: the map alone."""
    return dict.fromkeys(name for name in request.GET.getlist("couches") if name) or ("",)


def _layers_of_wfs(request: HttpRequest, match: ResolverMatch) -> Iterable[str]:
    """Return the feature types of a question in the address, whatever the case of its name; none: the service."""
    if "layer" in match.kwargs:
        return (str(match.kwargs["layer"]),)
    types = next(
        (text for name, text in request.GET.items() if name.lower() in {"typenames", "typename"}), ""
    )
    names = (word.strip().rpartition(":")[2].removeprefix("_") for word in str(types)[:2_000].split(","))
    return dict.fromkeys(name for name in names if name) or ("",)


@dataclass(frozen=True, slots=True)
class CountedView:
    """How requests of a view are counted: as what, and of which layers; of a dashboard when ``is_dashboard``.

    ``only_form`` is the format of the files of a view whose address names none.
    """

    kind: UseKind
    layers: Names = _layer_of_address
    is_dashboard: bool = False
    only_form: str = ""

    def is_use(self, request: HttpRequest, response: HttpResponseBase) -> bool:
        """Whether an answer is a use: a page shown (a cached copy too), a file begun, a call answered.

        A part of a page (htmx) is no page, a draft or a version is no opening, and API requests of the portal's own
        scripts are counted with their page.
        """
        if self.kind is UseKind.DOWNLOAD:
            return response.status_code in _SENT and _is_beginning(response)
        if response.status_code not in _SUCCESSFUL or "HTTP_HX_REQUEST" in request.META:
            return False
        if self.kind is UseKind.CALL:
            return not _is_own_script(request)
        return "version" not in request.GET

    def form(self, match: ResolverMatch) -> str:
        """Return the format of a file; empty for the rest."""
        if self.kind is not UseKind.DOWNLOAD:
            return ""
        return str(match.kwargs.get("form") or match.kwargs.get("kind") or self.only_form)[:20].lower()


def _is_beginning(response: HttpResponseBase) -> bool:
    """Whether a file is sent from its first byte: desktop tools read one by hundreds of parts."""
    return response.headers.get("Content-Range", "bytes 0-").startswith("bytes 0-")


def _is_own_script(request: HttpRequest) -> bool:
    """Whether the request comes from a script of the portal (Fetch Metadata): it is counted with its page."""
    headers = request.META
    is_same_site = headers.get("HTTP_SEC_FETCH_SITE") == "same-origin"
    return is_same_site and headers.get("HTTP_SEC_FETCH_MODE") != "navigate"


_PAGE = CountedView(UseKind.CONSULTATION)
_MAP = CountedView(UseKind.CONSULTATION, _layers_of_map)
_FILE = CountedView(UseKind.DOWNLOAD)
_CALL = CountedView(UseKind.CALL)
_WFS = CountedView(UseKind.CALL, _layers_of_wfs)
_DASHBOARD = CountedView(UseKind.DASHBOARD, is_dashboard=True)
_COLLECTION = (
    "collection",
    "queryables",
    "sortables",
    "schema",
    "encoding",
    "aggregate",
    "search",
    "items",
    "item",
)
COUNTED_VIEWS = {
    "explorer:layer": _PAGE,
    "explorer:feature": _PAGE,
    "explorer:map": _MAP,
    "exports:file": _FILE,
    "datasets:export": _FILE,
    "rasters:coverage": CountedView(UseKind.DOWNLOAD, only_form="tif"),
    "dashboards:download": CountedView(UseKind.DOWNLOAD, is_dashboard=True),
    "dashboards:dashboard": _DASHBOARD,
    "dashboards:embed": _DASHBOARD,
    "dashboards:kiosk": _DASHBOARD,
    "ogc:landing": _CALL,
    "ogc:conformance": _CALL,
    "ogc:functions": _CALL,
    "ogc:openapi": _CALL,
    "ogc:collections": _CALL,
    **{f"ogc:{name}": _CALL for name in _COLLECTION},
    "wfs:service": _WFS,
    "wfs:layer": _WFS,
}


# What robots write of themselves in ``User-Agent``: a name that says so, or the page that explains them (``+https://``).
_DECLARED = re.compile(r"bot\b|bot[/;_-]|crawl|spider|slurp|\+https?://", re.IGNORECASE)


def is_robot(request: HttpRequest) -> bool:
    """Whether a request is not a person's: a robot (RFC 9110, 10.1.2 and 10.1.5), or a page read in advance."""
    # Not ``request.headers``, which is made anew for each request, for as much time as counting takes.
    headers = request.META
    return (
        "HTTP_FROM" in headers
        or "prefetch" in headers.get("HTTP_SEC_PURPOSE", headers.get("HTTP_PURPOSE", ""))
        or _declares_robot(headers.get("HTTP_USER_AGENT", "")[:400])
    )


@lru_cache(maxsize=500)
def _declares_robot(user_agent: str) -> bool:
    return _DECLARED.search(user_agent) is not None


def write_uses(counts: Mapping[Use, int]) -> int:
    """Add counts to those of their day."""
    slugs = {use.dashboard for use in counts if use.dashboard}
    titles = Dashboard.objects.filter(slug__in=slugs, published__isnull=False).values_list("slug", "title")
    return add_uses(counts, dict(titles) if slugs else {})


def review() -> None:
    """Sum up old days, and write what is published with how much it is used: the work of a night."""
    today = timezone.localdate()
    forget_visits(today=today)
    sum_up(today=today, months=settings.USAGE_DAYS_MONTHS)
    published = Dashboard.objects.filter(published__isnull=False).values_list(
        "slug", "title", F("published__published_at__date")
    )
    review_contents(today=today, dashboards=[Published(*row) for row in published])


# Different counts between two writings; more than any portal has, but for who invents names: writing forgets those.
MAX_USES = 20_000
_log = logging.getLogger("gisportal.usage_counters")


Counted = TypeVar("Counted")


class UseCounter(Generic[Counted]):
    """What was used since the last writing. Any thread may add."""

    def __init__(self, write: Callable[[Mapping[Counted, int]], object]) -> None:
        self._write = write
        self._counts: dict[Counted, int] = {}
        self._lock = threading.Lock()
        self._stopped, self._due = threading.Event(), threading.Event()
        self._process = 0
        self._lost = 0

    def add(self, use: Counted) -> None:
        """Count one use; a new key when the memory is full is lost, and logged."""
        with self._lock:
            if use in self._counts or len(self._counts) < MAX_USES:
                self._counts[use] = self._counts.get(use, 0) + 1
            else:
                self._lost += 1
            if len(self._counts) > MAX_USES // 2:
                self._due.set()
        if self._process != os.getpid() and settings.USAGE_WRITE_SECONDS:
            self._start()

    def flush(self) -> None:
        """Write what is there. What cannot be written now (the database is away) waits for the next time."""
        with self._lock:
            self._due.clear()
            counts, self._counts = self._counts, {}
            lost, self._lost = self._lost, 0
        if lost:
            _log.warning("usage: %d uses were not counted, too many different ones in a minute", lost)
        if not counts:
            return
        try:
            self._write(counts)
        except (DatabaseError, InterfaceError) as error:
            _log.warning("usage: counts wait to be written: %s", error)
            self._put_back(counts)

    def _put_back(self, counts: Mapping[Counted, int]) -> None:
        with self._lock:
            for use, count in counts.items():
                if use in self._counts or len(self._counts) < MAX_USES:
                    self._counts[use] = self._counts.get(use, 0) + count

    def _start(self) -> None:
        """Start the thread of this process: a forked one has none of its parent's."""
        with self._lock:
            if self._process == os.getpid():
                return
            self._process = os.getpid()
        atexit.register(self.end)
        threading.Thread(target=self._run, name="usage", daemon=True).start()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._due.wait(settings.USAGE_WRITE_SECONDS)
            self._flush_and_close()

    def end(self) -> None:
        """Write what is left, once the process answers no more; called again, it has nothing to write."""
        self._stopped.set()
        self._due.set()
        self._flush_and_close()

    def _flush_and_close(self) -> None:
        try:
            self.flush()
        finally:
            connection.close()  # of this thread: back to the pool until the next minute


USE_COUNTER = UseCounter(write_uses)
HARVEST_COUNTER = UseCounter(add_visits)
# Every offset of a time zone in force is a whole number of these: a day begins with one.
_QUARTER_S = 900
# An identifier, or none: an address may name thousands of letters, and each name is held until it is written.
_MAYBE_LAYER = re.compile(r"[A-Za-z0-9_-]{0,100}")
_COUNTED_METHODS = frozenset({"GET", "POST"})


class UsageMiddleware:
    """Comes after the middleware of the visitor and the portal; ``PORTAL_USAGE=0`` removes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        count_use(request, response)
        count_visit(request, response)
        return response


def count_use(request: HttpRequest, response: HttpResponseBase) -> None:
    """Count a request by its answer, if it is a use."""
    if not settings.USAGE_COUNTERS or request.method not in _COUNTED_METHODS:
        return
    match = request.resolver_match
    counted = COUNTED_VIEWS.get(match.view_name) if match is not None else None
    if counted is not None and counted.is_use(request, response) and not is_robot(request):
        _count(request, counted)


def count_visit(request: HttpRequest, response: HttpResponseBase) -> None:
    """Count a request that reads the catalogue, whatever its answer: refusals and failures of harvests too."""
    if not settings.USAGE_COUNTERS:
        return
    visit = visit_of(request, response.status_code, day=day_of_requests())
    if visit is not None:
        HARVEST_COUNTER.add(visit)
        catalogue, slugs = harvested(request, response.status_code)
        count_harvest(slugs, protocol=catalogue, portal=visit.portal)


def _count(request: HttpRequest, counted: CountedView) -> None:
    """Count a use: once for each layer that it shows."""
    match = request.resolver_match
    assert match is not None
    visitor: Visitor = request.visitor  # type: ignore[attr-defined]  # no typed place in Django
    origin = (UseOrigin.PUBLIC if visitor.is_anonymous else UseOrigin.SIGNED_IN).value
    day, form, portal = day_of_requests(), counted.form(match), visitor.portal
    if counted.is_dashboard:
        dashboard = str(match.kwargs["dashboard"])
        USE_COUNTER.add(Use(day, counted.kind.value, "", dashboard, form, origin, portal))
        return
    named = (layer for layer in counted.layers(request, match) if _MAYBE_LAYER.fullmatch(layer))
    for layer in islice(named, MAX_LAYERS):
        USE_COUNTER.add(Use(day, counted.kind.value, layer, "", form, origin, portal))


def count_harvest(slugs: Iterable[str], *, protocol: str, portal: str = "") -> None:
    """Count that a catalogue sent the records of layers to a harvester; what does not leave in full is no harvest.

    ``protocol`` is the name of the catalogue (``dcat``, ``csw``…), 20 characters at most; ``portal`` the INSEE code of
    a commune, empty for the whole territory. Catalogues send what everybody sees: a harvest is always the public's.
    """
    if not settings.USAGE_COUNTERS:
        return
    kind, day, form = UseKind.HARVEST.value, day_of_requests(), protocol[:20].lower()
    for slug in slugs:
        USE_COUNTER.add(Use(day, kind, slug, "", form, UseOrigin.PUBLIC.value, portal))


def day_of_requests() -> dt.date:
    """Return the day now where the portal is."""
    return _day_of(int(time.time()) // _QUARTER_S)


@lru_cache(maxsize=2)
def _day_of(quarter: int) -> dt.date:
    """Return the day of a quarter of an hour since 1970 where the portal is: a third of what counting took."""
    return dt.datetime.fromtimestamp(quarter * _QUARTER_S, timezone.get_default_timezone()).date()
