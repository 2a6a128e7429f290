"""What production must not start with: checks that `manage.py check` runs, the server too before it serves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

SECRET_KEY_LENGTH = 50
_LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "testserver"}


def check_unsafe_defaults(**_options: Any) -> Iterable[CheckMessage]:
    """Refuse a missing secret or host, and a demonstration that other machines could reach."""
    if len(settings.SECRET_KEY) < SECRET_KEY_LENGTH:
        yield Error(
            f"PORTAL_SECRET_KEY has fewer than {SECRET_KEY_LENGTH} characters.",
            hint="Generate one and give it by the environment.",
            id="gisportal.E001",
        )
    if not settings.PORTAL_HOSTS:
        yield Error(
            "PORTAL_HOSTS names no host.", hint="Name the host of the whole territory.", id="gisportal.E002"
        )
    if settings.PORTAL_DEMO and not _LOOPBACK.issuperset(settings.PORTAL_HOSTS):
        yield Error(
            "PORTAL_DEMO=1 serves plain HTTP and demonstration accounts, and PORTAL_HOSTS is not loopback.",
            hint="Unset PORTAL_DEMO, or keep to localhost.",
            id="gisportal.E003",
        )
