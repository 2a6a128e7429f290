"""Hosts of the whole territory, of a commune, and of nobody."""

from __future__ import annotations

import pytest

from gisportal.portals import portal_of, territory_of
from layers.models import Commune

BASES = ("localhost", "localhost:8000", "127.0.0.1:8000", "data.example.org")


@pytest.mark.parametrize(
    ("host", "title", "base"),
    [
        ("localhost", "Tout le territoire", "localhost"),
        ("localhost:8000", "Tout le territoire", "localhost:8000"),
        ("127.0.0.1:8000", "Tout le territoire", "127.0.0.1:8000"),
        ("meudon.localhost:8000", "Meudon", "localhost:8000"),
        ("sevres.data.example.org", "Sèvres", "data.example.org"),
        ("SEVRES.Data.Example.ORG", "Sèvres", "data.example.org"),
    ],
)
def test_a_host_is_a_portal(communes: dict[str, Commune], host: str, title: str, base: str) -> None:
    portal = portal_of(host, bases=BASES)
    assert portal is not None
    assert (portal.title, portal.base) == (title, base)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "paris.localhost",
        "xlocalhost",
        "example.org",
        "meudon.example.org",
        "a.meudon.localhost",
        "92048.localhost",
        "meudon.127.0.0.1:8000",
        "localhost:8001",
    ],
)
def test_any_other_host_is_none(communes: dict[str, Commune], host: str) -> None:
    assert portal_of(host, bases=BASES) is None


def test_the_switcher_leads_to_every_portal(communes: dict[str, Commune]) -> None:
    portal = portal_of("meudon.localhost:8000", scheme="https", bases=BASES)
    assert portal is not None
    assert [(choice.url, choice.is_current) for choice in portal.choices] == [
        ("https://localhost:8000/", False),
        ("https://boulogne-billancourt.localhost:8000/", False),
        ("https://meudon.localhost:8000/", True),
        ("https://sevres.localhost:8000/", False),
    ]


def test_portals_of_an_address_are_reached_by_name(communes: dict[str, Commune]) -> None:
    portal = portal_of("127.0.0.1:8000", bases=BASES)
    assert portal is not None
    assert portal.choices[1].url == "http://boulogne-billancourt.localhost:8000/"


@pytest.mark.parametrize(
    ("host", "base"), [("rien.localhost:8000", "localhost:8000"), ("evil.example", "localhost")]
)
def test_a_page_about_no_portal_leads_to_the_territory(db: None, host: str, base: str) -> None:
    assert territory_of(host).base == base
