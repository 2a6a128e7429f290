"""``./portal bench memory [COUNT]``: one process answers ``COUNT`` mixed requests; what it holds at each mark.

The bound is on the growth between the first mark, when every page has been made once, and the last one. Requests are
counted, not seconds: a busy machine changes the time, and not the figures. The same requests are sent at each run.
"""

from __future__ import annotations

import base64
import math
import random
import selectors
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from urllib.parse import quote

from django.core.management import call_command

from bench.attacks.sessions import administrator_session
from bench.client import Connection
from bench.creation import create, publish_files
from bench.dashboards.panel_requests import panels_of
from bench.figures import Figure
from bench.server import Server, resident_mb, serving
from gisportal.demo.dashboards import DASHBOARDS

# Open layers of the demonstration, with a number, a text and a code that each has.
LAYERS = (
    "arbres-remarquables",
    "bornes-de-recharge",
    "batiments-patrimoniaux",
    "arbres-alignement",
    "travaux-voirie",
)
COMMUNES = ("92012", "92022", "92040", "92047", "92048", "92072", "92075", "92077")
WEST, SOUTH, EAST, NORTH = 2.15, 48.78, 2.28, 48.85
_SYLLABLES = ("ar", "be", "cha", "don", "el", "fou", "gri", "hau", "il", "jo", "ka", "lu", "mi", "ro", "tan")


@dataclass(frozen=True, slots=True)
class Request:
    """A request: its path with the query, its header fields, and a body for a POST."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Mix:
    """Requests without end, the same for the same ``seed``.

    ``cookie`` is the session of an administrator, who reads every dashboard; ``panels`` are addresses of panels.
    """

    def __init__(self, seed: int, cookie: str, panels: Sequence[str]) -> None:
        self._random = random.Random(seed)  # noqa: S311  (no secret)
        self._cookie, self._panels = cookie, panels

    def __iter__(self) -> Iterator[Request]:
        kinds = [kind for kind, weight in self._weights().items() for _ in range(weight)]
        while True:
            yield self._random.choice(kinds)()

    def _weights(self) -> dict[Callable[[], Request], int]:
        return {
            self._page: 14,
            self._table: 6,
            self._map: 8,
            self._items: 20,
            self._aggregate: 6,
            self._tile: 24,
            self._wfs: 6,
            self._wfs_post: 2,
            self._search: 8,
            self._question: 4,
            self._panel: 6,
            self._dashboard: 1,
            self._signed_in: 6,
            self._wrong: 14,
            self._wrong_pair: 1,
            self._long: 4,
            self._full_layer: 1,
            self._form: 2,
            self._picture: 2,
        }

    def _word(self) -> str:
        return "".join(self._random.choices(_SYLLABLES, k=self._random.randint(2, 5)))

    def _layer(self) -> str:
        return self._random.choice(LAYERS)

    def _box(self, most: float = 0.05) -> str:
        west, south = self._random.uniform(WEST, EAST), self._random.uniform(SOUTH, NORTH)
        width = self._random.uniform(0.002, most)
        return f"{west:.5f},{south:.5f},{west + width:.5f},{south + width:.5f}"

    def _page(self) -> Request:
        layer = self._layer()
        return Request(
            self._random.choice(
                (
                    "/",
                    "/catalogue/",
                    f"/catalogue/?q={self._word()}",
                    f"/catalogue/{layer}/",
                    f"/catalogue/{layer}/{self._random.randint(1, 60)}/",
                    f"/connecter/{layer}/",
                    "/tableaux-de-bord/",
                )
            ),
            {"User-Agent": f"Mozilla/5.0 {self._word()}"},
        )

    def _table(self) -> Request:
        return Request(f"/carte/tableau/{self._layer()}/?bbox={self._box()}&q={self._word()}")

    def _map(self) -> Request:
        layers = ",".join(sorted({self._layer() for _ in range(self._random.randint(1, 3))}))
        return Request(f"/carte/?couches={layers}&bbox={self._box()}&q={self._word()}")

    def _items(self) -> Request:
        limit = self._random.choice((10, 10, 100, 500))
        question = self._random.choice(
            (
                f"bbox={self._box()}",
                f"q={self._word()}",
                f"filter={quote(f'id > {self._random.randint(1, 5_000)}')}",
                f"within={quote(self._polygon())}",
                f"near={self._box().split(',')[0]},{self._random.uniform(SOUTH, NORTH):.5f}"
                f"&radius={self._random.randint(50, 3_000)}",
            )
        )
        return Request(f"/api/collections/{self._layer()}/items?limit={limit}&{question}")

    def _polygon(self) -> str:
        """Return a drawn area of up to a few hundred vertices: a long address, as people who draw have."""
        x, y = self._random.uniform(WEST, EAST), self._random.uniform(SOUTH, NORTH)
        count = self._random.randint(4, 300)
        points = [(x + 0.001 * number, y + self._random.uniform(0.001, 0.01)) for number in range(count)]
        ring = [(x, y), *points, (x + 0.001 * count, y), (x, y)]
        return f"POLYGON(({','.join(f'{east:.6f} {north:.6f}' for east, north in ring)}))"

    def _aggregate(self) -> Request:
        return Request(
            f"/api/collections/{self._layer()}/aggregate?group_by=commune&measures=count&bbox={self._box(0.2)}"
        )

    def _tile(self) -> Request:
        zoom = self._random.randint(11, 16)
        x = int((self._random.uniform(WEST, EAST) + 180) / 360 * 2**zoom)
        y = int(
            (1 - math.asinh(math.tan(math.radians(self._random.uniform(SOUTH, NORTH)))) / math.pi)
            / 2
            * 2**zoom
        )
        return Request(f"/tiles/{self._layer()}/{zoom}/{x}/{y}.mvt")

    def _wfs(self) -> Request:
        request = self._random.choice(
            (
                "REQUEST=GetCapabilities",
                f"REQUEST=DescribeFeatureType&TYPENAMES={self._layer()}",
                f"REQUEST=GetFeature&TYPENAMES={self._layer()}&COUNT=50&STARTINDEX={self._random.randint(0, 200)}",
                f"REQUEST=GetFeature&TYPENAMES={self._layer()}&COUNT=50&OUTPUTFORMAT=application/json"
                f"&BBOX={self._box()},urn:ogc:def:crs:OGC:1.3:CRS84",
            )
        )
        return Request(f"/wfs?SERVICE=WFS&VERSION=2.0.0&{request}")

    def _wfs_post(self) -> Request:
        body = (
            '<wfs:GetFeature xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:fes="http://www.opengis.net/fes/2.0"'
            f' service="WFS" version="2.0.0" count="20"><wfs:Query typeNames="{self._layer()}"><fes:Filter>'
            f'<fes:ResourceId rid="{self._layer()}.{self._random.randint(1, 900)}"/></fes:Filter></wfs:Query>'
            "</wfs:GetFeature>"
        )
        return Request("/wfs", {"Content-Type": "application/xml"}, body.encode())

    def _search(self) -> Request:
        word = f"{self._word()} {self._word()}"
        page = self._random.choice(("/recherche/", "/recherche/suggestions/"))
        return Request(f"{page}?q={quote(word)}")

    def _question(self) -> Request:
        question = f"{self._word()} {self._random.choice(('arbres', 'bornes', 'bâtiments'))} {self._word()}"
        return Request(f"/carte/question/comprendre/?q={quote(question)}")

    def _dashboard(self) -> Request:
        return Request(f"/tableaux-de-bord/{self._random.choice(DASHBOARDS)}/", {"Cookie": self._cookie})

    def _panel(self) -> Request:
        panel, period = self._random.choice(self._panels), f"{self._random.randint(1990, 2024)}-01-01/.."
        query = self._random.choice((f"commune={self._random.choice(COMMUNES)}", f"periode={period}", ""))
        return Request(f"{panel}?{query}", {"Cookie": self._cookie, "HX-Request": "true"})

    def _picture(self) -> Request:
        return Request(
            f"/partager/code.svg?page={quote(f'/carte/?couches={self._layer()}&q={self._word()}', safe='')}"
        )

    def _signed_in(self) -> Request:
        path = self._random.choice(
            (
                "/",
                "/compte/",
                "/jeux/",
                "/catalogue/aires-de-jeux/",
                f"/api/collections/aires-de-jeux/items?limit=50&bbox={self._box(0.2)}",
                f"/carte/tableau/aires-de-jeux/?bbox={self._box(0.2)}",
                "/administration/layers/layer/",
            )
        )
        return Request(path, {"Cookie": self._cookie})

    def _long(self) -> Request:
        """Return a question of tens of kilobytes, each another: what is remembered under it weighs as much."""
        words = [f"id <> {self._random.randint(1, 10**9)}" for _ in range(self._random.randint(50, 120))]
        padding = self._word() * self._random.randint(1, 400)
        filters = quote(f"{' AND '.join(words)}")
        return Request(
            self._random.choice(
                (
                    f"/api/collections/{self._layer()}/items?limit=10&filter={filters}",
                    f"/api/collections/{self._layer()}/aggregate?group_by=commune&filter={filters}",
                    f"/tiles/{self._layer()}/12/2073/1409.mvt?filter={filters}",
                    f"/carte/tableau/{self._layer()}/?within={quote(self._polygon())}",
                    f"/carte/?couches={self._layer()}&within={quote(self._polygon())}",
                    f"{self._random.choice(self._panels)}?commune={padding}",
                )
            )
        )

    def _full_layer(self) -> Request:
        layer, least = self._layer(), self._random.randint(1, 100)
        return Request(
            self._random.choice(
                (
                    f"/api/collections/{layer}/items?limit=20000&filter={quote(f'id > {least}')}",
                    f"/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES={layer}&COUNT={5_000 + least}",
                )
            )
        )

    def _form(self) -> Request:
        """Return a form of hundreds of kilobytes, which is refused: its check, or its size, or its sender."""
        body = f"a={self._word() * self._random.randint(1_000, 20_000)}".encode()
        path = self._random.choice(("/compte/connexion/", "/langue/", "/wfs", "/carte/vues/"))
        return Request(path, {"Content-Type": "application/x-www-form-urlencoded"}, body)

    def _wrong(self) -> Request:
        layer, word = self._layer(), self._word()
        return Request(
            self._random.choice(
                (
                    f"/{word}/{word}",
                    f"/api/collections/{word}/items",
                    f"/api/collections/{layer}/items?{word}=1",
                    f"/api/collections/{layer}/items?filter={word}%20=%20",
                    f"/api/collections/{layer}/items?filter={quote(' AND '.join([f'{word}=1'] * 100))}",
                    f"/api/collections/{layer}/items?bbox={word}",
                    f"/tiles/{word}/12/1/1.mvt",
                    f"/tiles/{layer}/99/{self._random.randint(0, 10**9)}/1.mvt",
                    f"/wfs?SERVICE=WFS&REQUEST={word}",
                    f"/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES={word}",
                    f"/catalogue/{word}/",
                    f"/export/{word}.csv",
                    f"/carte/?couches={word}&{word}={word * 40}",
                    f"/recherche/?q={word * 60}",
                )
            )
        )

    def _wrong_pair(self) -> Request:
        pair = base64.b64encode(f"{self._word()}:{self._word()}".encode()).decode()
        return Request(f"/api/collections/{self._layer()}/items?limit=10", {"Authorization": f"Basic {pair}"})


MARKS = (2_000, 5_000, 10_000, 20_000, 50_000)
CONNECTIONS = 8
MAX_RATIO = 1.2


def prepare(count: str = "") -> None:
    """Create, migrate, load and publish the demonstration, unless all is there."""
    if count and not count.isdecimal():
        raise SystemExit(f"bench memory: COUNT is a number of requests, not {count!r}")
    create()
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    publish_files()


def measures(count: str = str(MARKS[-1])) -> Iterator[Figure]:
    """Ask ``count`` mixed requests of one process; measure what it holds at each mark."""
    with serving(workers=1) as server:
        yield from growth(server, count=int(count), cookie=administrator_session())


def growth(server: Server, *, count: int, cookie: str) -> Iterator[Figure]:
    """Ask ``count`` mixed requests of the only process of a server; measure what it holds at each mark."""
    (process,) = server.workers()
    marks = [mark for mark in MARKS if mark < count] + [count]
    requests = iter(Mix(7, cookie, panels(server, cookie)))
    outcomes, resident = Counter[str](), dict[int, float]()
    started, sent = time.perf_counter(), 0
    for mark in marks:
        outcomes += ask(server.port, requests, mark - sent)
        sent = mark
        resident[mark] = resident_mb(process)
        rate = sent / (time.perf_counter() - started)
        yield Figure(f"Memory after {mark:,} mixed requests", "", f"{resident[mark]:.0f} MB ({rate:.0f} /s)")
    first, last = resident[marks[0]], resident[marks[-1]]
    is_judged = marks[0] == MARKS[0] and len(marks) > 1
    yield Figure(
        f"Growth from {marks[0]:,} to {marks[-1]:,}",
        f"≤ {MAX_RATIO:g} ×",
        f"{last / first:.2f} ×",
        last / first <= MAX_RATIO if is_judged else None,
    )
    failures = {status: number for status, number in outcomes.items() if status >= "500" and status != "503"}
    answers = ", ".join(f"{number} × {status}" for status, number in sorted(outcomes.items()))
    yield Figure("Answers", "no failure", answers, not failures)


def panels(server: Server, cookie: str) -> list[str]:
    """Return the addresses of the panels of every dashboard, without their questions."""
    addresses: set[str] = set()
    for dashboard in DASHBOARDS:
        with closing(Connection(server.port)) as connection:
            answer = connection.get(f"/tableaux-de-bord/{dashboard}/", keep=True, Cookie=cookie)
        addresses |= {address.partition("?")[0] for address in panels_of(answer.body)}
    return sorted(addresses)


def ask(port: int, requests: Iterator[Request], count: int) -> Counter[str]:
    """Ask the next ``count`` requests over a few connections that wait for nothing; return the statuses."""
    outcomes, left = Counter[str](), count
    with ExitStack() as opened:
        waiting = opened.enter_context(selectors.DefaultSelector())
        for _ in range(min(CONNECTIONS, count)):
            _send(opened, waiting, port, next(requests))
            left -= 1
        while waiting.get_map():
            for key, _event in waiting.select():
                connection: Connection = key.data
                try:
                    answer = connection.receive()
                    outcomes[str(answer.status)] += 1
                    is_open = answer.headers.get("connection") != "close"
                except OSError as error:
                    outcomes[type(error).__name__] += 1
                    is_open = False
                if not is_open:
                    waiting.unregister(connection.socket)
                    connection.close()
                if left:
                    left -= 1
                    _send(opened, waiting, port, next(requests), connection if is_open else None)
                elif is_open:
                    waiting.unregister(connection.socket)
    return outcomes


def _send(
    opened: ExitStack,
    waiting: selectors.BaseSelector,
    port: int,
    request: Request,
    connection: Connection | None = None,
) -> None:
    """Send a request over a connection, a new one unless one is given."""
    if connection is None:
        connection = opened.enter_context(closing(Connection(port)))
        waiting.register(connection.socket, selectors.EVENT_READ, connection)
    if request.body:
        connection.send_body(request.path, request.body, **request.headers)
    else:
        connection.send(request.path, **request.headers)
