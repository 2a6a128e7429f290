"""Hosts that are not the site's: refused in one line of the log, and never written into an answer or a message."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from django.core import mail
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from pytest_django import Settings

from tests.served import raw, read_answer, serving
from tests.world import TREES, World

NO_HOST = [
    "", ".localhost", "localhost.", "localhost:", "localhost:abc", "localhost:0", "localhost:08000", "localhost:99999",
    "localhost:80:80", "user@localhost", "user:word@localhost", "local_host", "local host", "localhost,localhost",
    "..", "<script>", "[::1", "localhost/", "http://localhost", "l\u00f6calhost", "a" * 300,
]  # fmt: skip
OTHER_HOSTS = [
    "evil.example", "localhost.evil.example", "xlocalhost", "localhost:8001", "meudon.localhost:8001", "[::1]",
    "a.meudon.localhost", "meudon.127.0.0.1", "127.0.0.2", "testserver:8000",
]  # fmt: skip
ANSWERS = [
    "/", "/connecter/", "/partager/?page=/carte/", "/.well-known/security.txt", "/api/", f"/tiles/{TREES}.json",
    f"/api/collections/{TREES}/items", "/wfs?SERVICE=WFS&REQUEST=GetCapabilities",
]  # fmt: skip


@pytest.mark.parametrize(("status", "hosts"), [(400, NO_HOST), (421, OTHER_HOSTS)])
@pytest.mark.parametrize("path", ["/", f"/api/collections/{TREES}/items", "/wfs?SERVICE=WFS"])
def test_a_host_that_is_not_the_sites_is_refused(db: None, path: str, status: int, hosts: list[str]) -> None:
    statuses = {host: Client(headers={"host": host}).get(path).status_code for host in hosts}
    assert statuses == dict.fromkeys(hosts, status)


@pytest.mark.parametrize("host", ["evil.example", "localhost:8001", "<script>alert(1)</script>"])
def test_a_refused_host_is_one_line_of_the_log(db: None, caplog: pytest.LogCaptureFixture, host: str) -> None:
    Client(headers={"host": f"{host}\r\nfalse line"}).get("/")
    (line,) = caplog.records
    assert (line.name, line.levelno, line.exc_info) == ("gisportal.hosts", logging.WARNING, None)
    assert "\n" not in line.getMessage()


def test_a_refused_host_is_told_to_nobody_by_mail(db: None, settings: Settings) -> None:
    settings.ADMINS = [("equipe", "equipe@example.org")]
    Client(headers={"host": "evil.example"}).get("/")
    assert mail.outbox == []


@pytest.mark.parametrize("path", ANSWERS)
@pytest.mark.parametrize("host", ["evil.example", "evil.localhost.example"])
def test_a_refusal_names_no_host(db: None, path: str, host: str) -> None:
    answer = Client(headers={"host": host, "accept": "text/html"}).get(path)
    assert "evil" not in answer.content.decode() + str(answer.headers)


@pytest.mark.parametrize("path", ANSWERS)
def test_links_of_answers_are_of_the_verified_host(world: World, settings: Settings, path: str) -> None:
    settings.PROXY_COUNT, settings.TRUSTED_PROXIES = 1, ["127.0.0.1/32"]
    settings.PORTAL_CONTACT = "sig@example.org"
    forged = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example", "x-forwarded-port": "666"}
    answer = Client(headers={"host": "LOCALHOST:8000", **forged}).get(path)
    body = answer.getvalue().decode() if answer.streaming else answer.content.decode()  # type: ignore[attr-defined]  # both kinds have one
    assert answer.status_code == 200
    assert not {"evil", ":666", "LOCALHOST"} & {
        word for word in ("evil", ":666", "LOCALHOST") if word in body
    }


def test_the_port_that_the_scheme_implies_is_left_out(world: World) -> None:
    document = Client(headers={"host": "localhost:80"}).get("/api/?f=json").json()
    assert {link["href"].split("/api")[0] for link in document["links"] if "/api" in link["href"]} == {
        "http://localhost"
    }


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_answer_at_any_host(db: None, path: str) -> None:
    assert Client(headers={"host": "10.0.0.7:8000"}).get(path).status_code == 200


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving(WSGIHandler()) as listening:
        yield listening


@pytest.mark.parametrize(
    ("status", "head"),
    [
        (400, "GET /robots.txt HTTP/1.1"),
        (400, "GET /robots.txt HTTP/1.0"),
        (400, "GET /robots.txt HTTP/1.1\r\nHost:"),
        (400, "GET /robots.txt HTTP/1.1\r\nHost: localhost\r\nHost: evil.example"),
        (400, "GET /robots.txt HTTP/1.1\r\nHost: localhost\r\nHost: localhost"),
        (400, "GET http://user@localhost/robots.txt HTTP/1.1\r\nHost: localhost"),
        (421, "GET http://evil.example/robots.txt HTTP/1.1\r\nHost: localhost"),
        (200, "GET http://localhost/robots.txt HTTP/1.1\r\nHost: evil.example"),
        (200, "GET /robots.txt HTTP/1.1\r\nHost: localhost"),
    ],
)
def test_a_request_has_one_host(db: None, port: int, status: int, head: str) -> None:
    assert read_answer(raw(port, f"{head}\r\nConnection: close\r\n\r\n".encode()))[0] == status
