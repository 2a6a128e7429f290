"""Devices in words."""

from __future__ import annotations

import pytest

from gisportal.accounts.sessions.services import device_of, is_phone

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Safari/604.1"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox sur Windows"),
        (EDGE, "Edge sur Windows"),
        (IPHONE, "Safari sur iPhone"),
        (CHROME, "Chrome sur Linux"),
        ("curl/8.5.0", "navigateur inconnu"),
        ("", "navigateur inconnu"),
    ],
)
def test_a_device_is_told_by_its_browser_and_system(agent: str, words: str) -> None:
    assert device_of(agent) == words


def test_a_phone_is_held_in_a_hand() -> None:
    assert is_phone(IPHONE)


def test_a_computer_is_not() -> None:
    assert not is_phone(FIREFOX)
