"""Production refuses unsafe defaults."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from gisportal.checks import SECRET_KEY_LENGTH, check_unsafe_defaults


@pytest.fixture
def safe(settings: Settings) -> Settings:
    """Settings of a portal that may be served."""
    settings.SECRET_KEY = "k" * SECRET_KEY_LENGTH
    settings.PORTAL_HOSTS = ["portail.example.org"]
    settings.PORTAL_DEMO = False
    return settings


def found() -> list[str | None]:
    return [message.id for message in check_unsafe_defaults()]


def test_safe_settings_pass(safe: Settings) -> None:
    assert found() == []


def test_short_secret_is_refused(safe: Settings) -> None:
    safe.SECRET_KEY = "k" * (SECRET_KEY_LENGTH - 1)
    assert found() == ["gisportal.E001"]


def test_missing_host_is_refused(safe: Settings) -> None:
    safe.PORTAL_HOSTS = []
    assert found() == ["gisportal.E002"]


def test_demonstration_on_a_public_host_is_refused(safe: Settings) -> None:
    safe.PORTAL_DEMO = True
    assert found() == ["gisportal.E003"]


def test_demonstration_on_loopback_passes(safe: Settings) -> None:
    safe.PORTAL_DEMO = True
    safe.PORTAL_HOSTS = ["localhost", "127.0.0.1"]
    assert found() == []
