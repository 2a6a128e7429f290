"""Environment variables: read with their type, refused by name when wrong."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from gisportal.settings import environment as env

NAME = "PORTAL_ESSAI"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1", True),
        ("yes", True),
        ("ON", True),
        ("True", True),
        ("0", False),
        ("no", False),
        ("", True),
        (None, True),
    ],
)
def test_a_flag_is_yes_or_no_or_its_default(
    monkeypatch: pytest.MonkeyPatch, value: str | None, expected: bool
) -> None:
    if value is not None:
        monkeypatch.setenv(NAME, value)
    assert env.flag(NAME, default=True) is expected


@pytest.mark.parametrize("value", ["2", "oui", "vrai", " "])
def test_another_flag_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.flag(NAME)


@pytest.mark.parametrize("value", ["-1", "1.5", "huit", "1e3", " 8"])
def test_a_number_is_whole(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.number(NAME, 8)


def test_networks_are_written_as_python_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "10.0.0.0/8, 192.0.2.7, 2001:DB8::/32,unix,*")
    assert env.networks(NAME) == ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32", "unix", "*"]


@pytest.mark.parametrize("value", ["proxy", "10.0.0.1/8", "10.0.0.0/33", "127.0.0.1:80"])
def test_another_network_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.networks(NAME)


def test_a_choice_is_one_of_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "verify-full")
    assert env.choice(NAME, ("require", "verify-full")) == "verify-full"


def test_another_choice_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "verify")
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.choice(NAME, ("require", "verify-full"))


def test_words_are_trimmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, " a.example , ,b.example,")
    assert env.words(NAME) == ["a.example", "b.example"]


def test_a_folder_is_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "relatif")
    assert env.folder(NAME, Path("/")).is_absolute()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ""),
        ("redis://:secret@valkey:6379/0", "redis://:secret@valkey:6379/0"),
        ("valkey://valkey:6379", "redis://valkey:6379"),
        ("valkeys://h", "rediss://h"),
        ("unix:///run/valkey.sock?db=1", "unix:///run/valkey.sock?db=1"),
    ],
)
def test_an_address_of_valkey_is_one_of_redis(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: str
) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.redis_address(NAME) == expected


@pytest.mark.parametrize("value", ["http://:secret@h", "secret", "redis:secret", "redis://h:secret/0"])
def test_another_address_of_redis_is_refused_without_its_password(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=f"^{NAME} must be") as refusal:
        env.redis_address(NAME)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://u:p%40ss@h:5433/n",
            {"USER": "u", "PASSWORD": "p@ss", "HOST": "h", "PORT": "5433", "NAME": "n"},
        ),
        ("postgis://h/n", {"USER": "", "PASSWORD": "", "HOST": "h", "PORT": "", "NAME": "n"}),
        ("postgresql:///n?host=/tmp/s&port=5999", {"HOST": "/tmp/s", "PORT": "5999", "NAME": "n"}),
        ("postgresql://h/n?sslmode=require", {"HOST": "h", "OPTIONS": {"sslmode": "require"}}),
        ("", {"HOST": "", "NAME": "gisportal"}),
    ],
)
def test_an_address_is_a_database(
    monkeypatch: pytest.MonkeyPatch, url: str, expected: dict[str, object]
) -> None:
    monkeypatch.setenv(NAME, url)
    found = env.database(NAME)
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize("url", ["mysql://h/n", "sqlite:///x", "spatialite:///x"])
def test_another_kind_of_database_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv(NAME, url)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.database(NAME)


def test_a_web_address_loses_its_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE", "https://adresses.example.org/geo/")
    assert env.web_address("SERVICE") == "https://adresses.example.org/geo"


def test_no_web_address_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SERVICE", raising=False)
    assert env.web_address("SERVICE") == ""


@pytest.mark.parametrize(
    "value", ["adresses.example.org", "file:///etc/passwd", "https://", "https://x.org/?a=1"]
)
def test_another_web_address_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SERVICE", value)
    with pytest.raises(ImproperlyConfigured, match="SERVICE"):
        env.web_address("SERVICE")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "smtp+tls://u:p%40ss@h",
            {"host": "h", "port": 587, "user": "u", "password": "p@ss", "starttls": True},
        ),
        ("smtps://h:4465", {"host": "h", "port": 4465, "tls": True, "starttls": False}),
        ("smtp://h", {"port": 25, "tls": False, "starttls": False}),
        ("", {"host": ""}),
    ],
)
def test_an_address_is_a_server_of_e_mail(
    monkeypatch: pytest.MonkeyPatch, url: str, expected: dict[str, object]
) -> None:
    monkeypatch.setenv("SERVICE", url)
    found = env.email_server("SERVICE")
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize("url", ["h:25", "http://secret@h", "smtp://"])
def test_another_server_of_e_mail_is_refused_without_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("SERVICE", url)
    with pytest.raises(ImproperlyConfigured, match="SERVICE") as caught:
        env.email_server("SERVICE")
    assert "secret" not in str(caught.value)


HOSTS = Path(env.__file__).with_name("security.py")


def hosts(monkeypatch: pytest.MonkeyPatch, **variables: str) -> tuple[str, list[str]]:
    """Return the address of the portal, and what a ``Host`` header may say, under some environment variables."""
    for name in ("PORTAL_HOSTS", "PORTAL_ADDRESS", "PORTAL_PORT", "PORTAL_DEMO", "PORTAL_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = runpy.run_path(str(HOSTS))
    return found["PORTAL_ADDRESS"], found["PORTAL_AUTHORITIES"]


@pytest.mark.parametrize(
    ("variables", "address", "authorities"),
    [
        (
            {"PORTAL_HOSTS": "p.example.org,Q.example.org"},
            "https://p.example.org",
            ["p.example.org", "q.example.org"],
        ),
        ({"PORTAL_HOSTS": "p.example.org:8443"}, "https://p.example.org:8443", ["p.example.org:8443"]),
        (
            {"PORTAL_HOSTS": "p.example.org", "PORTAL_PORT": "8000"},
            "https://p.example.org",
            ["p.example.org"],
        ),
        (
            {
                "PORTAL_HOSTS": "p.example.org, q.example.org:443",
                "PORTAL_ADDRESS": "https://p.example.org:8443",
            },
            "https://p.example.org:8443",
            ["p.example.org:8443", "q.example.org"],
        ),
        (
            {"PORTAL_DEMO": "1", "PORTAL_PORT": "8024"},
            "http://localhost:8024",
            ["localhost:8024", "127.0.0.1:8024"],
        ),
        ({"PORTAL_DEMO": "1", "PORTAL_PORT": "80"}, "http://localhost", ["localhost", "127.0.0.1"]),
        ({"PORTAL_DEMO": "1", "PORTAL_HOSTS": "localhost:8080"}, "http://localhost:8080", ["localhost:8080"]),
    ],
)
def test_hosts_have_the_port_that_browsers_write(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], address: str, authorities: list[str]
) -> None:
    assert hosts(monkeypatch, **variables) == (address, authorities)


@pytest.mark.parametrize(
    "value", ["p.example.org:", "p.example.org:0", "p:99999", "https://p.example.org", ".p", "p_q"]
)
def test_what_is_no_host_stops_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PORTAL_HOSTS"):
        hosts(monkeypatch, PORTAL_HOSTS=value)
