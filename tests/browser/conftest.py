"""A real browser on a real server: the system's Chromium, a small town, and every fault of a page made a failure."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fcntl import LOCK_EX, flock
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import override_settings
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django import DjangoDbBlocker

from tests.browser.chromium import ARGUMENTS, CHROMIUM, LONGEST_WAIT_MS
from tests.browser.server import Server, collect, pooled, serving
from tests.browser.town_snapshot import KeptTown
from tests.browser.visit import Visit
from tests.browser.watch import Watch
from tests.database_states import STATES

# Playwright's synchronous interface runs a loop in this thread, where Django would refuse to read the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
expect.set_options(timeout=LONGEST_WAIT_MS)


@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix(worker_id: str) -> None:
    """Databases of their own: the tests of the browser run beside the others."""
    name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"test_{name}_browser_{worker_id}"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, drawing WebGL in software."""
    with sync_playwright() as playwright:
        # Its loop runs in this thread, where Django now keeps other connections: a second one would never be closed.
        STATES.select(STATES.selected)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def joined(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The static files as they are published, but for their names: by the first worker, for all of this run."""
    own = tmp_path_factory.getbasetemp()
    run = own if worker_id == "master" else own.parent
    with (run / "joined.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not (run / "joined").exists():
            collect(run / "partial")
            (run / "partial").rename(run / "joined")
    return run / "joined"


@pytest.fixture(scope="package")
def town_snapshot(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KeptTown]:
    """The small town, which leaves the database with the tests of this folder."""
    kept = KeptTown(tmp_path_factory.mktemp("town") / "photos")
    with pooled():
        yield kept
        with django_db_blocker.unblock():
            kept.raze()


@pytest.fixture(scope="package")
def server(town_snapshot: KeptTown, joined: Path) -> Iterator[Server]:
    """The server, which answers while a test has the database."""
    with serving(joined) as server:
        yield server


@pytest.fixture
def transactional_db(
    town_snapshot: KeptTown, server: Server, media: Path, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The database with the small town, put back instead of emptied as Django's own fixture of this name does."""
    with django_db_blocker.unblock():
        town_snapshot.stand(media)
        yield
        server.wait_for_calm()


@pytest.fixture
def site(transactional_db: None, server: Server) -> str:
    """The address of a server that publishes the small town."""
    return server.address


@pytest.fixture
def visit(chromium: Browser, site: str) -> Iterator[Visit]:
    """A way to open pages; at the end every fault seen fails the test."""
    watch = Watch(urlsplit(site).netloc)
    with override_settings(PORTAL_BACKDROP=django_settings.PORTAL_BACKDROP):
        yield Visit(chromium, site, watch)
    for context in chromium.contexts:
        context.close()
    assert watch.faults == []


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    return (Path(django_settings.NODE_MODULES) / "axe-core" / "axe.min.js").read_text("utf-8")
