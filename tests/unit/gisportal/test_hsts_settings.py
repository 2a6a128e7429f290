"""HSTS binds the host of the portal alone: names below it and the list of browsers are settings of their own."""

from __future__ import annotations

import runpy
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from gisportal.settings import security

SUBDOMAINS, PRELOAD = "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD"


def settings_of(monkeypatch: pytest.MonkeyPatch, **environ: str) -> dict[str, Any]:
    for name in ("PORTAL_DEBUG", "PORTAL_DEMO", "PORTAL_HSTS_SUBDOMAINS", "PORTAL_HSTS_PRELOAD"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(security.__file__)


def test_hsts_lasts_a_year_behind_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings_of(monkeypatch)["SECURE_HSTS_SECONDS"] == 31_536_000


def test_a_demonstration_sends_no_hsts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings_of(monkeypatch, PORTAL_DEMO="1")["SECURE_HSTS_SECONDS"] == 0


@pytest.mark.parametrize("name", [SUBDOMAINS, PRELOAD])
def test_other_hosts_are_not_bound_by_default(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings_of(monkeypatch)[name] is False


def test_subdomains_are_bound_where_the_setting_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings_of(monkeypatch, PORTAL_HSTS_SUBDOMAINS="1")[SUBDOMAINS] is True


def test_preload_is_a_setting_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    both = settings_of(monkeypatch, PORTAL_HSTS_SUBDOMAINS="1", PORTAL_HSTS_PRELOAD="1")
    assert both[PRELOAD] is True


def test_preload_without_subdomains_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="PORTAL_HSTS_PRELOAD needs PORTAL_HSTS_SUBDOMAINS"):
        settings_of(monkeypatch, PORTAL_HSTS_PRELOAD="1")
