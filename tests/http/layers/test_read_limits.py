"""Each kind of read has its own limit, and its end says how to ask for less."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as defaults
from django.db import connection, transaction
from django.utils import timezone
from psycopg.errors import QueryCanceled

from export_formats.registry import FORMATS, estimate_seconds
from heritage.models import RemarkableTree
from layers import access, queries
from layers.errors import TooSlow
from layers.parsing import FeatureQuery
from layers.sql.limits import time_limit
from layers.visitor import Visitor
from tests.protocols import get
from tests.world import TREES, World

pytestmark = pytest.mark.django_db
HOW_TO_NARROW = {
    "tile": "zoomez, ou filtrez la couche",
    "list": "demandez moins d’objets à la fois",
    "map": "affichez moins de couches",
    "count": "choisissez une commune",
    "export": "exportez une commune à la fois",
    "aggregate": "ajoutez un filtre ou réduisez l’emprise",
}
ANYTHING = "réduisez l’emprise, le filtre ou le nombre d’objets"


@pytest.mark.parametrize("kind", sorted(defaults.LAYER_TIMEOUTS))
def test_the_end_of_a_slow_read_says_how_to_narrow_it(kind: str) -> None:
    with pytest.raises(TooSlow) as fault, time_limit(kind):
        raise QueryCanceled
    assert HOW_TO_NARROW.get(kind, ANYTHING) in fault.value.detail


def limit() -> str:
    """Return the time that a statement may take."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return str(cursor.fetchone()[0])


def test_a_read_inside_another_leaves_its_limit_as_it_was(settings: Any) -> None:
    settings.LAYER_TIMEOUTS = {"map": 9, "aggregate": 33}
    with time_limit("map"):
        with time_limit("aggregate"):
            inside = limit()
        after = limit()
    assert [inside, after] == ["33s", "9s"]


@pytest.mark.parametrize(("together", "helpers"), [(1, 3), (2, 2), (4, 0), (99, 0)])
def test_questions_asked_together_share_the_processes(together: int, helpers: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers = 6")
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 3")
        with time_limit("aggregate", parallel_queries=together):
            cursor.execute("SHOW max_parallel_workers_per_gather")
            assert cursor.fetchone() == (str(helpers),)


def kinds_of(read: Callable[[], object], settings: Any) -> set[str]:
    """Return the kinds whose limits the statements that read trees have; ``none`` for that of the connection.

    The words that ``read`` seeks are its own: a count that is remembered reads nothing.
    """
    settings.REQUEST_SECONDS = 3_600
    settings.LAYER_TIMEOUTS = {kind: 40 + number for number, kind in enumerate(defaults.LAYER_TIMEOUTS)}
    kinds = {f"{seconds}s": kind for kind, seconds in settings.LAYER_TIMEOUTS.items()}
    found = set[str]()

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if f'FROM "{RemarkableTree._meta.db_table}"' in sql:
            found.add(kinds.get(limit(), "none"))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        read()
    return found


@pytest.mark.parametrize(
    ("address", "kinds"),
    [
        (f"/carte/?couches={TREES}&q=mots+de+carte", {"map"}),
        (f"/carte/tableau/{TREES}/?q=mots+de+table", {"list", "aggregate"}),
        (f"/api/collections/{TREES}/items?q=mots+de+liste", {"list"}),
        (f"/api/collections/{TREES}/items?f=html&q=mots+de+page", {"list"}),
    ],
)
def test_a_page_of_rows_has_the_limit_of_its_kind(
    world: World, settings: Any, address: str, kinds: set[str]
) -> None:
    assert kinds_of(lambda: get(address), settings) == kinds


def test_the_count_of_an_export_has_a_limit_of_its_own(world: World, settings: Any) -> None:
    trees = access.scope(Visitor(instant=timezone.now()), TREES)
    selection = queries.select(trees, FeatureQuery(text="mots d’un export"))
    assert kinds_of(lambda: estimate_seconds(selection, FORMATS["csv"]), settings) == {"count"}
