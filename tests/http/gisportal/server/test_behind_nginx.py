"""Behind nginx each client is itself: its quota is its own whatever it writes, and the log names its address."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from logging.handlers import QueueHandler
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from pytest_django import Settings

from gisportal.accounts import rate_limits
from gisportal.server import application
from tests.served import ask, echo, nginx_before, raw, read_answer, serving

ALICE, BOB = "127.0.0.11", "127.0.0.12"
FORGED = [
    f"X-Forwarded-For: {BOB}",
    f"X-Forwarded-For: 203.0.113.1, {BOB}, 10.0.0.1",
    "X-Forwarded-For: 2001:db8::1",
    "X-Forwarded-For: unknown, ,;nonsense",
    "X-Forwarded-For: " + "1.2.3.4, " * 300 + "1.2.3.4",
    f"X-Forwarded-For: {BOB}\r\nX-Forwarded-For: 203.0.113.9",
    f"X_Forwarded_For: {BOB}",
    f"Forwarded: for={BOB}",
    f"X-Real-IP: {BOB}",
]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """nginx with the project's configuration before the real application."""
    with (
        serving(WSGIHandler()) as upstream,
        nginx_before(upstream, tmp_path_factory.mktemp("nginx")) as listening,
    ):
        yield listening


@pytest.fixture(autouse=True)
def _behind_one_proxy(settings: Settings) -> Iterator[None]:
    settings.PROXY_COUNT, settings.TRUSTED_PROXIES = 1, ["127.0.0.1/32"]
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, 0) | {"anonymous": 3}
    rate_limits.request_counter.cache_clear()
    yield
    rate_limits.request_counter.cache_clear()


def status(port: int, *lines: str, source: str) -> int:
    return ask(port, "/api/?f=json", *lines, source=source)[0]


def test_two_clients_have_two_quotas(port: int) -> None:
    alice = [status(port, source=ALICE) for _ in range(4)]
    assert (alice, status(port, source=BOB)) == ([200, 200, 200, 429], 200)


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_address_gives_no_fresh_quota(port: int, forged: str) -> None:
    for _ in range(3):
        status(port, source=ALICE)
    assert status(port, forged, source=ALICE) == 429


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_address_takes_nobody_else_s_quota(port: int, forged: str) -> None:
    for _ in range(4):
        status(port, forged, source=ALICE)
    assert status(port, source=BOB) == 200


def test_the_log_names_the_client_and_no_query(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: SimpleQueue[logging.LogRecord] = SimpleQueue()
    monkeypatch.setattr(application.LOGGER, "handlers", [QueueHandler(lines)])
    before = application.LOGGER.level
    application.LOGGER.setLevel(logging.INFO)
    ask(port, "/robots.txt?secret=1", FORGED[1], source=ALICE)
    written = (
        lines.get(timeout=30).getMessage() for _ in range(100)
    )  # the answer may arrive before its line
    line = next(line for line in written if "robots" in line)
    application.LOGGER.setLevel(before)
    assert line.startswith(f"{ALICE} [")
    assert '"GET /robots.txt HTTP/1.1" 200 ' in line


def test_a_scheme_is_believed_from_the_front_alone(tmp_path: Path) -> None:
    def scheme(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        content = environ.get("HTTP_X_FORWARDED_PROTO", "").encode()
        start_response("200 OK", [("Content-Length", str(len(content)))])
        return [content]

    with serving(scheme) as upstream, nginx_before(upstream, tmp_path, front="0") as outside:
        assert ask(outside, "/", "X-Forwarded-Proto: https") == (200, "http")


def test_an_application_that_restarts_is_told_with_a_delay(tmp_path: Path) -> None:
    with nginx_before(1, tmp_path) as alone:
        told = ask(alone)
    assert (told[0], "réessayez" in told[1]) == (503, True)


@pytest.mark.parametrize(
    ("status", "hosts"),
    [
        (200, ["localhost", "LocalHost:8080", "meudon.localhost", "portail.example.org:8443", "127.0.0.1"]),
        (
            421,
            [
                "evil.example",
                "xlocalhost",
                "a.meudon.localhost",
                "localhost.evil.example",
                "example.org",
                "10.0.0.7",
            ],
        ),
        (400, ["", "local host", "localhost\r\nHost: localhost"]),
    ],
)
def test_another_host_is_refused_in_front(tmp_path: Path, status: int, hosts: list[str]) -> None:
    with serving(echo) as upstream, nginx_before(upstream, tmp_path) as front:
        found = {
            host: read_answer(
                raw(front, f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            )[0]
            for host in hosts
        }
    assert found == dict.fromkeys(hosts, status)


def test_the_probe_of_nginx_needs_no_host_of_the_portal(tmp_path: Path) -> None:
    with nginx_before(1, tmp_path) as front:
        answer = raw(front, b"GET /nginx-healthz HTTP/1.1\r\nHost: 10.0.0.7\r\nConnection: close\r\n\r\n")
    assert read_answer(answer) == (200, "ok\n")


@pytest.mark.parametrize(
    ("hsts", "scope"),
    [("0 0", ""), ("1 0", "; includeSubDomains"), ("yes 1", "; includeSubDomains; preload"), ("0 1", "")],
)
def test_other_hosts_are_bound_to_https_where_the_settings_say_so(
    hsts: str, scope: str, tmp_path: Path
) -> None:
    request = (
        b"GET /static/none.css HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\n"
        b"Connection: close\r\n\r\n"
    )
    with nginx_before(1, tmp_path, hsts=hsts) as front:
        head = raw(front, request).partition(b"\r\n\r\n")[0].decode()
    assert f"Strict-Transport-Security: max-age=31536000{scope}\r\n" in f"{head}\r\n"
