"""Hostnames: the whole territory, or the portal of one commune."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from gisportal.problems import problem
from gisportal.protocols import is_for_a_person
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
    def territory(self) -> str:
        """The address of the portal of the whole territory, without a path."""
        return f"{self.scheme}://{self.base}"

    @property
    def key(self) -> tuple[Hashable, ...]:
        """What pages show of the portals: the present one, and the others with their addresses."""
        towns = tuple((commune.slug, commune.nom) for commune in communes())
        return (self.scheme, self.base, self.commune.code if self.commune else "", *towns)

    @property
    def choices(self) -> list[PortalOption]:
        """The whole territory and each commune, with the address of its portal."""
        base = self.base.replace("127.0.0.1", "localhost")
        everywhere = PortalOption(_("Tout le territoire"), f"{self.territory}/", self.commune is None)
        towns = (
            PortalOption(
                c.nom,
                f"{self.scheme}://{c.slug}.{base}/",
                self.commune is not None and c.pk == self.commune.pk,
            )
            for c in communes()
        )
        return [everywhere, *towns]


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


_log = logging.getLogger("gisportal.hosts")


class HostMiddleware:
    """Accepts requests for a host and port of the site, under one spelling, from which answers may be built.

    An invalid host, two, or none is a 400 (RFC 9112, 3.2); another host or port is a 421 (RFC 9110, 15.5.20). Each is
    one line of the log. Probes answer on any host: they are called by address, and their answers contain none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        host = request.META.get("HTTP_HOST")
        if host is None:  # only clients of tests: the server writes what it was given, be it nothing
            host = request.META["SERVER_NAME"]
        authority = read_authority(host)
        if authority is None or not is_of_the_site(authority):
            if request.path not in settings.PROBE_PATHS:
                return _refused(
                    request, host, HTTPStatus.MISDIRECTED_REQUEST if authority else HTTPStatus.BAD_REQUEST
                )
            authority = settings.PORTAL_AUTHORITIES[0]
        request.META["HTTP_HOST"] = authority
        return self.get_response(request)


def _refused(request: HttpRequest, host: str, status: HTTPStatus) -> HttpResponse:
    """Return a refusal that names no address: in the protocol's form, or a line of text for people."""
    _log.warning("Host refused (%d): %.120r, from %s", status, host, request.META["REMOTE_ADDR"])
    detail = _("L’hôte ou le port demandé n’est pas celui de ce portail.")
    if not is_for_a_person(request):
        return problem(request, status, detail=detail)
    response = HttpResponse(f"{detail}\n", status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"], response["X-Content-Type-Options"] = "no-store", "nosniff"
    return response


class PortalMiddleware:
    """Sets ``request.portal``. It runs before the visitor is built, who carries the portal's commune."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(settings.PROBE_PATHS):
            return self.get_response(request)
        portal = portal_of(request.get_host(), scheme=request.scheme or "http")
        if portal is None:
            return problem(
                request, HTTPStatus.NOT_FOUND, detail=_("Aucun portail ne répond à cette adresse.")
            )
        request.portal = portal  # type: ignore[attr-defined]  # Django has no typed place for it
        return self.get_response(request)


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return the portal of the request; error pages outside any portal get the whole territory."""
    current = getattr(request, "portal", None) or territory_of(request.META.get("HTTP_HOST", ""))
    return {"portal": current, "is_demo": settings.PORTAL_DEMO}
