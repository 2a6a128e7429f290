"""Addresses come from a service that is never trusted: here a small one on this machine, in the words of the BAN."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from explorer.search.geocoder import MAX_BYTES, AddressResults, address_at, search_addresses
from tests.factories import BOULOGNE, MEUDON
from tests.world import World


def feature(
    label: str, citycode: str = MEUDON, kind: str = "street", at: Any = (2.21, 48.81)
) -> dict[str, Any]:
    """A feature in the shape the service gives; the streets are invented."""
    properties = {"label": label, "score": 0.9, "type": kind, "citycode": citycode, "city": "Meudon"}
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": at}, "properties": properties}


def collection(*features: Any) -> bytes:
    document = {"type": "FeatureCollection", "version": "draft", "features": list(features), "limit": 5}
    return json.dumps(document).encode()


@dataclass
class Service:
    """What the small service says next, and what it was asked."""

    address: str = ""
    status: int = 200
    body: bytes = field(default_factory=collection)
    location: str = ""
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def service(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    told = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(self.path)
            self.send_response(told.status)
            if told.location:
                self.send_header("Location", told.location)
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            self.wfile.write(told.body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    told.address = f"http://127.0.0.1:{server.server_address[1]}/geo"
    settings.PORTAL_GEOCODER_URL = told.address
    settings.GEOCODER_TIMEOUT_S = 30
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    cache.clear()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


def look(text: str = "rue des essais", limit: int = 5) -> AddressResults:
    return search_addresses(text, around=(2.21, 48.81), communes={MEUDON}, limit=limit)


def labels(text: str = "rue des essais", limit: int = 5) -> list[str]:
    return [address.label for address in look(text, limit).addresses]


def test_an_address_is_read(service: Service) -> None:
    service.body = collection(feature("3 Rue des Essais 92190 Meudon", kind="housenumber"))
    (address,) = look().addresses
    assert address.label == "3 Rue des Essais 92190 Meudon"
    assert address.longitude == 2.21
    assert address.latitude == 48.81


def test_the_service_is_asked_around_the_territory(service: Service) -> None:
    look("rue des essais")
    parts = urlsplit(service.asked[0])
    assert parts.path == "/geo/search/"
    assert parse_qs(parts.query)["q"] == ["rue des essais"]
    assert parse_qs(parts.query)["lat"] == ["48.8100"]


def test_an_address_elsewhere_is_counted_and_not_shown(service: Service) -> None:
    service.body = collection(feature("Ici"), feature("Ailleurs", citycode=BOULOGNE))
    assert (labels(), look().elsewhere) == (["Ici"], 1)


def test_a_commune_is_not_an_address(service: Service) -> None:
    service.body = collection(feature("Meudon", kind="municipality"))
    assert look() == AddressResults()


def test_the_nearest_address_is_found(service: Service) -> None:
    service.body = collection(feature("3 Rue des Essais"))
    found = address_at(2.21, 48.81)
    assert (found and found.label, service.asked[0].startswith("/geo/reverse/?lon=2.21")) == (
        "3 Rue des Essais",
        True,
    )


def test_the_same_question_is_asked_once(service: Service) -> None:
    look()
    look()
    assert len(service.asked) == 1


def test_too_short_a_text_is_not_asked(service: Service) -> None:
    assert (look("ru"), service.asked) == (AddressResults(), [])


@pytest.mark.parametrize(
    "at",
    [
        [],
        [2.2],
        ["x", "y"],
        None,
        [float("nan"), 48.8],
        [2.2, float("inf")],
        [500, 48.8],
        [2.2, 99],
        {"x": 1},
    ],
)
def test_a_feature_that_cannot_be_placed_is_left_out(service: Service, at: Any) -> None:
    service.body = collection(feature("Nulle part", at=at), feature("Ici"))
    assert labels() == ["Ici"]


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'"x"', b'{"features": 3}', b"\xff\xfe", b"[" * 100_000, b" " * (MAX_BYTES + 1)],
    ids=["empty", "page", "list", "text", "number", "bytes", "deep", "large"],
)
def test_an_answer_of_another_kind_is_a_breakdown(service: Service, body: bytes) -> None:
    service.body = body
    assert look() == AddressResults(is_down=True)


@pytest.mark.parametrize("status", [403, 404, 429, 500, 503])
def test_a_refusal_is_a_breakdown(service: Service, status: int) -> None:
    service.status = status
    assert look().is_down


def test_words_the_service_makes_nothing_of_are_no_breakdown(service: Service) -> None:
    service.status = 400
    assert look("???") == AddressResults()


def test_a_service_that_failed_is_left_alone_for_a_while(service: Service) -> None:
    service.status = 500
    look("une rue")
    look("une autre rue")
    assert len(service.asked) == 1


def test_a_redirection_elsewhere_is_refused(service: Service) -> None:
    service.status, service.location = 302, service.address.replace("/geo", "/secret/")
    assert (look().is_down, service.asked[1:]) == (True, [])


def test_nobody_at_the_address_is_a_breakdown(settings: Settings) -> None:
    settings.PORTAL_GEOCODER_URL = "http://127.0.0.1:1"
    assert look("personne").is_down


def test_a_silent_service_is_a_breakdown_in_time(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), BaseHTTPRequestHandler
    ) as silent:  # accepts, and nobody serves
        settings.PORTAL_GEOCODER_URL = f"http://127.0.0.1:{silent.server_address[1]}"
        settings.GEOCODER_TIMEOUT_S = 0.2
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert look("silence").is_down


def test_the_page_shows_addresses_and_what_it_leaves_out(
    world: World, service: Service, client: Client
) -> None:
    service.body = collection(feature("3 Rue des Essais"), feature("Ailleurs", citycode="75056"))
    page = client.get("/recherche/", {"q": "rue des essais"}).content.decode()
    assert "near=2.21000,48.81000&amp;radius=300" in page
    assert "1 adresse hors du territoire" in page


def test_a_breakdown_is_told_and_the_rest_is_found(world: World, service: Service, client: Client) -> None:
    service.status = 500
    page = client.get("/recherche/", {"q": "cedre"}).content.decode()
    assert "Le service d’adresses ne répond pas" in page
    assert "Cedre-Meudon" in page


def test_what_the_service_writes_is_escaped(world: World, service: Service, client: Client) -> None:
    service.body = collection(feature("<script>alert(1)</script>"))
    for page in ("/recherche/", "/recherche/suggestions/"):
        assert "<script>alert" not in client.get(page, {"q": "rue"}).content.decode()


def test_the_portal_of_a_commune_gives_its_own_addresses(world: World, service: Service) -> None:
    service.body = collection(feature("À Meudon"), feature("À Boulogne", citycode=BOULOGNE))
    page = Client(headers={"host": "meudon.localhost"}).get("/recherche/", {"q": "rue"}).content.decode()
    assert "À Meudon" in page
    assert "À Boulogne" not in page
