"""Typed readers of environment variables: a wrong value stops the start with the variable's name."""

from __future__ import annotations

import ipaddress
import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]


def text(name: str, default: str = "") -> str:
    """Return the variable, or ``default`` when it is unset or empty."""
    return os.environ.get(name, "") or default


def data_folder() -> Path:
    """Return the folder of what the portal writes."""
    return folder("PORTAL_DATA", BASE_DIR / ".data")


def is_plain_http() -> bool:
    """Whether browsers reach the server in clear: a demonstration on loopback, or a developer's server."""
    return flag("PORTAL_DEMO") or flag("PORTAL_DEBUG")


def flag(name: str, default: bool = False) -> bool:
    """Return a boolean written 1/0, true/false, yes/no or on/off."""
    value = text(name).lower()
    if value in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return default if not value else value in {"1", "true", "yes", "on"}
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}")


def number(name: str, default: int) -> int:
    """Return a whole number."""
    value = text(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}")
    return int(value)


def digits(name: str, length: int) -> str:
    """Return so many digits, blanks left out, or nothing when the variable is empty."""
    value = text(name).replace(" ", "")
    if value and not (value.isdecimal() and value.isascii() and len(value) == length):
        raise ImproperlyConfigured(f"{name} must have {length} digits, not {value!r}")
    return value


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list without blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def networks(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list of addresses and networks as Python writes them, ``unix`` and ``*`` as they are."""
    return [word if word in {"*", "unix"} else _network(name, word) for word in words(name, default)]


def _network(name: str, value: str) -> str:
    try:
        return str(ipaddress.ip_network(value))
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} must hold addresses or networks, 'unix' or '*', not {value!r}: {error}"
        ) from error


def folder(name: str, default: Path) -> Path:
    """Return an absolute folder."""
    return Path(text(name, str(default))).resolve()


def certificate_source(name: str) -> str:
    """Return the absolute path of a PEM file, or ``host:port`` (``[::1]:443`` of an IPv6 address); empty when unset."""
    value = text(name)
    if (
        value
        and not value.startswith("/")
        and not re.fullmatch(r"([\w.-]+|\[[0-9a-fA-F:.]+\]):\d{1,5}", value)
    ):
        raise ImproperlyConfigured(f"{name} must be the path of a file or host:port, not {value!r}")
    return value


def web_address(name: str) -> str:
    """Return the ``http`` or ``https`` address of a service, without its last slash; empty when it is unset."""
    value = text(name)
    url = urlsplit(value)
    if value and (url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment):
        raise ImproperlyConfigured(f"{name} must be an http(s):// address without query, not {value!r}")
    return value.rstrip("/")


DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?")


def hosts(name: str, default: str = "") -> list[tuple[str, int | None]]:
    """Return a comma-separated list of hosts, each with its port or None."""
    return [_host(name, word) for word in words(name, default)]


def _host(name: str, value: str) -> tuple[str, int | None]:
    match = _HOST.fullmatch(value.lower())
    port = int(match[2]) if match and match[2] else None
    if match is None or port == 0 or (port or 0) > 65_535:
        raise ImproperlyConfigured(f"{name} must hold hosts, each with or without a port, not {value!r}")
    return match[1], port


def authority(host: str, port: int | None, scheme: str) -> str:
    """Return a host with its port (RFC 3986, 3.2), without it where the scheme implies it."""
    return host if port in {None, DEFAULT_PORTS[scheme]} else f"{host}:{port}"


def authorities(named: list[tuple[str, int | None]], address: str) -> list[str]:
    """Return hosts with their ports; those that name none have that of ``address``."""
    url = urlsplit(address)
    return list(dict.fromkeys(authority(host, port or url.port, url.scheme) for host, port in named))


def redis_address(name: str) -> str:
    """Return the address of a Redis or Valkey server, as Redis' client writes it; empty when it is unset."""
    value = text(name)
    scheme, colon, rest = value.partition("://")
    scheme = {"valkey": "redis", "valkeys": "rediss"}.get(scheme, scheme)
    try:
        is_supported = scheme in {"redis", "rediss", "unix"} and urlsplit(value).port != 0
    except ValueError:
        is_supported = False
    if value and not is_supported:
        # Not quoted: it may hold a password.
        raise ImproperlyConfigured(f"{name} must be a redis(s)://, valkey(s):// or unix:// address")
    return f"{scheme}{colon}{rest}"


def email_server(name: str) -> dict[str, Any]:
    """Read ``smtp+tls://user:password@host:587`` as the parts of a server of e-mail; an empty host when it is unset.

    ``smtp://`` sends in clear, ``smtp+tls://`` by STARTTLS (RFC 3207), ``smtps://`` by TLS from the start (RFC 8314).
    """
    value = text(name)
    url = urlsplit(value)
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    if value and (url.scheme not in ports or not url.hostname):
        # Not quoted: it may hold a password.
        raise ImproperlyConfigured(f"{name} must be a smtp://, smtp+tls:// or smtps:// address")
    return {
        "host": url.hostname or "",
        "port": url.port or ports.get(url.scheme, 25),
        "user": unquote(url.username or ""),
        "password": unquote(url.password or ""),
        "starttls": url.scheme == "smtp+tls",
        "tls": url.scheme == "smtps",
    }


def json_list(name: str, value: str) -> list[Any]:
    """Read a JSON list from its text, or from the file it names when it does not open with a bracket.

    Raises:
        ImproperlyConfigured: it cannot be read, or is no list.
    """
    if not value:
        return []
    try:
        entries = json.loads(value if value.lstrip().startswith("[") else Path(value).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{name} cannot be read: {error}") from error
    if not isinstance(entries, list):
        raise ImproperlyConfigured(f"{name} must be a JSON list")
    return entries


def choice(name: str, choices: tuple[str, ...]) -> str:
    """Return one of these words; empty when it is unset."""
    value = text(name)
    if value and value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}")
    return value


def choices(name: str, allowed: tuple[str, ...], default: str) -> list[str]:
    """Return some of these words, in the order given."""
    values = words(name, default)
    unknown = next((value for value in values if value not in allowed), None)
    if unknown is not None:
        raise ImproperlyConfigured(f"{name} must be words among {', '.join(allowed)}, not {unknown!r}")
    return values


def database(name: str = "DATABASE_URL") -> dict[str, Any]:
    """Read ``postgresql://user:password@host:port/name?host=/socket/folder&port=5433`` as Django's settings."""
    url = urlsplit(text(name))
    if url.scheme not in {"", "postgres", "postgresql", "postgis"}:
        raise ImproperlyConfigured(f"{name} must be a postgresql:// address, not {url.scheme}://")
    options = dict(parse_qsl(url.query))
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": unquote(url.path.lstrip("/")) or "gisportal",
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": options.pop("host", url.hostname or ""),
        "PORT": options.pop("port", str(url.port or "")),
        "OPTIONS": options,
    }
