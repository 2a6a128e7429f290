"""A file of 200 MB given on the page: how long it takes in all, and what it costs the web server and the worker.

The file is sent by a client of ours, as a browser sends it, and followed by the JSON that the page asks. What its owner
does on the page of the columns is done by the service behind it.
"""

from __future__ import annotations

import json
import random
import re
import secrets
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management import call_command

from bench import seed
from bench.attacks.sessions import administrator_session
from bench.figures import Figure
from bench.server import Server, Worker, forget_highest, highest_mb, resident_mb, serving, working
from datasets.imports.actions import request_loading
from datasets.imports.proposal import Identity, proposal_of
from datasets.models import Dataset, Upload
from datasets.publication.services import drop_dataset
from gisportal.accounts.models import User
from layers.models import Theme
from layers.services.jobs import account_visitor
from layers.visitor import system_visitor

SLUG, ROWS = "fichier-de-200-mo", 1_000_000
_NEW = "/jeux/nouveau/"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_PIECE = 1 << 20
_POLL_S = 0.2
_PATIENCE_S = 600.0
_BUSY = {"received", "reading", "loading"}


@dataclass(slots=True)
class Followed:
    """What the page told of a work: its last answer, the seconds it took, and those until the first news and row."""

    answer: dict[str, Any]
    seconds: float
    first_news_s: float
    first_row_s: float


def large_file() -> list[Figure]:
    """Give the file, load it, and tell."""
    for old in Dataset.objects.filter(layer__slug=SLUG):
        drop_dataset(dataset=old, visitor=system_visitor())
    call_command("collectstatic", interactive=False, verbosity=0)
    session = administrator_session()
    with TemporaryDirectory(prefix="bench-") as folder, serving() as server, working() as worker:
        path = Path(folder) / "points.csv"
        _write(path)
        return _measure(server, worker, session, path)


def _measure(server: Server, worker: Worker, session: str, path: Path) -> list[Figure]:
    pids = server.workers()
    for pid in pids:
        forget_highest(pid)
    before = {pid: resident_mb(pid) for pid in pids}
    began = time.perf_counter()
    address = _upload(server.port, session, path)
    sent = time.perf_counter() - began
    read = _follow(server.port, session, address)
    _settle(address)
    loaded = _follow(server.port, session, address)
    whole = time.perf_counter() - began
    growth = max(highest_mb(pid) - before[pid] for pid in pids)
    size = path.stat().st_size / 1_000_000
    is_loaded = (
        Dataset.objects.get(layer__slug=SLUG).deliveries.filter(state="ready", row_count=ROWS).exists()
    )
    told = f"{whole:.1f} s (sent {sent:.1f}, read {read.seconds:.1f}, loaded {loaded.seconds:.1f})"
    return [
        Figure(f"A CSV of {size:.0f} MB by the page", "≤ 90 s", told, is_loaded and whole <= 90),
        Figure("The web process meanwhile", "grows by < 50 MB", f"{growth:.0f} MB", growth < 50),
        Figure(
            "The worker meanwhile", "< 500 MB", f"{worker.highest_mb():.0f} MB", worker.highest_mb() < 500
        ),
        Figure(
            "Progress told",
            "≤ 1 s",
            f"{loaded.first_news_s:.1f} s, first rows {loaded.first_row_s:.1f} s",
            loaded.first_news_s <= 1.0,
        ),
    ]


def _follow(port: int, session: str, address: str) -> Followed:
    """Ask how far the work is until it is over."""
    began, news, row = time.perf_counter(), float("inf"), float("inf")
    while time.perf_counter() - began < _PATIENCE_S:
        answer = _json(port, session, address)
        elapsed = time.perf_counter() - began
        is_over, told = answer["state"] not in _BUSY, answer["progress"]
        if is_over or told.get("phase") not in {None, "waiting"}:
            news = min(news, elapsed)
        if is_over or told.get("rows_done"):
            row = min(row, elapsed)
        if is_over:
            return Followed(answer, elapsed, news, row)
        time.sleep(_POLL_S)
    raise SystemExit(f"bench: the import at {address} does not end: {answer}")


def _settle(address: str) -> None:
    """Order the loading as the file was understood."""
    upload = Upload.objects.get(pk=uuid.UUID(address.split("/")[-3]))
    if upload.fault:
        raise SystemExit(f"bench: the file was refused: {upload.fault}")
    proposal, theme = proposal_of(upload), Theme.objects.order_by("pk")[0]
    owner = User.objects.get(pk=upload.owner_id)
    request_loading(
        upload=upload,
        schema=proposal.proposal,
        recipe=proposal.recipe,
        visitor=account_visitor(owner.pk, may_write=True),
        after=None,
        identity=Identity("Fichier de 200 Mo", SLUG, theme, None),
    )


def _json(port: int, session: str, address: str) -> dict[str, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_S)
    connection.request("GET", address, headers={"Cookie": session, "Accept": "application/json"})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status != HTTPStatus.OK:
        raise SystemExit(f"bench: {address} answered {answer.status}")
    found: dict[str, Any] = json.loads(content)
    return found


def _upload(port: int, session: str, path: Path) -> str:
    """Send the form of the wizard with the file; return where it leads."""
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_S)
    connection.request("GET", _NEW, headers={"Cookie": session})
    page = connection.getresponse()
    token = _TOKEN.search(page.read().decode())
    cookie = (page.getheader("Set-Cookie") or "").partition(";")[0]
    if token is None:
        raise SystemExit(f"bench: {_NEW} answered {page.status}, without a form")
    boundary = secrets.token_hex(16)
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token[1]}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    ).encode()
    end = f"\r\n--{boundary}--\r\n".encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Content-Length": str(len(head) + path.stat().st_size + len(end)),
        "Cookie": f"{session}; {cookie}" if cookie else session,
    }
    connection.request("POST", _NEW, _pieces(head, path, end), headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    address = answer.getheader("Location")
    if not address:
        raise SystemExit(f"bench: the file was answered {answer.status}")
    return address


def _pieces(head: bytes, path: Path, end: bytes) -> Iterator[bytes]:
    yield head
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
    yield end


def _write(path: Path) -> None:
    """Write points over the territory, with a long text, numbers, a boolean and a French date: 200 bytes a row."""
    places = random.Random(7)  # noqa: S311  (places on a map)
    west, south, east, north = seed.BOX
    text = (
        "Équipement entretenu par la commune, visité chaque année au printemps, remis en état à la demande des "
        "services"
    )
    with path.open("w", encoding="utf-8") as file:
        file.write("code;nom;description;effectif;taux;ouvert;pose;longitude;latitude\n")
        for number in range(ROWS):
            x, y = places.uniform(west, east), places.uniform(south, north)
            file.write(
                f"C{number};Équipement n° {number};{text} {number};{number % 100};{number % 1000},5;"
                f"{'oui' if number % 2 else 'non'};{1 + number % 28:02d}/{1 + number % 12:02d}/{2010 + number % 15};"
                f"{x:.6f};{y:.6f}\n"
            )
