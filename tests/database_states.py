"""Test databases that already hold what most tests arrange: the communes, the catalogue, the whole small world.

Each is made once a worker, as a copy of another in which one more builder committed. A test gets a connection to the
database of the fullest fixture that it asks for, and what it writes is rolled back. Tests that commit
(``transaction=True``, ``live_server``) stay in the empty database, which is emptied after them, and build there. Tests
that read through a server share a database that refuses writes: see ``READ_ONLY``.
"""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings

from gisportal.catalogue import THEMES
from layers.registry import definitions
from layers.services.catalogue import publish_layers
from tests import factories
from tests.approvals import let_producers_publish
from tests.conformance.subjects import build_subjects
from tests.people import EVERYBODY
from tests.world import build_world

EMPTY = ""


def build_catalogue() -> None:
    """Publish the layers written in code, as they are first published: no feature; producers publish what they make."""
    publish_layers(themes=THEMES, definitions=definitions())
    let_producers_publish()


def _accounts_and_world() -> Any:
    for person in EVERYBODY:
        if not person.is_anonymous:
            person.account()
    return build_world()


@dataclass(frozen=True)
class State:
    """What ``build`` adds to the database of another state."""

    source: str
    build: Callable[[], Any]


# By the name of the fixture that asks for it, the fullest last.
BUILDERS = {
    "communes": State(EMPTY, factories.communes),
    "catalogue": State("communes", build_catalogue),
    "world": State("catalogue", _accounts_and_world),
    "subjects": State("catalogue", build_subjects),
    "shown": State("world", lambda: None),
}
# A server and its clients read these, without a transaction to roll back.
READ_ONLY = frozenset({"subjects", "shown"})
# Ids of a database start at a multiple of this, for what a process remembers by id to meet no other row under it.
_IDS = 10_000


def state_of(item: pytest.Item) -> str:
    """Return the fullest state that the fixtures of a test ask for; empty for a test that commits."""
    names: Iterable[str] = getattr(item, "fixturenames", ())
    found = next((name for name in reversed(BUILDERS) if name in names), EMPTY)
    marker = item.get_closest_marker("django_db")
    commits = {"transactional_db", "live_server"} & set(names) or (
        marker and marker.kwargs.get("transaction")
    )
    return EMPTY if commits and found not in READ_ONLY else found


class DatabaseStates:
    """The databases of this worker by state, and the one that the running test is connected to."""

    def __init__(self) -> None:
        self.selected = EMPTY
        self._connections: dict[str, BaseDatabaseWrapper] = {}
        self._names: dict[str, str] = {}
        self._contents: dict[str, bytes] = {}  # pickled: loading is faster than a deep copy
        self._photos = Path()

    def create(self, wanted: Iterable[str], photos: Path) -> None:
        """Make the databases of the states wanted; ``photos`` will hold the files of the world."""
        self._photos = photos
        selected = self.selected
        self._add(EMPTY, connections[DEFAULT_DB_ALIAS])
        with override_settings(MEDIA_ROOT=photos):
            for name in set(wanted):
                self._build(name)
        self.select(selected)

    def destroy(self) -> None:
        """Drop the copies; the empty database is pytest-django's to drop."""
        self.select(EMPTY)
        while self._connections:
            name, connection = self._connections.popitem()
            if name:
                connection.creation.destroy_test_db(verbosity=0)
        self._names.clear()
        self._contents.clear()

    def select(self, name: str) -> None:
        """Connect the next test, and the threads that it starts, to the database of a state."""
        self.selected = name
        if name in self._connections:
            connections[DEFAULT_DB_ALIAS] = self._connections[name]
            connections.settings[DEFAULT_DB_ALIAS]["NAME"] = self._names[name]

    @contextmanager
    def disposable(self) -> Iterator[None]:
        """Connect the block to a copy of the database selected, which is dropped at its end, whatever became of it."""
        copy = _copy("disposable")
        connections[DEFAULT_DB_ALIAS] = copy
        connections.settings[DEFAULT_DB_ALIAS]["NAME"] = copy.settings_dict["NAME"]
        try:
            yield
        finally:
            self.select(self.selected)
            copy.creation.destroy_test_db(verbosity=0)

    def content(self, name: str) -> Any:
        """Return what the builder of a state returned, for one test to change; built when the database is empty."""
        return pickle.loads(self._contents[name]) if self.selected else BUILDERS[name].build()

    def copy_photos(self, folder: Path) -> None:
        """Give a test the files of the world that it finds in its database: links, for uploads are never rewritten."""
        if self.selected:
            shutil.copytree(self._photos, folder, copy_function=os.link, dirs_exist_ok=True)

    def _add(self, name: str, connection: BaseDatabaseWrapper) -> None:
        self._connections[name] = connection
        self._names[name] = connection.settings_dict["NAME"]
        self.select(name)

    def _build(self, name: str) -> None:
        """Make a copy of the source of a state, and of its source before it, and build there."""
        if name in self._connections:
            return
        state = BUILDERS[name]
        self._build(state.source)
        self.select(state.source)
        self._add(name, _copy(name))
        _number_from(_IDS * len(self._connections))
        self._contents[name] = pickle.dumps(state.build(), pickle.HIGHEST_PROTOCOL)
        if name in READ_ONLY:
            _refuse_writes()


STATES = DatabaseStates()


def _copy(suffix: str) -> BaseDatabaseWrapper:
    """Return a connection to a new copy of the database connected to, which is left."""
    source = connections[DEFAULT_DB_ALIAS]
    source.creation.clone_test_db(suffix, verbosity=0)
    copy = source.copy()
    copy.settings_dict["NAME"] = source.creation.get_test_db_clone_settings(suffix)["NAME"]
    return copy


def _number_from(start: int) -> None:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(
            "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, %s)"
            " FROM pg_sequences WHERE schemaname = 'public'",
            [start],
        )


def _refuse_writes() -> None:
    """Make the database connected to read-only for its next connections."""
    connection = connections[DEFAULT_DB_ALIAS]
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    connection.close()
