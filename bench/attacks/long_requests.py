"""Requests that ask thousands of things at once, or hold thousands of elements: bodies and forms sent to WFS.

Each client sends the same request again as soon as it is answered, from an address of loopback of its own.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlencode

from bench.attacks.definitions import Outcomes
from bench.client import Connection

_FORM, _XML = "application/x-www-form-urlencoded", "text/xml"
_ROOT = '<GetFeature xmlns="http://www.opengis.net/wfs/2.0" service="WFS" version="2.0.0" count="1">'
_QUERY = '<Query typeNames="points"/>'
_PATIENCE_S, _PAUSE_S = 60.0, 0.05
_ASKED = {"SERVICE": "WFS", "VERSION": "2.0.0", "REQUEST": "GetFeature", "COUNT": "1"}


def _queries(count: int) -> bytes:
    return f"{_ROOT}{_QUERY * count}</GetFeature>".encode()


def _listed(count: int) -> bytes:
    return urlencode({**_ASKED, "TYPENAMES": "(points)" * count}).encode()


def _sending(body: bytes, kind: str, clients: int) -> Callable[[int, threading.Event], Outcomes]:
    """Return the attack of so many clients that send a body until the event is set."""

    def attack(port: int, ended: threading.Event) -> Outcomes:
        outcomes, lock = Counter[str](), threading.Lock()

        def client(number: int) -> None:
            while not ended.is_set():
                told = _post(port, body, kind, f"127.0.2.{number + 1}")
                with lock:
                    outcomes[told] += 1
                ended.wait(_PAUSE_S)

        threads = [threading.Thread(target=client, args=(number,), daemon=True) for number in range(clients)]
        for thread in threads:
            thread.start()
        ended.wait()
        with lock:
            return outcomes.copy()

    return attack


def _post(port: int, body: bytes, kind: str, source: str) -> str:
    head = (
        f"POST /wfs HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    try:
        with closing(Connection(port, source=source, seconds=_PATIENCE_S)) as connection:
            connection.socket.sendall(head.encode() + body)
            return str(connection.receive().status)
    except TimeoutError:
        return "hung up"
    except OSError as error:
        return type(error).__name__


many_queries = _sending(_queries(5_000), _XML, 8)
many_bodies = _sending(_queries(16 * 1024 // len(_QUERY)), _XML, 40)
long_lists = _sending(_listed(5_000), _FORM, 8)
many_elements = _sending(f"{_ROOT}{'<a/>' * 400_000}</GetFeature>".encode(), _XML, 8)
long_namespaces = _sending(
    f'<GetFeature xmlns="{"u" * 1_000_000}">{"<a/>" * 20_000}</GetFeature>'.encode(), _XML, 8
)
# What is served: twenty queries, each of which counts its layer.
most_queries = _sending(_queries(20), _XML, 8)
