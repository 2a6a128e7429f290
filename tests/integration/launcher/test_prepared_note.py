"""The note that a database was prepared: written in the database, true as long as code and migrations stay."""

from __future__ import annotations

import pytest
from django.db import connection

from launcher.cluster import IS_PREPARED, NOTE_PREPARED

pytestmark = pytest.mark.django_db


def is_prepared(digest: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(IS_PREPARED.format(digest=digest), None)
        return bool(cursor.fetchone()[0])


def note(digest: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(NOTE_PREPARED.format(digest=digest), None)


def test_database_without_a_note_is_to_be_prepared() -> None:
    assert not is_prepared("abc")


def test_database_prepared_by_the_same_code_is_left_alone() -> None:
    note("abc")
    assert is_prepared("abc")


def test_database_prepared_by_other_code_is_prepared_again() -> None:
    note("abc")
    assert not is_prepared("abd")


def test_database_whose_migrations_were_undone_is_prepared_again() -> None:
    note("abc")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'usage'")
    assert not is_prepared("abc")
