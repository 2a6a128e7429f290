"""Cookies behind TLS are bound to their host; a demonstration in clear has names that browsers keep there."""

from __future__ import annotations

import runpy
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from gisportal.middleware import HostCookieStorage
from gisportal.settings import security
from gisportal.settings.security import add_static_headers

NAMES = [f"{kind}_COOKIE_NAME" for kind in ("SESSION", "CSRF", "LANGUAGE", "DEVICE", "MESSAGE")]
DJANGOS = ("SESSION", "CSRF", "LANGUAGE")


def read(monkeypatch: pytest.MonkeyPatch, **environ: str) -> dict[str, Any]:
    for name in ("PORTAL_DEBUG", "PORTAL_DEMO"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(security.__file__)


@pytest.mark.parametrize("name", NAMES)
def test_a_cookie_is_bound_to_its_host(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch)[name].startswith("__Host-")


@pytest.mark.parametrize("name", NAMES)
def test_a_demonstration_has_names_of_plain_http(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not read(monkeypatch, PORTAL_DEMO="1")[name].startswith("__")


@pytest.mark.parametrize("kind", DJANGOS)
def test_a_cookie_is_sent_by_tls_alone_and_out_of_reach_of_scripts(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = read(monkeypatch)
    assert [found[f"{kind}_COOKIE_{flag}"] for flag in ("SECURE", "HTTPONLY", "SAMESITE")] == [
        True,
        True,
        "Lax",
    ]


def test_the_cookie_of_messages_has_the_name_of_the_settings(settings: Settings) -> None:
    settings.MESSAGE_COOKIE_NAME = "__Host-messages"
    storage, response = HostCookieStorage(RequestFactory().get("/")), HttpResponse()
    storage.add(20, "enregistré")
    storage.update(response)
    assert list(response.cookies) == ["__Host-messages"]


def test_a_static_file_is_not_embedded_by_others() -> None:
    headers: dict[str, str] = {}
    add_static_headers(headers, "/srv/icon.svg", "/static/icon.svg")
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
