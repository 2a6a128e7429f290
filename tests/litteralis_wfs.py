"""A WFS like that of Litteralis, with its traps: Basic credentials, pages, corridors, midnights in UTC, doubles."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from roadworks.feeds.sites import Line
from roadworks.imports.litteralis import LitteralisService

USER, PASSWORD = "gpso", "très-secret"
# About ten metres in latitude.
HALF = 0.00009


def corridor(line: Line, *, half: float = HALF) -> dict[str, Any]:
    """Return the polygon over a street that goes from west to east."""
    (west, south), (east, north) = line[0], line[-1]
    ring = [
        [west, south - half],
        [east, north - half],
        [east, north + half],
        [west, south + half],
        [west, south - half],
    ]
    return {"type": "Polygon", "coordinates": [ring]}


def emprise(number: int, line: Line, **values: Any) -> dict[str, Any]:
    """Return a feature as the service writes it."""
    geometry = values.pop("geometry", corridor(line))
    neutral = {
        "idemprise": number,
        "idarrete": 900 + number,
        "arretesrcid": "2027-12",
        "collectivitelibelle": "Ville de Meudon",
        "documenttype": "ARRETE TEMPORAIRE",
        "emprisetype": "CIRCULATION",
        "arretedebut": "2027-03-22T00:00:00Z",
        "arretefin": "2027-04-02T01:00:00Z",
        "emprisedebut": None,
        "emprisefin": None,
        "mesures": "Circulation interdite ; Limitation de vitesse",
        "localisations": "Avenue du Général-Leclerc ; entre deux carrefours",
        "parametresmesures": "Circulation interdite | demandeur : Camille Martin 06 12 34 56 78 ;",
        "shorturl": "https://arretes.example.org/2027-12",
    }
    return {"type": "Feature", "geometry": geometry, "properties": neutral | values}


@contextmanager
def litteralis(features: Sequence[dict[str, Any]]) -> Iterator[tuple[LitteralisService, list[int]]]:
    """Serve features; yield the service with its credentials, and the first index of each page that was requested."""
    expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    pages: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.headers.get("Authorization") != expected:
                self.send_error(401)
                return
            query = parse_qs(urlsplit(self.path).query)
            start, count = (int(query[name][0]) for name in ("startIndex", "count"))
            pages.append(start)
            body = json.dumps(
                {"type": "FeatureCollection", "features": features[start : start + min(count, 1_000)]}
            ).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield LitteralisService(f"http://127.0.0.1:{server.server_port}/wfs", USER, PASSWORD), pages
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
