"""Fixtures of every test that needs the database: an empty territory, the catalogue, or the whole small world."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker, Settings

from gisportal.accounts.lockout import reset_attempts
from gisportal.accounts.rate_limits import request_counter
from layers.cache import clear_caches
from layers.models import Commune
from layers.sql.query_limiter import RETRY_AFTER
from tests.costs import Costs
from tests.database_states import STATES, state_of
from tests.emptying import OpenRequests, empty
from tests.examples import load_profile
from tests.indexed_words import indexed_once
from tests.middleware_chain import known_ports, one_chain
from tests.migrated_database import use_migrated
from tests.patience import patient
from tests.world import World


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options: more examples of each property, the counts that the launcher sums, the costs of files."""
    parser.addoption(
        "--thorough", action="store_true", help="try properties on many examples, new ones each time"
    )
    parser.addoption(
        "--counts", type=Path, metavar="FILE", help="write the counts of the closing line as JSON"
    )
    parser.addoption(
        "--costs", type=int, metavar="FILES", help="name the files that took the most seconds of a processor"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Choose the examples before the tests are imported, and count costs where they are asked for."""
    load_profile(is_thorough=config.getoption("--thorough"))
    if files := config.getoption("--costs"):
        config.pluginmanager.register(Costs(files))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write the counts where ``--counts`` says; only the process that prints has a summary."""
    if (file := config.getoption("--counts")) is not None:
        counts = {word: len(reports) for word, reports in terminalreporter.stats.items() if word}
        file.write_text(json.dumps(counts))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Leave out of the search for cycles what lives until the end of the run: the modules and the tests."""
    gc.disable()
    yield
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # what a test leaves is little: look for it seldom
    gc.enable()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Connect each test to the database that already holds what its fixtures ask for."""
    STATES.select(state_of(item))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Databases of tests are copies of one that is migrated: see ``tests.migrated_database``."""
    with django_db_blocker.unblock():
        use_migrated(connection)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """The test database, and its copies that the tests of this run ask for: see ``tests.database_states``."""
    with django_db_blocker.unblock():
        # Tests that commit are followed by an emptying of the tables; that of the journal is refused everywhere else.
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE journal_journalentry DISABLE TRIGGER journal_refuse_truncate")
        STATES.create(map(state_of, request.session.items), tmp_path_factory.mktemp("world"))
    requests = OpenRequests()

    def tear_down(_case: TransactionTestCase) -> None:
        requests.wait_for_their_end()
        empty()

    with patch.object(TransactionTestCase, "_fixture_teardown", tear_down):
        yield
    with django_db_blocker.unblock():
        STATES.destroy()


@pytest.fixture(autouse=True, scope="session")
def _middleware(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Build it once, for clients that wait; WhiteNoise has an empty folder: it warns without one, reads a full one."""
    settings.STATIC_ROOT = str(tmp_path_factory.mktemp("static"))
    with one_chain(), known_ports(), patient(), indexed_once():
        yield


@pytest.fixture(autouse=True)
def _no_memory_of_other_tests() -> Iterator[None]:
    """Forget what the process remembers: rows under numbers that a rolled-back test gives again, who asks too often."""
    yield
    clear_caches()
    reset_attempts()
    RETRY_AFTER.clear()
    request_counter.cache_clear()
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture
def disposable_database(transactional_db: None) -> Iterator[None]:
    """A copy of the empty database, for tests that leave another schema: the way back to ours takes ten seconds."""
    with STATES.disposable():
        yield


@pytest.fixture
def communes(db: None) -> dict[str, Commune]:
    """Three communes side by side, by INSEE code: see ``factories.SQUARES``."""
    found: dict[str, Commune] = STATES.content("communes")
    return found


@pytest.fixture
def catalogue(communes: dict[str, Commune]) -> dict[str, Commune]:
    """The communes and the catalogue of the layers written in code, as they are first published: no feature."""
    STATES.content("catalogue")
    return communes


@pytest.fixture(scope="session")
def _media(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folders of uploads: pytest looks at all that it made before it names the next."""
    root = tmp_path_factory.mktemp("media")
    return (root / str(number) for number in count())


@pytest.fixture
def media(settings: Settings, _media: Iterator[Path]) -> Path:
    """A folder for the uploads of one test."""
    settings.MEDIA_ROOT = folder = next(_media)
    folder.mkdir()
    return folder


@pytest.fixture
def world(catalogue: dict[str, Commune], media: Path) -> World:
    """People, rights and a few features: see ``tests.world``."""
    STATES.copy_photos(media)
    found: World = STATES.content("world")
    return found
