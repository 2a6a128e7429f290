"""Small statements of every request are planned once a session, and run whatever happens to the session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DataError, connection, transaction
from django.test import Client
from pytest_django import Settings

from layers.sql.prepared import prepared_rows
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
SUM = "SELECT a, a + 1 AS more FROM prepared_sample WHERE a = %s"
ITEMS = "/api/collections/plui-zones/items?limit=1"


@pytest.fixture
def sample() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE prepared_sample AS SELECT 7 AS a")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE prepared_sample")


def prepared_statements() -> list[str]:
    """Return the statements that this session has prepared."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [text for (text,) in cursor.fetchall()]


def test_a_statement_is_prepared_once_a_session(sample: None) -> None:
    assert prepared_rows(SUM, [7]) == prepared_rows(SUM, [7]) == [(7, 8)]
    assert prepared_statements() == [SUM.replace("%s", "$1")]


def test_a_setting_turns_preparation_off(sample: None, settings: Settings) -> None:
    settings.PREPARED_STATEMENTS = False
    assert prepared_rows(SUM, [7]) == [(7, 8)]
    assert prepared_statements() == []


def test_a_statement_of_a_transaction_is_not_prepared(sample: None) -> None:
    with transaction.atomic():
        assert prepared_rows(SUM, [7]) == [(7, 8)]
        assert prepared_statements() == []


def test_columns_that_changed_are_read_by_the_same_session(sample: None) -> None:
    prepared_rows(SUM, [7])
    with connection.cursor() as cursor:
        # As another session would change them: psycopg forgets what it prepared when it sees ALTER.
        cursor.execute("DO $$ BEGIN ALTER TABLE prepared_sample ALTER COLUMN a TYPE bigint; END $$")
    assert prepared_rows(SUM, [7]) == [(7, 8)]
    assert prepared_rows(SUM, [7]) == [(7, 8)]


def test_a_session_that_lost_its_statements_answers(sample: None) -> None:
    prepared_rows(SUM, [7])
    # Behind the back of psycopg, as a pooler does that gives another session.
    connection.connection.pgconn.exec_(b"DEALLOCATE ALL")
    assert prepared_rows(SUM, [7]) == [(7, 8)]


def test_a_fault_of_the_statement_itself_is_raised(sample: None) -> None:
    with pytest.raises(DataError, match="division by zero"):
        prepared_rows("SELECT a / (a - %s) FROM prepared_sample", [7])


def test_the_rights_of_a_request_are_prepared(catalogue: object, client: Client) -> None:
    factories.zone("UA")
    client.get(ITEMS)
    assert any("layers_layer AS layer" in text for text in prepared_statements())
