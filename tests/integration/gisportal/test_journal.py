"""The journal in the database: nothing is changed nor removed, and what was is found."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from gisportal.journal.models import JournalEntry
from gisportal.journal.services import chain, purge, record
from gisportal.journal.vocabulary import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty() -> None:
    """Begin a new chain, whatever the people of the test did."""
    with unguarded():
        JournalEntry.objects.all().delete()


@contextmanager
def unguarded() -> Iterator[None]:
    """Do what somebody who owns the tables could: switch the guards off."""
    sealed()
    run("ALTER TABLE journal_journalentry DISABLE TRIGGER journal_refuse")
    yield
    run("ALTER TABLE journal_journalentry ENABLE TRIGGER journal_refuse")


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def sealed() -> None:
    """Do what the end of a transaction does."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("SET CONSTRAINTS ALL DEFERRED")


def written(count: int = 3) -> list[JournalEntry]:
    """Write entries, each at the end of a transaction."""
    for number in range(count):
        record(Event.SIGN_IN, subject=f"account {number}", détail=f"« {number} »")
        sealed()
    return list(JournalEntry.objects.order_by("number"))


def test_entries_are_numbered_without_a_gap() -> None:
    assert [entry.number for entry in written()] == [1, 2, 3]


def test_each_entry_holds_the_digest_of_the_one_before() -> None:
    first, second, third = written()
    assert (first.previous, second.previous, third.previous) == ("", first.digest, second.digest)


def test_a_whole_chain_is_verified() -> None:
    last = written()[-1]
    found = chain()
    assert (found.broken, found.entries, found.last, found.digest) == (0, 3, 3, last.digest)


def test_an_empty_chain_is_whole() -> None:
    assert (chain().entries, chain().broken) == (0, 0)


def test_the_digest_depends_on_no_time_zone() -> None:
    written()
    run("SET LOCAL TIME ZONE 'Pacific/Kiritimati'")
    assert chain().broken == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_journalentry SET subject = 'other'",
        "UPDATE journal_journalentry SET digest = ''",
        "DELETE FROM journal_journalentry",
        "TRUNCATE journal_journalentry",
    ],
)
def test_the_database_refuses_every_change(statement: str) -> None:
    run("ALTER TABLE journal_journalentry ENABLE TRIGGER journal_refuse_truncate")
    written()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run(statement)


def test_an_entry_that_waits_for_its_number_is_not_rewritten() -> None:
    record(Event.SIGN_IN)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run("UPDATE journal_journalentry SET actor_name = 'somebody else'")


def test_nobody_chooses_the_instant_of_an_entry() -> None:
    run(
        "INSERT INTO journal_journalentry (event, at, actor_name, address, portal, subject, detail, previous, digest)"
        " VALUES ('sign-in', '2001-01-01', '', '', '', '', '{}', '', '')"
    )
    assert JournalEntry.objects.get().at.year > 2001


@pytest.mark.parametrize(
    ("tampering", "broken", "fault"),
    [
        ("UPDATE journal_journalentry SET subject = 'other' WHERE number = 2", 2, "changed"),
        ("UPDATE journal_journalentry SET at = at + interval '1 second' WHERE number = 3", 3, "changed"),
        ("DELETE FROM journal_journalentry WHERE number = 2", 3, "missing before"),
        ("DELETE FROM journal_journalentry WHERE number = 1", 2, "missing before"),
        (
            "UPDATE journal_journalentry AS e SET subject = 'other', digest = journal_digest(e) WHERE number = 2;"
            "UPDATE journal_journalentry AS e SET digest = journal_digest(e) WHERE number = 2",
            3,
            "replaced before",
        ),
    ],
)
def test_the_first_broken_entry_is_named(tampering: str, broken: int, fault: str) -> None:
    written(4)
    with unguarded():
        run(tampering)
    with pytest.raises(CommandError, match=f"entry {broken}: {fault}"):
        call_command("verify_journal")


def aged(months: int, *numbers: int) -> None:
    """Let entries have been written months ago, and the chain be as it would have been."""
    with unguarded():
        for number in numbers:
            run(
                f"UPDATE journal_journalentry SET at = at - interval '{months} months' WHERE number = {number};"
                f"UPDATE journal_journalentry SET previous = coalesce((SELECT b.digest FROM journal_journalentry AS b"
                f" WHERE b.number = {number} - 1), '') WHERE number = {number};"
                f"UPDATE journal_journalentry AS e SET digest = journal_digest(e) WHERE number = {number}"
            )


def test_the_purge_removes_what_is_too_old_and_keeps_the_chain_verifiable() -> None:
    written(4)
    aged(13, 1, 2)
    aged(0, 3, 4)
    assert purge(months=12) == 2
    sealed()
    assert [entry.number for entry in JournalEntry.objects.order_by("number")] == [3, 4, 5]
    assert chain().broken == 0


def test_a_second_purge_is_verified_from_the_second_checkpoint() -> None:
    written(4)
    aged(13, 1, 2)
    aged(0, 3, 4)
    purge(months=12)
    sealed()
    aged(13, 3)
    aged(0, 4, 5)
    purge(months=12)
    sealed()
    assert chain().broken == 0


def test_what_is_recent_is_never_purged() -> None:
    written()
    assert purge(months=0) == 0


def test_what_is_old_goes_by_the_purge_alone() -> None:
    written()
    aged(13, 1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run("DELETE FROM journal_journalentry WHERE number = 1")


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_make_one_chain() -> None:
    def write(number: int) -> None:
        try:
            with transaction.atomic():
                record(Event.SIGN_IN, subject=f"account {number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(30)))
    assert (chain().broken, chain().entries, chain().last) == (0, 30, 30)
