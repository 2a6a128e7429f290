"""The attack by files: every file made to harm goes through the import wizard, while a neighbour asks for a probe.

``hostile_uploads`` is bounded in count and time. It needs the session of an account that may make datasets, on a site
with the portal's own limits of reading, and a worker; nothing is kept, for none of the files can be read.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from bench.attacks.hostile_files import NESTED, TABLES
from bench.figures import Figure, in_time

ADDRESS = "/jeux/nouveau/"
_PROBE_MS, _PROBE_EVERY_S = 100.0, 0.05
_FILE_S = 180.0
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_LOST = "lost"
_POLL_S = 0.2
_BUSY = {"received", "reading"}


def hostile_uploads(
    port: int,
    *,
    session: str,
    files: dict[str, Callable[[], bytes]] | None = None,
    pause: Callable[[], object] = lambda: time.sleep(_POLL_S),
) -> list[Figure]:
    """Upload the files one after the other with the session cookie ``session`` (``name=value``), and wait for each.

    ``pause`` passes the time between two questions about a file.
    """
    sent = TABLES | NESTED if files is None else files
    states: dict[str, str] = {}
    slowest = 0.0
    with _Neighbour(port) as neighbour:
        for name, make in sent.items():
            content, began = make(), time.perf_counter()
            states[name] = _read(port, session, _upload(port, session, name, content), pause)
            slowest = max(slowest, time.perf_counter() - began)
    # A nested shape may be read as a table of texts: what counts is that it is answered.
    answered = {"failed"} | ({"read"} if files is None else set())
    wrong = [f"{name}: {state}" for name, state in states.items() if state not in answered]
    return [
        Figure(
            f"{len(sent)} files made to harm",
            "each is refused in words",
            ", ".join(wrong) or "all",
            not wrong,
        ),
        Figure("The slowest of them", f"≤ {_FILE_S:g} s", f"{slowest:.1f} s", in_time(slowest, _FILE_S)),
        Figure(
            "A probe meanwhile",
            f"p99 ≤ {_PROBE_MS:g} ms, none lost",
            f"{neighbour.p99_ms:.0f} ms, {neighbour.lost} of {neighbour.probes} lost",
            in_time(neighbour.p99_ms, _PROBE_MS, neighbour.lost == 0),
        ),
    ]


def _read(port: int, session: str, address: str, pause: Callable[[], object]) -> str:
    """Return the state of a file once a worker is done with it; an ``address`` that is none is returned as it is."""
    until = time.monotonic() + _FILE_S
    state = address
    while address.startswith("/") and time.monotonic() < until:
        connection = HTTPConnection("127.0.0.1", port, timeout=_FILE_S)
        try:
            connection.request("GET", address, headers={"Cookie": session, "Accept": "application/json"})
            answer = connection.getresponse()
            if answer.status != HTTPStatus.OK:
                return str(answer.status)
            state = str(json.loads(answer.read())["state"])
        except (OSError, HTTPException):
            return _LOST
        finally:
            connection.close()
        if state not in _BUSY:
            break
        pause()
    return state


def _upload(port: int, session: str, name: str, content: bytes) -> str:
    """Return where the wizard's form leads to with a file, its status when it leads nowhere, or that it was lost."""
    connection = HTTPConnection("127.0.0.1", port, timeout=_FILE_S)
    try:
        connection.request("GET", ADDRESS, headers={"Cookie": session})
        page = connection.getresponse()
        token = _TOKEN.search(page.read().decode())
        cookie = (page.getheader("Set-Cookie") or "").partition(";")[0]
        if page.status != HTTPStatus.OK or token is None:
            return str(page.status)
        boundary = secrets.token_hex(16)
        parts = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token[1]}\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = parts.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Cookie": f"{session}; {cookie}" if cookie else session,
        }
        connection.request("POST", ADDRESS, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.getheader("Location") or str(answer.status)
    except (OSError, HTTPException):
        return _LOST
    finally:
        connection.close()


class _Neighbour:
    """Somebody who asks for the probe again and again, in a thread, until the block ends."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self._times: list[float] = []
        self.lost = 0

    @property
    def probes(self) -> int:
        """How many probes were asked."""
        return len(self._times) + self.lost

    @property
    def p99_ms(self) -> float:
        """The time that one probe in a hundred exceeds, in milliseconds."""
        times = sorted(self._times) or [0.0]
        return times[min(int(len(times) * 0.99), len(times) - 1)] * 1_000

    def __enter__(self) -> _Neighbour:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._over.wait(_PROBE_EVERY_S):
            connection = HTTPConnection("127.0.0.1", self._port, timeout=10)
            began = time.perf_counter()
            try:
                connection.request("GET", "/healthz")
                if connection.getresponse().status == HTTPStatus.OK:
                    self._times.append(time.perf_counter() - began)
                else:
                    self.lost += 1
            except (OSError, HTTPException):
                self.lost += 1
            finally:
                connection.close()
