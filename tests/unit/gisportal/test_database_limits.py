"""Every connection has limits from its first statement: short ones in the server, longer ones for commands."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from gisportal.settings import database

SETTINGS = Path(database.__file__)


def options(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    """Return the options of a connection under some environment variables."""
    for name in ("PORTAL_COMMAND", "PORTAL_STATEMENT_S", "PORTAL_COMMAND_STATEMENT_S"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found: str = runpy.run_path(str(SETTINGS))["DATABASES"]["default"]["OPTIONS"]["options"]
    return found


def test_server_stops_a_statement_that_nobody_thought_of(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "-c statement_timeout=15s" in options(monkeypatch)


def test_command_has_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "-c statement_timeout=3600s" in options(monkeypatch, PORTAL_COMMAND="1")


def test_statements_of_a_process_that_died_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "-c client_connection_check_interval=2s" in options(monkeypatch)


@pytest.mark.parametrize("name", ["lock_timeout", "idle_in_transaction_session_timeout"])
def test_nobody_waits_without_end_for_a_lock(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert f"-c {name}=" in options(monkeypatch)


def test_address_of_the_database_has_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    address = "postgresql://somebody@localhost/portal?options=-c%20statement_timeout%3D9s"
    assert options(monkeypatch, DATABASE_URL=address).endswith("-c statement_timeout=9s")


APPLICATION, OWNER = "postgresql://portal@localhost/portal", "postgresql://portal_owner@localhost/portal"


def roles(monkeypatch: pytest.MonkeyPatch, owner: str, **variables: str) -> tuple[str, str]:
    """Return the role that connects, and that of the application where there are two."""
    monkeypatch.delenv("PORTAL_DATABASE_AS_OWNER", raising=False)
    given = {"DATABASE_URL": APPLICATION, "PORTAL_DATABASE_OWNER_URL": owner, **variables}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    found = runpy.run_path(str(SETTINGS))
    return found["DATABASES"]["default"]["USER"], found["APPLICATION_ROLE"]


def test_the_application_connects_as_its_own_role(monkeypatch: pytest.MonkeyPatch) -> None:
    assert roles(monkeypatch, OWNER) == ("portal", "portal")


def test_migrations_connect_as_the_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    assert roles(monkeypatch, OWNER, PORTAL_DATABASE_AS_OWNER="1") == ("portal_owner", "portal")


def test_one_role_does_all_where_no_other_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert roles(monkeypatch, "", PORTAL_DATABASE_AS_OWNER="1") == ("portal", "")


def test_the_same_role_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="another role"):
        roles(monkeypatch, APPLICATION)
