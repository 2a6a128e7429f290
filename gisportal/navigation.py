"""What the header and the menu of the account lead to: one row an entry, whichever application answers.

Pages of an application extend the base page without knowing the others; only the composition root knows them all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from datasets.access import may_feed
from layers.access import edits_something
from layers.definitions import Text
from layers.visitor import visitor_of
from tiles.rasters.presenters import feeds_rasters


def _everybody(_request: HttpRequest) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Entry:
    """A way to a page.

    ``view`` names its address, ``anchor`` a place of it; the entry is current on the views of ``pages``, or on any of
    a namespace named with its colon. ``is_shown`` decides who sees it.
    """

    title: Text
    view: str
    pages: tuple[str, ...] = ()
    icon: str = ""
    anchor: str = ""
    is_shown: Callable[[HttpRequest], bool] = _everybody


SECTIONS = (
    Entry(_("Carte"), "explorer:map", ("explorer:map",)),
    Entry(
        _("Catalogue"),
        "explorer:catalogue",
        ("explorer:catalogue", "explorer:layer", "explorer:feature"),
    ),
    Entry(_("Tableaux de bord"), "dashboards:list", ("dashboards:",)),
    Entry(_("API"), "ogc:landing", ("ogc:",)),
)
ACCOUNT = (
    Entry(_("Mon compte"), "accounts:home", icon="user"),
    Entry(_("Mes téléchargements"), "accounts:home", icon="download", anchor="#telechargements"),
    Entry(
        _("Jeux de données"),
        "datasets:home",
        icon="database",
        is_shown=lambda request: may_feed(getattr(request, "visitor", None)),
    ),
    Entry(
        _("Rasters"),
        "raster-pages:list",
        icon="image",
        is_shown=lambda request: feeds_rasters(getattr(request, "visitor", None)),
    ),
    Entry(
        _("Signalements"),
        "explorer:reports",
        icon="message-square",
        is_shown=lambda request: edits_something(visitor_of(request)),
    ),
    Entry(
        _("Administration"),
        "admin:index",
        icon="settings",
        is_shown=lambda request: request.user.is_staff,
    ),
)


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as one visitor sees it on one page."""

    title: Text
    address: str
    icon: str
    is_current: bool


class Navigation:
    """The links of a request, made when a template uses them: a page without menu runs nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def sections(self) -> list[Link]:
        """The parts of the portal."""
        return self._links(SECTIONS)

    @property
    def account(self) -> list[Link]:
        """The entries under the name of a signed-in person."""
        return self._links(ACCOUNT)

    def _links(self, entries: Sequence[Entry]) -> list[Link]:
        match = getattr(self._request, "resolver_match", None)
        here = match.view_name if match else ""
        return [
            Link(entry.title, reverse(entry.view) + entry.anchor, entry.icon, is_current(entry, here))
            for entry in entries
            if entry.is_shown(self._request)
        ]


def is_current(entry: Entry, here: str) -> bool:
    """Whether the view named ``here`` is one of the entry's."""
    return any(here.startswith(page) if page.endswith(":") else here == page for page in entry.pages)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give every template the links of its header."""
    return {"navigation": Navigation(request)}
