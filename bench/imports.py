"""``./portal bench imports``: a million points by the command, and a file of 200 MB by the page.

The command runs in a process of its own, so that its memory is the import's alone. The dataset that is read holds the
rows of the layer ``points``, published under the same names. The file of the page is sent by a client of ours, as a
browser sends it, and followed by the JSON that the page asks; what its owner does on the page of the columns is done by
the service behind it.
"""

from __future__ import annotations

import json
import random
import re
import secrets
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from django.db import connection
from psycopg.sql import SQL

from bench import database, exports, seed
from bench.attacks.sessions import administrator_session
from bench.client import BY_DJANGO, Connection, timed
from bench.creation import publish_files
from bench.figures import Figure, in_time, median_ratio, part
from bench.seed import ATTRIBUTES
from bench.server import Server, Worker, forget_highest, highest_mb, resident_mb, serving, working
from datasets.comparison.services import compare
from datasets.imports.actions import request_loading
from datasets.imports.proposal import Identity, proposal_of
from datasets.imports.services import ImportOptions, import_file
from datasets.models import Dataset, Delivery, Upload
from datasets.publication.services import drop_dataset, publish
from datasets.sql import qualified
from gisportal.accounts.models import User
from layers.models import Theme
from layers.services.jobs import account_visitor
from layers.visitor import system_visitor
from layers.vocabulary import Visibility

ROWS = 1_000_000
READ = "points-dataset"
# Decimal in the layer; a file says no more than that it is a number.
_DECIMAL = "surface_m2"
_REPETITIONS = 200
_MOST_S = 30.0
_INDEX = re.compile(r"INDEX \S+ ON \S+")
_COPY_OF_POINTS = """
COPY (SELECT nom, description, categorie, effectif, surface_m2, taux, est_accessible, date_pose, releve_le,
             ST_X(geom) AS longitude, ST_Y(geom) AS latitude FROM bench_point ORDER BY id)
TO STDOUT WITH (FORMAT csv, HEADER)
"""
_IMPORT = """
import sys
import django
django.setup()
from django.core.management import call_command
call_command("import_dataset", sys.argv[1], slug="million-dataset", key=["code"])
"""


def imports() -> Iterator[Figure]:
    """Measure the import of a million points, the comparison of two versions, and the switch."""
    for dataset in Dataset.objects.select_related("layer"):
        drop_dataset(dataset=dataset, visitor=system_visitor())
    with TemporaryDirectory(prefix="bench-") as folder:
        yield from _million(Path(folder))
        yield from _versions(Path(folder) / "points.csv")


def reading(server: Server) -> Iterator[Figure]:
    """Measure a page of a thousand features of the dataset beside the same page of the coded layer.

    The layer has a decimal where the dataset has a binary number, which PostgreSQL writes with a decimal point of ours:
    without it both are the same work.
    """
    client = Connection(server.port)
    west, south, east, north = seed.BOX
    box = f"{(west + east) / 2},{(south + north) / 2},{east},{north}"
    ratio = _beside_coded(client, box, [name for name in ATTRIBUTES if name != _DECIMAL])
    yield Figure("Page of 1,000 of a dataset", "≤ 1.05 × coded layer", f"{ratio:.2f} ×", ratio <= 1.05)
    ratio = _beside_coded(client, box, ATTRIBUTES)
    yield Figure("The same with a binary number for a decimal", "", f"{ratio:.2f} ×")


def _beside_coded(client: Connection, box: str, names: Sequence[str]) -> float:
    """Return how many times as long the page of the dataset takes as that of the layer, with these attributes."""
    address = "/api/collections/{}/items?bbox={}&limit=1000&properties={}"
    coded, ours = (address.format(slug, box, ",".join(names)) for slug in ("points", READ))
    for path in (coded, ours) * 10:
        timed(client, path)
    pairs = [
        (timed(client, coded, **BY_DJANGO), timed(client, ours, **BY_DJANGO)) for _ in range(_REPETITIONS)
    ]
    return median_ratio(pairs)


def _million(folder: Path) -> Iterator[Figure]:
    path = folder / "million.csv"
    _write_million(path)
    ended = exports.run_child(_IMPORT, str(path))
    delivery = Delivery.objects.filter(row_count=ROWS, state="ready").first()
    is_met = in_time(ended.seconds, _MOST_S, delivery is not None, ended.is_done, ended.megabytes < 500)
    measured = f"{ended.seconds:.1f} s, {ended.megabytes:.0f} MB"
    yield Figure("Import of 1,000,000 CSV points", f"≤ {_MOST_S:g} s, < 500 MB", measured, is_met)
    if delivery is not None:
        floor = _copy_and_indexes(delivery.names.table, folder / "typed.copy")
        ratio = ended.seconds / floor
        measured = f"{ratio:.2f} × ({ended.seconds:.1f} s, COPY and indexes {floor:.1f})"
        yield Figure("The same beside COPY and its indexes", "≤ 3 ×", measured, ratio <= 3)


def _copy_and_indexes(table: str, path: Path) -> float:
    """Return the seconds that the rows of a table take to be copied into one like it, typed, and indexed alike."""
    source = qualified(table)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)"
            " FROM information_schema.columns"
            " WHERE table_schema = 'datasets' AND table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        columns = SQL(cursor.fetchone()[0])
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'datasets' AND tablename = %s", [table]
        )
        indexes = [_INDEX.sub("INDEX ON bench_floor", definition) for (definition,) in cursor.fetchall()]
        with (
            path.open("wb") as file,
            cursor.copy(SQL("COPY {} ({}) TO STDOUT").format(source, columns)) as rows,
        ):
            file.writelines(rows)
        cursor.execute(
            SQL("CREATE TABLE bench_floor (LIKE {} INCLUDING GENERATED INCLUDING CONSTRAINTS)").format(source)
        )
        try:
            begun = perf_counter()
            into = SQL("COPY bench_floor ({}) FROM STDIN").format(columns)
            with path.open("rb") as file, cursor.copy(into) as copy:
                while piece := file.read(_PIECE):
                    copy.write(piece)
            for definition in indexes:
                cursor.execute(definition)
            return perf_counter() - begun
        finally:
            cursor.execute("DROP TABLE bench_floor")


def _versions(path: Path) -> list[Figure]:
    with connection.cursor() as cursor, path.open("wb") as file, cursor.copy(_COPY_OF_POINTS) as copy:
        file.writelines(copy)
    options = ImportOptions(slug=READ, visibility=Visibility.OPEN)
    first = import_file(path=path, options=options, visitor=system_visitor())
    second = import_file(path=path, options=options, visitor=system_visitor())
    begun = perf_counter()
    compare(old=first, new=second)
    compared = perf_counter() - begun
    begun = perf_counter()
    publish(delivery=second, visitor=system_visitor())
    switched = (perf_counter() - begun) * 1000
    return [
        Figure("Comparison of two versions of 100,000", "≤ 5 s", f"{compared:.2f} s", in_time(compared, 5)),
        Figure("Switch to another version", "< 100 ms", f"{switched:.0f} ms", in_time(switched, 100)),
    ]


def _write_million(path: Path) -> None:
    """Write points over the territory, with a text, numbers, a boolean and a French date."""
    rng = random.Random(7)  # noqa: S311  (places on a map)
    west, south, east, north = seed.BOX
    with path.open("w", encoding="utf-8") as file:
        file.write("code;nom;effectif;taux;ouvert;pose;longitude;latitude\n")
        for number in range(ROWS):
            x, y = rng.uniform(west, east), rng.uniform(south, north)
            file.write(
                f"C{number};Équipement n° {number};{number % 100};{number % 1000},5;{'oui' if number % 2 else 'non'};"
                f"{1 + number % 28:02d}/{1 + number % 12:02d}/{2010 + number % 15};{x:.6f};{y:.6f}\n"
            )


SLUG, PAGE_ROWS = "fichier-de-200-mo", 1_000_000
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
    publish_files()
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
    total = time.perf_counter() - began
    growth = max(highest_mb(pid) - before[pid] for pid in pids)
    size = path.stat().st_size / 1_000_000
    is_loaded = (
        Dataset.objects.get(layer__slug=SLUG).deliveries.filter(state="ready", row_count=PAGE_ROWS).exists()
    )
    measured = f"{total:.1f} s (sent {sent:.1f}, read {read.seconds:.1f}, loaded {loaded.seconds:.1f})"
    return [
        Figure(f"A CSV of {size:.0f} MB by the page", "≤ 90 s", measured, in_time(total, 90, is_loaded)),
        Figure("The web process meanwhile", "grows by < 50 MB", f"{growth:.0f} MB", growth < 50),
        Figure(
            "The worker meanwhile", "< 500 MB", f"{worker.highest_mb():.0f} MB", worker.highest_mb() < 500
        ),
        Figure(
            "Progress told",
            "≤ 1 s",
            f"{loaded.first_news_s:.1f} s, first rows {loaded.first_row_s:.1f} s",
            in_time(loaded.first_news_s, 1),
        ),
    ]


def _follow(port: int, session: str, address: str) -> Followed:
    """Ask how far the work is until it is over."""
    began, news, row = time.perf_counter(), float("inf"), float("inf")
    while time.perf_counter() - began < _PATIENCE_S:
        answer = _json(port, session, address)
        elapsed = time.perf_counter() - began
        is_over, measured = answer["state"] not in _BUSY, answer["progress"]
        if is_over or measured.get("phase") not in {None, "waiting"}:
            news = min(news, elapsed)
        if is_over or measured.get("rows_done"):
            row = min(row, elapsed)
        if is_over:
            return Followed(answer, elapsed, news, row)
        time.sleep(_POLL_S)
    raise SystemExit(f"bench: the import at {address} does not end: {answer}")


def _settle(address: str) -> None:
    """Order the loading as the file was understood."""
    upload = Upload.objects.get(pk=uuid.UUID(address.split("/")[-3]))
    if upload.error:
        raise SystemExit(f"bench: the file was refused: {upload.error}")
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
    document: dict[str, Any] = json.loads(content)
    return document


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
    rng = random.Random(7)  # noqa: S311  (places on a map)
    west, south, east, north = seed.BOX
    text = (
        "Équipement entretenu par la commune, visité chaque année au printemps, remis en état à la demande des "
        "services"
    )
    with path.open("w", encoding="utf-8") as file:
        file.write("code;nom;description;effectif;taux;ouvert;pose;longitude;latitude\n")
        for number in range(PAGE_ROWS):
            x, y = rng.uniform(west, east), rng.uniform(south, north)
            file.write(
                f"C{number};Équipement n° {number};{text} {number};{number % 100};{number % 1000},5;"
                f"{'oui' if number % 2 else 'non'};{1 + number % 28:02d}/{1 + number % 12:02d}/{2010 + number % 15};"
                f"{x:.6f};{y:.6f}\n"
            )


prepare = database.prepare


def measures() -> Iterator[Figure]:
    """Measure imports by the command, then by the page."""
    yield from part("imports", imports)
    yield from part("large-file", large_file)
