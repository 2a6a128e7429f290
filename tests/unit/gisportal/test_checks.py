"""Production refuses unsafe defaults."""

from __future__ import annotations

import pytest
from django.contrib.gis.gdal import GDAL_VERSION
from django.core.checks import Tags, run_checks
from django.core.checks.registry import registry
from pytest_django import Settings

from gisportal.checks import (
    SECRET_KEY_LENGTH,
    check_database_roles,
    check_email,
    check_journal,
    check_proxies,
    check_spatial_references,
    check_unsafe_defaults,
)
from layers.parsing import spatial_references


@pytest.fixture
def safe(settings: Settings) -> Settings:
    """Settings of a portal that may be served."""
    settings.SECRET_KEY = "k" * SECRET_KEY_LENGTH
    settings.PORTAL_HOSTS = settings.PORTAL_AUTHORITIES = ["portail.example.org"]
    settings.PORTAL_ADDRESS = "https://portail.example.org"
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


def test_an_address_of_messages_that_no_host_answers_is_told(safe: Settings) -> None:
    safe.PORTAL_ADDRESS = "https://portail.example.org:8443"
    assert found() == ["gisportal.W005"]


def test_demonstration_on_a_public_host_is_refused(safe: Settings) -> None:
    safe.PORTAL_DEMO = True
    assert found() == ["gisportal.E003"]


def test_demonstration_on_loopback_passes(safe: Settings) -> None:
    safe.PORTAL_DEMO = True
    safe.PORTAL_HOSTS = ["localhost", "127.0.0.1"]
    assert found() == []


@pytest.fixture
def behind(settings: Settings) -> Settings:
    """Settings of a portal behind one proxy."""
    settings.PROXY_COUNT = 1
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    settings.SECURE_SSL_REDIRECT = True
    return settings


def of_proxies() -> list[str | None]:
    return [message.id for message in check_proxies()]


def test_a_named_proxy_passes(behind: Settings) -> None:
    assert of_proxies() == []


def test_a_proxy_without_a_name_is_refused(behind: Settings) -> None:
    behind.TRUSTED_PROXIES = []
    assert of_proxies() == ["gisportal.E005"]


def test_a_name_without_a_number_of_proxies_is_told(behind: Settings) -> None:
    behind.PROXY_COUNT = 0
    assert of_proxies() == ["gisportal.W001", "gisportal.W002"]


def test_https_without_a_proxy_is_told(behind: Settings) -> None:
    behind.PROXY_COUNT, behind.TRUSTED_PROXIES = 0, []
    assert of_proxies() == ["gisportal.W002"]


def test_nothing_may_read_a_request_before_its_origin_is_known(behind: Settings) -> None:
    behind.MIDDLEWARE = behind.MIDDLEWARE[1:]
    assert of_proxies() == ["gisportal.E004"]


def test_messages_that_nobody_receives_are_told(safe: Settings) -> None:
    safe.EMAIL_HOST = ""
    assert [message.id for message in check_email()] == ["gisportal.W003"]


def test_a_demonstration_keeps_its_messages(safe: Settings) -> None:
    safe.EMAIL_HOST, safe.PORTAL_DEMO = "", True
    assert list(check_email()) == []


@pytest.mark.parametrize(
    ("months", "wanted"), [(0, ["gisportal.W004"]), (5, ["gisportal.W004"]), (6, []), (12, [])]
)
def test_a_journal_kept_for_longer_than_asked_is_told(
    settings: Settings, months: int, wanted: list[str]
) -> None:
    settings.JOURNAL_MONTHS = months
    assert [message.id for message in check_journal()] == wanted


@pytest.mark.parametrize(("role", "found"), [("portal", []), ("", ["gisportal.W006"])])
def test_one_role_in_the_database_is_told(settings: Settings, role: str, found: list[str]) -> None:
    settings.APPLICATION_ROLE = role
    assert [message.id for message in check_database_roles()] == found


def test_spatial_references_that_open_nothing_pass() -> None:
    assert list(check_spatial_references()) == []


def test_spatial_references_that_open_files_are_reported_with_the_version_of_gdal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spatial_references, "opens_files", lambda: True)
    (message,) = check_spatial_references()
    assert message.id == "gisportal.W007"
    assert f"({'.'.join(map(str, GDAL_VERSION))})" in message.msg


def test_what_is_tried_stands_for_the_version_that_django_looks_at() -> None:
    raised = {message.id for message in run_checks(tags=[Tags.security]) if not message.is_silenced()}
    assert "gis.W001" not in raised
    assert check_spatial_references in registry.get_checks()
