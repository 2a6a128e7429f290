"""A site of its own to kill: ``./portal up --detach`` in a data folder that is made and removed here."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from bench.server import ROOT, children, free_port, is_dead

PATIENCE_SECONDS = 15.0
_WEB, _WORKER = "deploy/serve.py", "run_worker"


@dataclass(frozen=True, slots=True)
class Answer:
    """The status and the body of an answer; 0 when the connection failed or the answer was cut."""

    status: int
    body: bytes = b""
    location: str = ""


@dataclass(frozen=True, slots=True)
class KilledSite:
    """A running demonstration: its port, its data folder, the account that writes."""

    port: int
    data: Path
    authorization: str

    def get(self, path: str) -> Answer:
        """Return the answer to a GET of nobody."""
        return self.send("GET", path, accept="*/*")

    def send(self, method: str, path: str, body: Any = None, *, accept: str = "") -> Answer:
        """Return the answer to a request of the account that writes; of nobody when a page is asked."""
        headers = {"Accept": accept} if accept else {"Accept": "*/*", "Authorization": self.authorization}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/geo+json"
            content = json.dumps(body).encode()
        request = Request(f"http://127.0.0.1:{self.port}{path}", data=content, headers=headers, method=method)
        try:
            with _opener.open(request, timeout=30) as response:
                return _full_answer(response)
        except HTTPError as error:
            return Answer(error.code, error.read(), error.headers.get("Location", ""))
        except (OSError, HTTPException):
            return Answer(0)

    def manage(self, *words: str) -> subprocess.Popen[str]:
        """Start Django's command line on the site's data."""
        return subprocess.Popen(  # noqa: S603  (constants)
            ["./portal", "manage", *words], cwd=ROOT, env=_variables(self.data, self.port), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def value(self, expression: str) -> Any:
        """Return what a Python expression is worth in Django's shell, for counting what is left."""
        text = f"import json; from bench.kills.run import *; print('value', json.dumps({expression}))"
        for _attempt in range(3):
            output = self.manage("shell", "--no-imports", "-c", text).communicate(timeout=120)[0]
            for line in output.splitlines():
                if line.startswith("value "):
                    return json.loads(line.removeprefix("value "))
        raise SystemExit(f"bench: nothing was counted:\n{output}")

    def web(self) -> list[int]:
        """Return the processes of the web server: that which starts the others, its fork server, those that answer."""
        masters = self._processes(_WEB)
        helpers = [pid for master in masters for pid in children(master)]
        return [*masters, *helpers, *(pid for helper in helpers for pid in children(helper))]

    def workers(self) -> list[int]:
        """Return the processes of the queue's worker."""
        return self._processes(_WORKER)

    def postmaster(self) -> int:
        """Return the process that holds the database."""
        home = Path(json.loads((self.data / "cluster.json").read_text())["home"])
        return int(next(home.glob("[0-9]*/postmaster.pid")).read_text().splitlines()[0])

    def _processes(self, word: str) -> list[int]:
        own = f"PORTAL_DATA={self.data}".encode()
        pids = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if (
                    word.encode() in (folder / "cmdline").read_bytes()
                    and own in (folder / "environ").read_bytes()
                ):
                    pids.append(int(folder.name))
        return sorted(pids)


def kill(pid: int) -> None:
    """Send SIGKILL and see the process dead; one that is already gone is no fault."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: is_dead(pid))


def wait_until(condition: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS * 4) -> float:
    """Return how many seconds passed until the condition held; infinity when it never did."""
    started = time.monotonic()
    while (elapsed := time.monotonic() - started) < seconds:
        if condition():
            return elapsed
        time.sleep(0.1)
    return float("inf")


@contextmanager
def killed_site() -> Iterator[KilledSite]:
    """Bring up a demonstration for the time of the block, and remove all of it."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="gisportal-kill-") as folder:
        data = Path(folder)
        data.chmod(0o711)
        data = data / "data"
        _portal(data, port, "up", "--detach", "--port", str(port))
        try:
            yield KilledSite(port, data, _authorization(data))
        finally:
            _portal(data, port, "down")
            _portal(data, port, "reset", "--yes")


def _portal(data: Path, port: int, *words: str) -> None:
    done = subprocess.run(  # noqa: S603  (constants)
        ["./portal", *words],
        cwd=ROOT,
        env=_variables(data, port),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"bench: ./portal {words[0]} failed:\n{done.stdout}{done.stderr}")


def _variables(data: Path, port: int) -> dict[str, str]:
    """Return the caller's environment without what it says of another database or site."""
    foreign = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PORTAL_SECRET_KEY", "PORTAL_HOSTS"}
    remaining = {name: text for name, text in os.environ.items() if name not in foreign}
    return remaining | {"PORTAL_DATA": str(data), "PORTAL_PORT": str(port), "PORTAL_DEMO": "1"}


def _authorization(data: Path) -> str:
    accounts = json.loads((data / "demo-accounts.json").read_text())
    account = next(line for line in accounts if line["username"] == "urbaniste")
    pair = f"{account['username']}:{account['password']}".encode()
    return "Basic " + b64encode(pair).decode()


def _full_answer(response: HTTPResponse) -> Answer:
    body = response.read()
    length = response.headers.get("Content-Length")
    if length is not None and int(length) != len(body):
        return Answer(0)
    return Answer(response.status, body, response.headers.get("Location", ""))


class _NoRedirect(HTTPRedirectHandler):
    """Gives a redirection back as the answer."""

    def redirect_request(self, *_arguments: Any) -> None:
        """Follow nothing."""
        return


_opener = build_opener(ProxyHandler({}), _NoRedirect)
