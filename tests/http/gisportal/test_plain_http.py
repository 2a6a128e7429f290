"""What is asked in clear of a portal behind TLS: machines are told, people are led to HTTPS."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

BROWSER = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(autouse=True)
def _behind_tls(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True


def ask(path: str, **headers: str) -> tuple[int, str]:
    response = Client(headers={"host": "localhost"}).get(path, headers=headers)
    return response.status_code, response.headers.get("Location", "")


@pytest.mark.parametrize(
    "path", ["/api/", "/tiles/aires-de-jeux/0/0/0.mvt", "/export/aires-de-jeux.csv", "/api/?token=x"]
)
def test_a_machine_is_refused_and_not_led_elsewhere(path: str) -> None:
    assert ask(path) == (403, "")


def test_a_refusal_says_that_what_was_sent_is_to_be_changed() -> None:
    body = Client(headers={"host": "localhost"}).get("/api/").json()
    assert "en clair" in body["detail"]


@pytest.mark.parametrize("path", ["/", "/api/", "/compte/"])
def test_a_browser_is_led_to_https(path: str) -> None:
    assert ask(path, **BROWSER) == (301, f"https://localhost{path}")


def test_probes_answer_in_clear() -> None:
    assert ask("/healthz") == (200, "")


@pytest.mark.django_db
def test_a_machine_is_answered_by_tls() -> None:
    response = Client(headers={"host": "localhost"}).get("/api/?f=json", secure=True)
    assert response.status_code == 200
