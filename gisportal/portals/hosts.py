"""A hostname is a portal: the whole territory, or one commune."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from layers.models import Commune
from layers.queries import communes

# A registered name or an IPv6 address, and a port (RFC 3986, 3.2.2 and 3.2.3), as the header ``Host`` gives them.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(
    rf"(?P<name>{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]{{2,45}}\])(?::(?P<port>[1-9][0-9]{{0,4}}))?"
)
_DEFAULT_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True)
class PortalOption:
    """An entry of the portal switcher."""

    title: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Portal:
    """The portal of a request. ``base`` is the host of the whole territory, with its port."""

    commune: Commune | None
    base: str
    scheme: str = "http"

    @property
    def title(self) -> str:
        """What the portal covers."""
        return self.commune.nom if self.commune else _("Tout le territoire")

    @property
    def choices(self) -> list[PortalOption]:
        """The whole territory and each commune, with the address of its portal."""
        base = self.base.replace("127.0.0.1", "localhost")
        whole = PortalOption(_("Tout le territoire"), f"{self.scheme}://{self.base}/", self.commune is None)
        towns = (
            PortalOption(
                c.nom,
                f"{self.scheme}://{c.slug}.{base}/",
                self.commune is not None and c.pk == self.commune.pk,
            )
            for c in communes()
        )
        return [whole, *towns]


def read_authority(host: str) -> str | None:
    """Return a ``Host`` header in lower case, without the port that the site's scheme implies; None when it is none."""
    match = _HOST.fullmatch(host.lower()) if len(host) <= 260 else None
    if match is None or int(match["port"] or 0) > 65_535:
        return None
    is_implied = match["port"] == _DEFAULT_PORTS[urlsplit(settings.PORTAL_ADDRESS).scheme]
    return match["name"] if is_implied else match[0]


def is_of_the_site(authority: str) -> bool:
    """Whether a host and its port are those of the territory, or one label below them, which may be a commune."""
    return bool(_parts(authority, settings.PORTAL_AUTHORITIES)[1])


def portal_of(host: str, *, scheme: str = "http", bases: Iterable[str] | None = None) -> Portal | None:
    """Return the portal of a host with its port, or None when its subdomain is no commune.

    ``bases`` are those of the whole territory (setting ``PORTAL_AUTHORITIES``).
    """
    slug, base = _parts(host, settings.PORTAL_AUTHORITIES if bases is None else bases)
    if not slug:
        return Portal(None, base, scheme) if base else None
    commune = next((c for c in communes() if c.slug == slug), None)
    return Portal(commune, base, scheme) if commune else None


def territory_of(host: str, *, scheme: str = "http") -> Portal:
    """Return the whole territory, for a page about a host that is no portal: nothing unknown is written back."""
    _slug, base = _parts(host, settings.PORTAL_AUTHORITIES)
    return Portal(None, base or next(iter(settings.PORTAL_AUTHORITIES), "localhost"), scheme)


def _parts(host: str, bases: Iterable[str]) -> tuple[str, str]:
    """Cut a host into its subdomain, of one label, and one of the bases; both empty when it is none of ours."""
    label, _dot, parent = host.lower().partition(".")
    for base in bases:
        if host.lower() == base:
            return "", base
        if parent == base and label and not base[:1].isdigit():
            return label, base
    return "", ""
