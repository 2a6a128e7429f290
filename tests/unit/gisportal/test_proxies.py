"""Behind the first middleware, a request has the client's address and scheme and no header that a client may forge."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from gisportal.proxies import TrustedProxyMiddleware

PROXY, CLIENT = "10.0.0.5", "192.0.2.7"


@pytest.fixture(autouse=True)
def _behind_one_proxy(settings: Settings) -> None:
    settings.PROXY_COUNT, settings.TRUSTED_PROXIES = 1, ["10.0.0.0/8"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def read(peer: str, **headers: str) -> HttpRequest:
    """Return a request as the second middleware sees it."""
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    TrustedProxyMiddleware(view)(RequestFactory().get("/", REMOTE_ADDR=peer, **headers))  # type: ignore[arg-type]  # the factory's annotations hold no header
    return seen[0]


def test_the_remote_address_is_the_client_of_a_trusted_proxy() -> None:
    assert read(PROXY, HTTP_X_FORWARDED_FOR=CLIENT).META["REMOTE_ADDR"] == CLIENT


def test_the_remote_address_is_the_peer_that_is_no_proxy() -> None:
    assert read("198.51.100.2", HTTP_X_FORWARDED_FOR=CLIENT).META["REMOTE_ADDR"] == "198.51.100.2"


def test_a_proxy_that_names_nobody_is_the_remote_address() -> None:
    assert read(PROXY, HTTP_X_FORWARDED_FOR="unknown").META["REMOTE_ADDR"] == PROXY


@pytest.mark.parametrize(
    "name", ["FORWARDED", "X_FORWARDED_FOR", "X_FORWARDED_HOST", "X_FORWARDED_PORT", "X_REAL_IP"]
)
def test_no_view_reads_a_forwarded_header(name: str) -> None:
    assert f"HTTP_{name}" not in read(PROXY, **{f"HTTP_{name}": CLIENT}).META


def test_the_scheme_of_a_trusted_proxy_is_believed() -> None:
    assert read(PROXY, HTTP_X_FORWARDED_PROTO="https").is_secure()


def test_the_scheme_told_by_anybody_else_is_not() -> None:
    assert not read("198.51.100.2", HTTP_X_FORWARDED_PROTO="https").is_secure()


def test_a_scheme_before_that_of_the_proxy_is_not_believed() -> None:
    forged = read(PROXY, HTTP_X_FORWARDED_FOR=CLIENT, HTTP_X_FORWARDED_PROTO="https, http")
    assert not forged.is_secure()


def test_without_proxies_no_scheme_is_believed(settings: Settings) -> None:
    settings.PROXY_COUNT = 0
    assert not read(PROXY, HTTP_X_FORWARDED_PROTO="https").is_secure()
