"""The course of a run: prepare, serve, measure pages, suggestions and sentences, then what the index costs who writes.

Times are told beside those of the page of the search that is asked nothing, in the same run: what they have more is the
search itself. The same words are then asked of the layers one by one, as they were before there was an index.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median, quantiles
from typing import Any
from urllib.parse import quote

from django.core.management import call_command
from django.db import connection, transaction

from bench import seed
from bench.catalogue import GROUND, TERRITORY, THEME
from bench.client import Connection, body_of, timed
from bench.creation import create
from bench.database import server_version
from bench.figures import Figure
from bench.floors import Psql
from bench.search import seed as rows
from bench.search.catalogue import LAYERS, tables
from bench.search.processor import processor
from bench.search.questions import NAME, QUESTIONS
from bench.server import Server, serving
from layers.services.catalogue import publish_layers
from layers.services.search_index import refresh_search

_BOUND_MS, _WRITES, _TURNS = 50.0, 1.10, 7
_BARE = """
SELECT index_id, id FROM layers_searchentry
WHERE is_open AND words @@ to_tsquery('simple', '{word}:*') LIMIT 2000
"""


def prepare() -> None:
    """Fill five hundred layers and their index, unless they are filled."""
    create()
    call_command("migrate", verbosity=0)
    publish_layers(themes=[THEME, TERRITORY], definitions=(*GROUND.all(), *LAYERS.all()))
    if rows.fill():
        refresh_search()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE layers_searchentry, layers_searchword, layers_searchlayer")
    call_command("collectstatic", interactive=False, verbosity=0)


def measures() -> Iterator[Figure]:
    """Measure answers with the index and without, the processor of each, and what writes cost."""
    major, _postgis = server_version()
    with serving() as server:
        yield from _answers(server, Psql(major))
        yield from _without_index(server)
    yield from processor()
    yield from _writes()


def _answers(server: Server, psql: Psql) -> Iterator[Figure]:
    """Measure pages and suggestions of every question, beside the page that is asked nothing."""
    body = body_of(server.port, f"/recherche/?q={quote(NAME)}").decode()
    if NAME not in body.replace("value=", "").partition("<h2")[2]:
        raise SystemExit("bench: the search does not find what there is")
    client = Connection(server.port)
    asked = [text for texts in QUESTIONS.values() for text in texts]
    for what, address in (("Page", "/recherche/"), ("Suggestions", "/recherche/suggestions/")):
        for text in asked * 2:  # both processes
            timed(client, f"{address}?q={quote(text)}")
        times: dict[str, list[float]] = {text: [] for text in asked}
        empty: list[float] = []
        for _turn in range(_TURNS):
            for text in asked:
                times[text].append(timed(client, f"{address}?q={quote(text)}"))
            empty += [timed(client, address) for _ in range(4)]
        every = [time for each in times.values() for time in each]
        high = quantiles(every, n=20)[18]
        told = f"{median(every):.1f} ms, p95 {high:.1f} ({median(every) / median(empty):.1f} × asked nothing)"
        yield Figure(f"{what} of results", f"p95 ≤ {_BOUND_MS:g} ms", told, high <= _BOUND_MS)
        for kind, texts in QUESTIONS.items():
            slowest = max(texts, key=lambda text: median(times[text]))
            each = [time for text in texts for time in times[text]]
            worst = f"{median(each):.1f} ms, p95 {quantiles(each, n=20)[18]:.1f}"
            worst += f"; the slowest, « {slowest} », {median(times[slowest]):.1f}"
            yield Figure(f"{what}: {kind}", "", worst)
    bare = psql.milliseconds(_BARE.format(word=NAME.lower()), times=9)
    yield Figure("A name in the index, bare SQL", "", f"{bare:.2f} ms")


def _without_index(server: Server) -> list[Figure]:
    """Measure the same question while no layer is indexed: each is asked, until the time is over."""
    path, client = f"/recherche/?q={quote(NAME)}", Connection(server.port)
    ours = median(timed(client, path) for _ in range(_TURNS))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE layers_searchindex SET is_fresh = false")
        direct = timed(client, path)
        cursor.execute("UPDATE layers_searchindex SET is_fresh = true")
    return [
        Figure("A name, layers asked one by one", "", f"{direct:.0f} ms, {direct / ours:.0f} × the index")
    ]


def _writes() -> list[Figure]:
    """Measure what the index costs who writes: a hundred thousand rows at once, and one row of a layer."""
    (points,) = (step for step in seed.statements() if step.name == f"{seed.POINTS:,} points")
    long = [
        _timed_write("bench_point", points.sql, points.parameters, is_watched)
        for is_watched in (True, False) * 3
    ]
    table = next(iter(tables()))
    change = f"UPDATE {table} SET nom = nom || ' bis' WHERE id = 1"  # noqa: S608  (a table of ours)
    short = [_timed_write(table, change, (), is_watched) for is_watched in (True, False) * _TURNS]
    pairs = [(median(each[::2]), median(each[1::2])) for each in (long, short)]
    ratio = pairs[0][0] / pairs[0][1]
    return [
        Figure(
            "100,000 rows written at once to an indexed layer",
            f"≤ {_WRITES:.2f} × without",
            f"{ratio:.2f} × ({pairs[0][0] / 1000:.2f} s, without {pairs[0][1] / 1000:.2f})",
            ratio <= _WRITES,
        ),
        Figure("One row changed", "", f"{pairs[1][0]:.1f} ms, without the index {pairs[1][1]:.1f}"),
    ]


def _timed_write(table: str, statement: str, parameters: tuple[Any, ...], is_watched: bool) -> float:
    """Return the milliseconds of a statement that is then undone, with the triggers of the search or without."""
    word = "ENABLE" if is_watched else "DISABLE"
    with transaction.atomic(), connection.cursor() as cursor:
        for trigger in ("insert", "update"):
            cursor.execute(f"ALTER TABLE {table} {word} TRIGGER search_{trigger}")
        cursor.execute("SELECT clock_timestamp()")
        (begun,) = cursor.fetchone()
        cursor.execute(statement, parameters)
        cursor.execute("SELECT clock_timestamp()")
        (ended,) = cursor.fetchone()
        transaction.set_rollback(True)
    return float((ended - begun).total_seconds() * 1000)
