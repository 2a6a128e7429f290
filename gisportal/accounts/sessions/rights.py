"""The rights that a session was opened with, as a digest: a change is seen without storing them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.crypto import salted_hmac

from gisportal.accounts.models import User

RIGHTS = "rights"


def digest_of_rights(user: User, groups: Iterable[int]) -> str:
    """Return the digest of an account's marks and groups."""
    text = f"{user.is_staff:d}{user.is_superuser:d}:{','.join(map(str, sorted(groups)))}"
    return salted_hmac("gisportal.accounts.sessions", text, algorithm="sha256").hexdigest()[:16]
