"""Sessions are read by a prepared statement, and end at the instant that they end in the database."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from gisportal.accounts.sessions.store import SessionStore

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def key() -> str:
    """The key of a session that holds a word."""
    store = SessionStore()
    store["word"] = "lu"
    store.save()
    assert store.session_key is not None
    return store.session_key


def test_a_session_is_read_as_it_was_written(key: str) -> None:
    assert SessionStore(key)["word"] == SessionStore(key)["word"] == "lu"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%django_session%'")
        assert cursor.fetchone() == (1,)


def test_a_session_that_was_ended_is_empty_at_once(key: str) -> None:
    assert SessionStore(key).get("word") == "lu"
    Session.objects.filter(session_key=key).delete()
    ended = SessionStore(key)
    assert ended.get("word") is None
    assert ended.session_key is None


def test_a_session_whose_time_is_over_is_empty(key: str) -> None:
    Session.objects.filter(session_key=key).update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    assert SessionStore(key).get("word") is None


def test_a_key_of_nobody_is_empty() -> None:
    assert SessionStore("a" * 32).get("word") is None
    assert SessionStore(None).get("word") is None
