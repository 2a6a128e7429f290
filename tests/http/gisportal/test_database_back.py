"""A connection that PostgreSQL cut under the portal: the request that held it is told so, the next is served."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker

from gisportal.outage import OUTAGE


@pytest.fixture
def browser(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Client]:
    """A browser, and a connection that an administrator has just ended."""
    with django_db_blocker.unblock():
        connection.close()
        connection.ensure_connection()
        with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
        yield Client(raise_request_exception=False, headers={"host": "localhost"})
        connection.close()
    OUTAGE.is_open = False


def test_the_request_that_held_it_is_told_to_come_back(browser: Client) -> None:
    answer = browser.get("/api/collections")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")


def test_the_next_request_is_served(browser: Client) -> None:
    browser.get("/api/collections")
    connection.close_if_unusable_or_obsolete()  # as the server does at the end of each request
    assert [browser.get(path).status_code for path in ("/api/collections", "/healthz")] == [200, 200]
    assert not OUTAGE.is_open
