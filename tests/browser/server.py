"""The site that the browser visits: the portal in a thread of the tests, as near as can be to what is published.

Modules and style sheets are joined (ADR 0009): a page asks for a third of the files, and what is tested is what runs in
production. Connections come from a pool, as there: a new one for each request would load PROJ again each time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import override_settings
from django.test.testcases import LiveServerThread
from django.views.static import serve

from gisportal.static_files import join

POOL = {"min_size": 1, "max_size": 16, "timeout": 30}
LONGEST_ANSWER_S = 30
# No statement is heavy: those of one page that wait for one another would be refused on a busy machine.
NEVER_HEAVY = 10**12


class JoinedFiles(StaticFilesHandler):
    """Serves the static files of a folder, and leaves the rest to the portal."""

    def __init__(self, application: Any, folder: Path) -> None:
        super().__init__(application)
        self.folder = folder

    def serve(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the file of an address, which a browser keeps as it keeps those published under a digest."""
        answer = serve(request, self.file_path(request.path), document_root=str(self.folder))
        answer.headers["Cache-Control"] = "max-age=3600, immutable"
        return answer


class Server:
    """A server at an address, which knows how many requests are being answered."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._open = 0
        self._changed = threading.Condition()
        request_started.connect(self._begin)
        request_finished.connect(self._end)

    def _begin(self, **_signal: Any) -> None:
        with self._changed:
            self._open += 1

    def _end(self, **_signal: Any) -> None:
        with self._changed:
            self._open -= 1
            self._changed.notify_all()

    def wait_for_calm(self) -> None:
        """Wait until every request is answered: what a closed page had asked is still read from the database."""
        with self._changed:
            is_calm = self._changed.wait_for(lambda: self._open == 0, timeout=LONGEST_ANSWER_S)
        assert is_calm, f"{self._open} requests are not answered after {LONGEST_ANSWER_S} s"


def collect(folder: Path) -> None:
    """Copy the static files into a folder and join its entries, under the names they have."""
    with override_settings(STATIC_ROOT=str(folder)):
        call_command("collectstatic", interactive=False, verbosity=0)
    join(folder)


@contextmanager
def pooled() -> Iterator[None]:
    """Let the threads of this process share a pool of connections."""
    options = connection.settings_dict["OPTIONS"]
    connection.close()
    options["pool"] = POOL
    yield
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # that of PostgreSQL alone
    del options["pool"]


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Serve the portal, and the static files of a folder; a busy machine does not make an answer too slow to give."""
    patient = dict.fromkeys(settings.LAYER_TIMEOUTS, LONGEST_ANSWER_S)
    with override_settings(LAYER_TIMEOUTS=patient, HEAVY_COST=NEVER_HEAVY), _thread(folder) as thread:
        yield Server(f"http://127.0.0.1:{thread.port}")


@contextmanager
def _thread(folder: Path) -> Iterator[LiveServerThread]:
    """The thread that serves, which ends with the block."""
    thread = LiveServerThread("127.0.0.1", static_handler=partial(JoinedFiles, folder=folder))
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield thread
    thread.terminate()
