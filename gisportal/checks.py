"""What production must not start with: checks that `manage.py check` runs, the server too before it serves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.gis.gdal import GDAL_VERSION
from django.core.checks import CheckMessage, Error, Warning
from django.core.checks import Warning as Caution

from interface.backdrop import UnreadableBackdrop, backdrop
from layers.parsing import spatial_references
from layers.sql.communes import are_thresholds_stale

SECRET_KEY_LENGTH = 50
# What ``journal_purge`` keeps at least, whoever asks.
JOURNAL_LEAST_MONTHS = 6
_LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "testserver"}


def check_unsafe_defaults(**_options: Any) -> Iterable[CheckMessage]:
    """Refuse a missing secret or host, and a demonstration that other machines could reach."""
    if len(settings.SECRET_KEY) < SECRET_KEY_LENGTH:
        yield Error(
            f"PORTAL_SECRET_KEY has fewer than {SECRET_KEY_LENGTH} characters.",
            hint="Generate one and give it by the environment.",
            id="gisportal.E001",
        )
    if any(len(key) < SECRET_KEY_LENGTH for key in settings.SECRET_KEY_FALLBACKS):
        yield Error(
            f"A key of PORTAL_SECRET_KEY_FALLBACKS has fewer than {SECRET_KEY_LENGTH} characters.",
            hint="Give the keys of before, separated by commas, or none.",
            id="gisportal.E009",
        )
    if not settings.PORTAL_HOSTS:
        yield Error(
            "PORTAL_HOSTS names no host.", hint="Name the host of the whole territory.", id="gisportal.E002"
        )
    elif urlsplit(settings.PORTAL_ADDRESS).netloc.lower() not in settings.PORTAL_AUTHORITIES:
        yield Caution(
            f"Links of messages begin with {settings.PORTAL_ADDRESS}, which PORTAL_HOSTS does not hold.",
            hint="Name in PORTAL_ADDRESS a host of PORTAL_HOSTS, with its port if it has one.",
            id="gisportal.W005",
        )
    if settings.PORTAL_DEMO and not _LOOPBACK.issuperset(settings.PORTAL_HOSTS):
        yield Error(
            "PORTAL_DEMO=1 serves plain HTTP and demonstration accounts, and PORTAL_HOSTS is not loopback.",
            hint="Unset PORTAL_DEMO, or keep to localhost.",
            id="gisportal.E003",
        )


def check_proxies(**_options: Any) -> Iterable[CheckMessage]:
    """Refuse settings under which everybody would be one address, or anybody could choose theirs."""
    if settings.MIDDLEWARE[:1] != ["gisportal.proxies.TrustedProxyMiddleware"]:
        yield Error(
            "Something reads requests before gisportal.proxies.TrustedProxyMiddleware: it would see a proxy's address.",
            hint="Put it first in MIDDLEWARE.",
            id="gisportal.E004",
        )
    if settings.PROXY_COUNT and not settings.TRUSTED_PROXIES:
        yield Error(
            "PORTAL_PROXIES says that proxies stand before the server, and PORTAL_TRUSTED_PROXIES names none.",
            hint="Name their addresses or networks, or unset PORTAL_TRUSTED_PROXIES: loopback is its default.",
            id="gisportal.E005",
        )
    if settings.TRUSTED_PROXIES and not settings.PROXY_COUNT:
        yield Caution(
            "PORTAL_TRUSTED_PROXIES names proxies, and PORTAL_PROXIES is 0: all clients behind them are one address.",
            hint="Say in PORTAL_PROXIES how many proxies a request passes.",
            id="gisportal.W001",
        )
    if settings.SECURE_SSL_REDIRECT and not settings.PROXY_COUNT:
        yield Caution(
            "Plain HTTP is redirected to HTTPS, and PORTAL_PROXIES is 0: nothing before the server can end TLS.",
            hint="Set PORTAL_PROXIES, for example to 1.",
            id="gisportal.W002",
        )


def check_journal(**_options: Any) -> Iterable[CheckMessage]:
    """Warn that the journal is stored for longer than the setting: the database purges nothing younger."""
    if settings.JOURNAL_MONTHS < JOURNAL_LEAST_MONTHS:
        yield Caution(
            f"PORTAL_JOURNAL_MONTHS is under {JOURNAL_LEAST_MONTHS}: the journal is kept that long all the same.",
            hint=f"Give {JOURNAL_LEAST_MONTHS} or more (CNIL: six to twelve months for logs).",
            id="gisportal.W004",
        )


def check_database_roles(**_options: Any) -> Iterable[CheckMessage]:
    """Warn that the application owns its tables: who takes it over can change the journal."""
    if not settings.APPLICATION_ROLE:
        yield Caution(
            "PORTAL_DATABASE_OWNER_URL is not set: the application owns its tables, and can change the journal.",
            hint="Give the tables another owner (docs/operations.md, two roles), and its address to `migrate` alone.",
            id="gisportal.W006",
        )


def check_commune_thresholds(
    *, databases: Iterable[str] | None = None, **_options: Any
) -> Iterable[CheckMessage]:
    """Warn that lines and surfaces are in communes by other thresholds than those of the settings."""
    if any(are_thresholds_stale(using=alias) for alias in databases or ()):
        yield Caution(
            "Lines and surfaces are placed by other values of PORTAL_COMMUNE_DEPTH_CM or PORTAL_COMMUNE_LENGTH_CM.",
            hint="Run `migrate`, which places them again.",
            id="gisportal.W008",
        )


def check_email(**_options: Any) -> Iterable[CheckMessage]:
    """Warn, outside a demonstration, that messages to people stay on this machine."""
    if not settings.PORTAL_DEMO and not settings.EMAIL_HOST:
        yield Warning(
            "PORTAL_EMAIL_URL names no server: invitations and links are files that nobody receives.",
            hint="Name a server of e-mail, or hand over the links of $PORTAL_DATA/mail by other means.",
            id="gisportal.W003",
        )


def check_spatial_references(**_options: Any) -> Iterable[CheckMessage]:
    """Warn that Django opens spatial references that name files or addresses.

    Stands for Django's ``gis.W001``, which looks at the version of GDAL and not at what is read.
    """
    if spatial_references.opens_files():
        version = ".".join(map(str, GDAL_VERSION))
        yield Warning(
            f"Django's GDAL ({version}) opens a spatial reference that is the path of a file, or an address.",
            hint="Something replaced what `layers.parsing.spatial_references` restricts: see docs/security.md.",
            id="gisportal.W007",
        )


def check_backdrop(**_options: Any) -> Iterable[CheckMessage]:
    """Refuse a backdrop that cannot be read: every map would miss it."""
    try:
        backdrop()
    except UnreadableBackdrop as error:
        yield Error(
            str(error), hint="See docs/backdrop.md, or set PORTAL_BACKDROP=none.", id="gisportal.E010"
        )
