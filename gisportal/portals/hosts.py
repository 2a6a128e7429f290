"""A hostname is a portal: the whole territory, or one commune."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from layers.models import Commune
from layers.queries import communes


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


def portal_of(host: str, *, scheme: str = "http", bases: Iterable[str] | None = None) -> Portal | None:
    """Return the portal of a ``Host`` header, or None when its subdomain is no commune.

    ``bases`` are the hosts of the whole territory (setting ``PORTAL_HOSTS``).
    """
    slug, base = _parts(host, settings.PORTAL_HOSTS if bases is None else bases)
    if not slug:
        return Portal(None, base, scheme) if base else None
    commune = next((c for c in communes() if c.slug == slug), None)
    return Portal(commune, base, scheme) if commune else None


def territory_of(host: str, *, scheme: str = "http") -> Portal:
    """Return the whole territory, for a page about a host that is no portal: nothing unknown is written back."""
    _slug, base = _parts(host, settings.PORTAL_HOSTS)
    return Portal(None, base or next(iter(settings.PORTAL_HOSTS), "localhost"), scheme)


def _parts(host: str, bases: Iterable[str]) -> tuple[str, str]:
    """Cut a ``Host`` header into a subdomain and one of the bases with its port; both empty when it is none of ours."""
    name, colon, port = host.lower().partition(":")
    for base in bases:
        if name == base or name.endswith(f".{base}"):
            return name.removesuffix(base).removesuffix("."), base + colon + port
    return "", ""
