"""Fixtures of every test that needs the database: an empty territory, the catalogue, or the whole small world."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client
from pytest_django import Settings

from gisportal.catalogue import THEMES
from layers.aggregates import answering
from layers.formats import statements
from layers.models import Commune
from layers.queries import selection, territory
from layers.registry import definitions
from layers.services.catalogue import publish_layers
from tests import factories
from tests.world import World, build_world


@pytest.fixture(autouse=True, scope="session")
def _folder_of_static_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give WhiteNoise an empty folder: it warns without one, and reads a full one for every client."""
    settings.STATIC_ROOT = str(tmp_path_factory.mktemp("static"))


@pytest.fixture(autouse=True)
def _no_memory_of_other_tests() -> Iterator[None]:
    """Forget what the process remembers under numbers that a rolled-back test gives again."""
    yield
    selection._counts.clear()
    territory._extents.clear()
    territory._changes.clear()
    answering._answers.clear()
    statements._written.clear()
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture
def communes(db: None) -> dict[str, Commune]:
    """Three communes side by side, by INSEE code: see ``factories.SQUARES``."""
    return factories.communes()


@pytest.fixture
def catalogue(communes: dict[str, Commune]) -> dict[str, Commune]:
    """The communes and the catalogue of the layers written in code, as they are first published: no feature."""
    publish_layers(themes=THEMES, definitions=definitions())
    return communes


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    """A folder for the uploads of one test."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def world(catalogue: dict[str, Commune], media: Path) -> World:
    """People, rights and a few features: see ``tests.world``."""
    return build_world()


@pytest.fixture
def client() -> Client:
    """Nobody's browser."""
    return Client()
