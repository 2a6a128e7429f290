"""Answers computed once for all processes, and former ones served by the rule of freshness (ADR 0058)."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import count

import pghistory
import pytest
from django.core.cache import caches
from django.db import connection
from pytest_django import Settings

from heritage.models import RemarkableTree
from layers import access, queries
from layers.access import Scope
from layers.aggregates.execution import decode_groups, encode_groups
from layers.aggregates.results import StatementGroups
from layers.parsing import FeatureQuery
from layers.queries import shared_answers
from layers.queries.shared_answers import ANSWER_LOCK, Answer, SharedAnswers, answer_key, former_answers
from layers.sql.advisory_locks import number_of
from layers.visitor import Visitor
from tests import factories
from tests.former_answers import RefreshesByHand, refreshes_by_hand, share_answers, written_before
from tests.selections import visitor
from tests.world import TREES

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def trees(catalogue: object, settings: Settings) -> None:
    share_answers(settings)
    factories.tree()


@pytest.fixture
def refreshes(monkeypatch: pytest.MonkeyPatch) -> RefreshesByHand:
    return refreshes_by_hand(monkeypatch)


def numbers(name: str = "test") -> SharedAnswers[int]:
    return SharedAnswers(name, 10, encode=lambda number: str(number).encode(), decode=int)


def scope_now(reader: Visitor | None = None) -> Scope:
    return access.scope(reader or visitor(), TREES)


def reader(user_id: int | None) -> Visitor:
    return Visitor(dt.datetime.now(dt.UTC), user_id=user_id)


def trees_counted() -> int:
    return RemarkableTree.objects.count()


def read(answers: SharedAnswers[int], user_id: int | None = None) -> Answer[int]:
    return answers.recent(answer_key(scope_now(), "trees"), trees_counted, reader(user_id))


def test_fifty_misses_in_two_processes_are_one_computation() -> None:
    processes, start, times = [numbers(), numbers()], threading.Barrier(50), count()
    key = answer_key(scope_now(), "trees")

    def compute() -> int:
        next(times)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.2)")
        return 7

    def recall(number: int) -> int:
        start.wait(30)
        try:
            return processes[number % 2].recall(key, compute)
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as threads:
        assert set(threads.map(recall, range(50))) == {7}
    assert next(times) == 1


def test_a_reader_gets_the_former_answer_while_the_current_one_is_computed(
    refreshes: RefreshesByHand,
) -> None:
    answers = numbers()
    assert read(answers) == Answer(1)
    factories.tree()
    written_before(20)
    assert read(answers) == Answer(1, 20)
    assert refreshes.run() == 1
    assert read(answers) == Answer(2)


def test_many_readers_of_a_former_answer_cost_one_computation(refreshes: RefreshesByHand) -> None:
    answers = numbers()
    read(answers)
    factories.tree()
    for _reader in range(50):
        read(answers)
    assert refreshes.run() == 1


def test_who_wrote_gets_the_current_answer(refreshes: RefreshesByHand) -> None:
    answers = numbers()
    read(answers)
    with pghistory.context(user=7):
        factories.tree()
    factories.tree()
    assert read(answers, user_id=8) == Answer(1, 0)
    assert read(answers, user_id=7) == Answer(3)


def test_nobody_gets_an_answer_of_more_than_a_minute_before(refreshes: RefreshesByHand) -> None:
    answers = numbers()
    read(answers)
    factories.tree()
    written_before(61)
    assert read(answers) == Answer(2)


def test_the_age_is_that_of_the_first_write_after_the_answer(refreshes: RefreshesByHand) -> None:
    answers = numbers()
    read(answers)
    factories.tree()
    written_before(30)
    factories.tree()
    assert read(answers) == Answer(1, 30)


def test_a_setting_of_zero_serves_no_former_answer(refreshes: RefreshesByHand, settings: Settings) -> None:
    answers = numbers()
    read(answers)
    factories.tree()
    settings.STALE_S = 0
    assert read(answers) == Answer(2)


def test_other_rights_are_another_question(refreshes: RefreshesByHand) -> None:
    answers = numbers()
    read(answers)
    factories.tree()
    narrowed = access.scope(visitor(portal=factories.SEVRES), TREES)
    assert answers.recent(answer_key(narrowed, "trees"), lambda: 0, reader(None)) == Answer(0)


def test_a_former_answer_is_stored_under_no_other_version(refreshes: RefreshesByHand) -> None:
    answers = numbers()
    read(answers)
    factories.tree()
    read(answers)
    assert answers.cached(answer_key(scope_now(), "trees")) is None


def test_a_new_question_about_a_layer_of_light_answers_is_computed_by_each_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shared_answers, "LIGHT_S", 60)
    answers = numbers()
    first, second = (answer_key(scope_now(), question) for question in ("first", "second"))
    answers.recall(first, lambda: 1)
    answers.recall(second, lambda: 2)
    is_stored = [caches["tiles"].get(f"test.{key.question}") is not None for key in (first, second)]
    assert is_stored == [True, False]


def test_a_light_answer_is_computed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_answers, "LIGHT_S", 60)
    answers = numbers()
    read(answers)
    factories.tree()
    assert read(answers) == Answer(2)


def test_another_process_serves_the_former_answer_that_it_finds(refreshes: RefreshesByHand) -> None:
    read(numbers())
    factories.tree()
    assert read(numbers()) == Answer(1, 0)


def test_another_process_reads_the_current_answer(refreshes: RefreshesByHand) -> None:
    read(numbers())

    def fail() -> int:
        raise ZeroDivisionError

    assert numbers().recall(answer_key(scope_now(), "trees"), fail) == 1


def test_a_refresh_leaves_the_computation_to_who_is_at_it(refreshes: RefreshesByHand) -> None:
    answers = numbers()
    read(answers)
    factories.tree()
    read(answers)
    locked, free = threading.Event(), threading.Event()

    def hold() -> None:
        with connection.cursor() as cursor:
            number = number_of(answer_key(scope_now(), "trees").question)
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [ANSWER_LOCK, number])
        locked.set()
        free.wait(30)
        connection.close()

    with ThreadPoolExecutor(1) as threads:
        held = threads.submit(hold)
        locked.wait(30)
        refreshes.run()
        free.set()
        held.result(30)
    assert answers.cached(answer_key(scope_now(), "trees")) is None


def test_who_computes_for_too_long_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_answers, "WAIT_S", 0.1)
    key, locked, free = answer_key(scope_now(), "trees"), threading.Event(), threading.Event()

    def hold() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [ANSWER_LOCK, number_of(key.question)])
        locked.set()
        free.wait(30)
        connection.close()

    with ThreadPoolExecutor(1) as threads:
        held = threads.submit(hold)
        locked.wait(30)
        assert numbers().recall(key, lambda: 7) == 7
        free.set()
        held.result(30)


def test_bytes_of_another_hand_are_computed_again() -> None:
    key = answer_key(scope_now(), "trees")
    numbers().recall(key, lambda: 1)
    caches["tiles"].set(f"test.{key.question}", b"\0\0\0\2[]9")
    assert numbers().recall(key, lambda: 5) == 5


def test_counts_are_former_inside_the_block_that_allows_it(refreshes: RefreshesByHand) -> None:
    def counted() -> int:
        return queries.select(scope_now(), FeatureQuery()).count()

    counted()
    factories.tree()
    written_before(20)
    with former_answers(reader(None)) as recency:
        assert counted() == 1
    assert recency.age_s == 20
    assert counted() == 2


def test_what_is_made_of_counts_in_a_computation_is_current(refreshes: RefreshesByHand) -> None:
    def counted() -> int:
        return queries.select(scope_now(), FeatureQuery()).count()

    counted()
    factories.tree()
    with former_answers(reader(None)):
        assert numbers().recall(answer_key(scope_now(), "made of a count"), counted) == 2


def test_a_thread_computes_what_readers_do_not_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_answers, "LIGHT_S", 0)
    answers, is_computed = numbers(), threading.Event()

    def compute() -> int:
        number = trees_counted()
        if number == 2:
            is_computed.set()
        return number

    key = answer_key(scope_now(), "trees")
    answers.recall(key, compute)
    factories.tree()
    assert answers.recent(answer_key(scope_now(), "trees"), compute, reader(None)).value == 1
    assert is_computed.wait(30)


def test_groups_travel_as_they_are() -> None:
    instant = dt.datetime(2026, 12, 1, 10, 30, tzinfo=dt.UTC)
    row = ["Acer", None, 3, 2.5, True, Decimal("1.20"), dt.date(2026, 12, 1), instant, ["a", "b"]]
    groups = StatementGroups([row], 3, frozenset({0}), is_hidden=True, hides_groups=True)
    assert decode_groups(encode_groups(groups)) == groups
