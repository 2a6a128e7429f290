"""Test databases that already hold what most tests arrange: the communes, the catalogue, the whole small world.

Each is made once a worker, as a copy of the one before it in which one more builder committed. A test gets a connection
to the database of the fullest fixture that it asks for, and what it writes is rolled back. Tests that commit
(``transaction=True``, ``live_server``) stay in the empty database, which is emptied after them, and build there.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from copy import deepcopy
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
from tests.people import EVERYBODY
from tests.world import build_world

EMPTY = ""


def build_catalogue() -> None:
    """Publish the layers written in code, as they are first published: no feature."""
    publish_layers(themes=THEMES, definitions=definitions())


def _accounts_and_world() -> Any:
    for person in EVERYBODY:
        if not person.is_anonymous:
            person.account()
    return build_world()


# The name of the fixture, and what it adds to the database of the line above.
BUILDERS: dict[str, Callable[[], Any]] = {
    "communes": factories.communes,
    "catalogue": build_catalogue,
    "world": _accounts_and_world,
}


def state_of(item: pytest.Item) -> str:
    """Return the fullest state that the fixtures of a test ask for; empty for a test that commits."""
    names: Iterable[str] = getattr(item, "fixturenames", ())
    marker = item.get_closest_marker("django_db")
    if {"transactional_db", "live_server"} & set(names) or (marker and marker.kwargs.get("transaction")):
        return EMPTY
    return next((name for name in reversed(BUILDERS) if name in names), EMPTY)


class DatabaseStates:
    """The databases of this worker by state, and the one that the running test is connected to."""

    def __init__(self) -> None:
        self.selected = EMPTY
        self._connections: dict[str, BaseDatabaseWrapper] = {}
        self._contents: dict[str, Any] = {}
        self._photos = Path()

    def create(self, wanted: Iterable[str], photos: Path) -> None:
        """Make the databases up to the fullest state wanted; ``photos`` will hold the files of the world."""
        self._photos = photos
        self._connections[EMPTY] = connections[DEFAULT_DB_ALIAS]
        names = list(BUILDERS)
        last = max((names.index(name) for name in wanted if name), default=-1)
        with override_settings(MEDIA_ROOT=photos):
            for name in names[: last + 1]:
                self._connections[name] = connections[DEFAULT_DB_ALIAS] = _copy(name)
                self._contents[name] = BUILDERS[name]()
        self.select(self.selected)

    def destroy(self) -> None:
        """Drop the copies; the empty database is pytest-django's to drop."""
        self.select(EMPTY)
        while self._connections:
            name, connection = self._connections.popitem()
            if name:
                connection.creation.destroy_test_db(verbosity=0)
        self._contents.clear()

    def select(self, name: str) -> None:
        """Connect the next test to the database of a state."""
        self.selected = name
        if name in self._connections:
            connections[DEFAULT_DB_ALIAS] = self._connections[name]

    def content(self, name: str) -> Any:
        """Return what the builder of a state returned, for one test to change; built when the database is empty."""
        return deepcopy(self._contents[name]) if self.selected else BUILDERS[name]()

    def copy_photos(self, folder: Path) -> None:
        """Give a test the files of the world that it finds in its database."""
        if self.selected:
            shutil.copytree(self._photos, folder, dirs_exist_ok=True)


STATES = DatabaseStates()


def _copy(suffix: str) -> BaseDatabaseWrapper:
    """Return a connection to a new copy of the database connected to, which is left."""
    source = connections[DEFAULT_DB_ALIAS]
    source.creation.clone_test_db(suffix, verbosity=0)
    copy = source.copy()
    copy.settings_dict["NAME"] = source.creation.get_test_db_clone_settings(suffix)["NAME"]
    return copy
