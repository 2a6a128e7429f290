"""``./portal bench search``: pages, suggestions, sentences, their processor time, and what the index costs.

Times stand beside those of the page of the search that is asked nothing, in the same run: what they have more is the
search itself. The same words are then asked of the layers one by one, as they were before there was an index.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from statistics import median, quantiles
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from bench import seed
from bench.catalogue import GROUND, TERRITORY, THEME
from bench.client import Connection, body_of, timed
from bench.creation import create, publish_files
from bench.database import server_version
from bench.figures import Figure, in_time, part
from bench.floors import Psql
from bench.processor_times import TURNS, processor_figure, processor_ms
from bench.search import data as rows
from bench.search.data import LAYERS, tables
from bench.server import Server, serving
from explorer.natural_language.queries import understood
from gisportal.warm_up import load_libraries, warm_up
from layers.services.catalogue import publish_layers
from layers.services.search_index import refresh_search
from layers.visitor import Visitor

NAME, OTHER = rows.NAMES[77], rows.NAMES[1_200]
# What people type: whole names, beginnings, some words, communes, layers, faults, frequent words, what is nowhere.
QUESTIONS = {
    "a name": (f"gymnase de {NAME}", NAME, f"Piscine {OTHER}"),
    "its beginning": (NAME[:4], f"gym {OTHER[:5]}", "médiath"),
    "two words": (f"{NAME} {OTHER}", f"ecole {NAME} meudon", "jardin rue"),
    "many words": ("gymnase bleu de la rue des jardins publics remarquables à Meudon près du parc ancien",),
    "a keyword": ("mesure", "série 12"),
    "a commune, a layer": ("meudon", "sevres", "couche n° 120", "bornes"),
    "a fault": (f"gymnse {NAME}", f"{OTHER[:3]}x{OTHER[4:]}", "meudn", "remarcable"),
    "frequent words": ("rue", "parc", "accessible", "avenue public"),
    "nothing": ("xyzzy", f"{NAME} introuvable", "zzyzx rue"),
}
SENTENCES = (
    "gymnases à moins de 300 m d’une piscine à Meudon",
    "gymnase : couche n° 120 à moins de 500 m d’une piscine à Sèvres",
    "bornes à Meudon",
    "écoles sans parc à moins de 200 m",
    "marchés près d’une station, Issy ou Meudon",
    "théâtres loin d’une crèche",
    "piscinnes à moins de 1 km d’un stade",
)


_VISITOR = Visitor(instant=timezone.now())


def processor() -> Iterator[Figure]:
    """Measure suggestions, pages of results, and the understanding of a sentence."""
    warm_up()
    load_libraries()
    if not all(understood(_VISITOR, text).is_question for text in SENTENCES):
        raise SystemExit("bench: a sentence is not understood")
    client = Client(headers={"host": settings.PORTAL_AUTHORITIES[0]})
    for what, address in (("Suggestions", "/recherche/suggestions/"), ("Page", "/recherche/")):
        for kind, texts in {**QUESTIONS, "a sentence": SENTENCES}.items():
            requests = [partial(_answered, client, address, text) for text in texts]
            yield processor_figure(f"{what}, processor: {kind}", requests)
    yield from _understanding()


def _answered(client: Client, address: str, text: str) -> None:
    status = client.get(address, {"q": text}).status_code
    if status != 200:
        raise RuntimeError(f"bench: {address} answers {status} to « {text} »")


def _understanding() -> list[Figure]:
    after = []
    for _turn in range(TURNS):
        with connection.cursor() as cursor:
            cursor.execute("SELECT layers_bump_version(%s)", [next(iter(tables()))])
        after.append(processor_ms(partial(understood, _VISITOR, SENTENCES[0])))
    return [
        processor_figure(
            "A sentence understood, processor", [partial(understood, _VISITOR, text) for text in SENTENCES]
        ),
        Figure("… just after a write to a layer", "", f"{median(after):.1f} ms, at most {max(after):.1f}"),
    ]


_BOUND_MS, _WRITES, _TURNS = 50.0, 1.10, 7
_PLAIN_SQL = """
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
    publish_files()


def measures() -> Iterator[Figure]:
    """Measure answers with the index and without, the processor of each, and what writes cost."""
    major, _postgis = server_version()
    with serving() as server:
        yield from part("answers", _answers, server, Psql(major))
        yield from part("no-index", _without_index, server)
    yield from part("processor", processor)
    yield from part("writes", _writes)


def _answers(server: Server, psql: Psql) -> Iterator[Figure]:
    """Measure pages and suggestions of every question, beside the page that is asked nothing."""
    body = body_of(server.port, f"/recherche/?q={quote(NAME)}").decode()
    if NAME not in body.replace("value=", "").partition("<h2")[2]:
        raise SystemExit("bench: the search does not find what there is")
    client = Connection(server.port)
    all_texts = [text for texts in QUESTIONS.values() for text in texts]
    for what, address in (("Page", "/recherche/"), ("Suggestions", "/recherche/suggestions/")):
        for text in all_texts * 2:  # both processes
            timed(client, f"{address}?q={quote(text)}")
        times: dict[str, list[float]] = {text: [] for text in all_texts}
        empty: list[float] = []
        for _turn in range(_TURNS):
            for text in all_texts:
                times[text].append(timed(client, f"{address}?q={quote(text)}"))
            empty += [timed(client, address) for _ in range(4)]
        every = [time for each in times.values() for time in each]
        high = quantiles(every, n=20)[18]
        measured = (
            f"{median(every):.1f} ms, p95 {high:.1f} ({median(every) / median(empty):.1f} × asked nothing)"
        )
        yield Figure(f"{what} of results", f"p95 ≤ {_BOUND_MS:g} ms", measured, in_time(high, _BOUND_MS))
        for kind, texts in QUESTIONS.items():
            slowest = max(texts, key=lambda text: median(times[text]))
            each = [time for text in texts for time in times[text]]
            worst = f"{median(each):.1f} ms, p95 {quantiles(each, n=20)[18]:.1f}"
            worst += f"; the slowest, « {slowest} », {median(times[slowest]):.1f}"
            yield Figure(f"{what}: {kind}", "", worst)
    floor = psql.milliseconds(_PLAIN_SQL.format(word=NAME.lower()), times=9)
    yield Figure("A name in the index, bare SQL", "", f"{floor:.2f} ms")


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
        _timed_write("bench_point", points.sql, points.parameters, has_trigger)
        for has_trigger in (True, False) * 3
    ]
    table = next(iter(tables()))
    change = f"UPDATE {table} SET nom = nom || ' bis' WHERE id = 1"  # noqa: S608  (a table of ours)
    short = [_timed_write(table, change, (), has_trigger) for has_trigger in (True, False) * _TURNS]
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


def _timed_write(table: str, statement: str, parameters: tuple[Any, ...], has_trigger: bool) -> float:
    """Return the milliseconds of a statement that is then undone, with the triggers of the search or without."""
    word = "ENABLE" if has_trigger else "DISABLE"
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
