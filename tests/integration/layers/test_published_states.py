"""Statistics of rows that nobody may read are those of one state of the data, whatever is written meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from django.db import connection, transaction

from layers import access, queries
from layers.access import Scope
from layers.aggregates import aggregate, execution
from layers.aggregates.disclosure import published_cells
from layers.cache import clear_caches
from layers.errors import Busy
from layers.models import Layer
from layers.parsing.aggregates import parse_aggregate
from layers.queries.shared_answers import AnswerKey, answer_key
from tests import factories
from tests.factories import BOULOGNE, MEUDON, SEVRES
from tests.selections import visitor
from tests.world import TREES

pytestmark = pytest.mark.django_db(transaction=True)
GENERA = ("Acer", "Cedrus", "Tilia", "Quercus")
# Where a write may fall: after a function of the engine was called so many times, that which searches the tables, or
# that which follows each statement: of all tables together, then of the data, then of each other table.
SEAMS = (("check_question", 1), ("named_series", 1), ("named_series", 2))
Answer = tuple[Any, int | None]


@pytest.fixture(autouse=True)
def trees(catalogue: object) -> None:
    """Trees of which the public reads counts of three and more; oaks are one or two in each commune."""
    Layer.objects.filter(slug=TREES).update(visibility="statistics", smallest_count=3)
    with factories.in_bulk():
        for place, commune in enumerate((MEUDON, SEVRES, BOULOGNE)):
            for rank, genus in enumerate(GENERA):
                for _number in range((place + 2) * (4 - rank) // 2):
                    factories.tree(at=commune, genre=genus)


def trees_now() -> Scope:
    return access.countable_scope(visitor(), TREES)


def asked(scope: Scope) -> Answer:
    selecting, query = parse_aggregate({"group_by": ["commune,genre"]})
    result = aggregate(queries.select(scope, selecting), query)
    return result.rows, result.matched


def asked_anew(scope: Scope) -> Answer:
    """Return the answer of a process that remembers nothing, and let it remember nothing."""
    clear_caches()
    answer = asked(scope)
    clear_caches()
    return answer


def plant_oaks() -> None:
    """Make the small group of oaks of Meudon a large one, in a transaction of another connection."""

    def plant() -> None:
        try:
            with transaction.atomic(), factories.in_bulk():
                for _number in range(12):
                    factories.tree(at=MEUDON, genre="Quercus")
        finally:
            connection.close()

    writer = threading.Thread(target=plant)
    writer.start()
    writer.join()


def let_write(
    monkeypatch: pytest.MonkeyPatch, name: str, *, first: int = 1, last: int = 1
) -> Callable[[], int]:
    """Let oaks be planted after the calls of a function from the first to the last; return how often it was called."""
    original, calls = getattr(execution, name), []

    def followed(*given: Any, **named: Any) -> Any:
        answer = original(*given, **named)
        calls.append(name)
        if first <= len(calls) <= last:
            plant_oaks()
        return answer

    monkeypatch.setattr(execution, name, followed)
    return lambda: len(calls)


@pytest.mark.parametrize("is_open", [False, True], ids=["alone", "in a transaction"])
def test_an_answer_is_that_of_the_data_before_a_write_or_after_it(
    monkeypatch: pytest.MonkeyPatch, is_open: bool
) -> None:
    for name, call in SEAMS:
        before = asked_anew(trees_now())
        with transaction.atomic() if is_open else nullcontext(), monkeypatch.context() as patched:
            scope = trees_now()
            calls = let_write(patched, name, first=call, last=call)
            answer = asked(scope)
        remembered = asked(trees_now())
        after = asked_anew(trees_now())
        assert calls() >= call
        assert before != after
        assert answer in (before, after)
        assert remembered == after


def test_nothing_is_remembered_under_the_version_before_a_write() -> None:
    scope = trees_now()
    plant_oaks()
    with pytest.raises(Busy):
        published_cells(scope)
    after = asked(scope)
    assert execution._answers.cached(_key(scope)) is None
    assert execution._answers.cached(_key(trees_now())) is not None
    assert after == asked_anew(trees_now())


def _key(scope: Scope) -> AnswerKey:
    selecting, query = parse_aggregate({"group_by": ["commune,genre"]})
    return answer_key(scope, selecting.identity, query, None)


def test_who_asks_while_writes_do_not_stop_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    scope = trees_now()
    calls = let_write(monkeypatch, "check_question", last=10)
    with pytest.raises(Busy, match="en cours de modification"):
        asked(scope)
    assert calls() == 3
