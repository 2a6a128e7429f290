"""Slots that processes share: so many at once, and free again whatever becomes of who held one."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from layers.sql import advisory_locks
from layers.sql.advisory_locks import slot

pytestmark = pytest.mark.django_db


def take(other: BaseDatabaseWrapper, name: str, number: int) -> bool:
    """Take a slot as another process would."""
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [advisory_locks._lock_class(name), number])
        return bool(cursor.fetchone()[0])


@pytest.fixture
def other() -> Iterator[BaseDatabaseWrapper]:
    """The connection of another process."""
    copied = connection.copy()
    yield copied
    with copied.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
    copied.close()


def test_a_slot_is_held_during_the_block(other: BaseDatabaseWrapper) -> None:
    with slot("work", 1) as is_free:
        assert (is_free, take(other, "work", 0)) == (True, False)


def test_a_slot_is_free_after_the_block(other: BaseDatabaseWrapper) -> None:
    with slot("work", 1):
        pass
    assert take(other, "work", 0)


def test_a_slot_is_free_after_a_fault(other: BaseDatabaseWrapper) -> None:
    with pytest.raises(ValueError, match="fault"), slot("work", 1):
        raise ValueError("fault")
    assert take(other, "work", 0)


@pytest.mark.parametrize("count", [2, 3])
def test_there_are_as_many_slots_as_asked(other: BaseDatabaseWrapper, count: int) -> None:
    for number in range(count - 1):
        take(other, "work", number)
    with slot("work", count) as last:
        taken = [take(other, "work", number) for number in range(count)]
    assert last
    assert taken == [True] * (count - 1) + [False]


def test_none_is_free_when_others_hold_all(other: BaseDatabaseWrapper) -> None:
    take(other, "work", 0)
    take(other, "work", 1)
    with slot("work", 2) as is_free:
        assert not is_free


def test_names_have_slots_of_their_own(other: BaseDatabaseWrapper) -> None:
    take(other, "work", 0)
    with slot("another", 1) as is_free:
        assert is_free


def test_no_slot_is_held_for_a_count_of_zero() -> None:
    with slot("work", 0) as is_free:
        assert not is_free


def is_gone(pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE pid = %s AND locktype = 'advisory'", [pid])
        return bool(cursor.fetchone()[0] == 0)


def test_the_slot_of_a_process_that_dies_is_free(other: BaseDatabaseWrapper) -> None:
    take(other, "work", 0)
    pid = other.connection.info.backend_pid
    other.connection.close()  # as the kernel closes what a killed process had open
    deadline = time.monotonic() + 30
    while not is_gone(pid) and time.monotonic() < deadline:
        pass
    other.close()
    with slot("work", 1) as is_free:
        assert is_free


@pytest.mark.django_db(transaction=True)
def test_a_connection_lost_meanwhile_is_no_fault_of_the_slot() -> None:
    with slot("work", 1):
        connection.connection.close()
    with slot("work", 1) as is_free:
        assert is_free
