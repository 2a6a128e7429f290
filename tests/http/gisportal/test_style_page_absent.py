"""The page of the design system is for who builds the portal; a real one does not have it."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db


def test_a_demonstration_shows_it(client: Client) -> None:
    assert client.get("/style/").status_code == 200


def test_a_real_portal_does_not_have_it(client: Client, settings: Settings) -> None:
    settings.PORTAL_DEMO = settings.DEBUG = False
    assert client.get("/style/").status_code == 404


def test_search_engines_are_told_to_leave_it(client: Client) -> None:
    assert "Disallow: /style/" in client.get("/robots.txt").content.decode()
