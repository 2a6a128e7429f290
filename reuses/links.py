"""Which addresses of the web people may declare: a page that everybody may open, by HTTP, on a public host."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Top-level names that no public resolver answers: RFC 6761, RFC 6762, RFC 8375, and those that networks use inside.
_PRIVATE_NAMES = frozenset(
    {"arpa", "corp", "home", "internal", "intranet", "invalid", "lan", "local", "localdomain", "localhost", "private",
     "test", "onion"}
)  # fmt: skip
_TOP_LEVEL = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")


def check_public_address(text: str) -> None:
    """Check the address of a reuse; nothing is fetched.

    Raises:
        ValidationError: another scheme than HTTP, a name or a password in it, or a host that is not public.
    """
    try:
        parts = urlsplit(text)
        host, is_signed = parts.hostname or "", parts.username is not None or parts.password is not None
        parts.port  # noqa: B018  (reading it checks it)
    except ValueError:
        raise ValidationError(_("Cette adresse n’est pas celle d’une page web."), code="invalid") from None
    if parts.scheme not in {"http", "https"}:
        raise ValidationError(_("L’adresse commence par https:// ou http://."), code="scheme")
    if is_signed:
        raise ValidationError(_("L’adresse ne contient ni identifiant ni mot de passe."), code="credentials")
    if not _is_public(host.rstrip(".")):
        raise ValidationError(_("Cette adresse n’est pas ouverte à tous : « %s ».") % host[:80], code="host")


def _is_public(host: str) -> bool:
    try:
        number = ip_address(host)
    except ValueError:
        labels = host.lower().split(".")
        is_named = len(labels) > 1 and all(labels) and _is_top_level(labels[-1])
        return is_named and labels[-1] not in _PRIVATE_NAMES
    return number.is_global and not number.is_multicast


def _is_top_level(label: str) -> bool:
    """Whether a label may end a name: digits and hexadecimal are another way to write an IPv4 address."""
    return not label.isascii() or _TOP_LEVEL.fullmatch(label) is not None
