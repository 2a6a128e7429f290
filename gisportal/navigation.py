"""What the header and the menu of the account lead to: one row an entry, whichever application answers.

Pages of an application extend the base page without knowing the others; only the composition root knows them all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from datasets.access import feeding_rows as dataset_rows
from datasets.access import may_feed
from gisportal.accounts.access import managed_groups, may_manage
from layers.access import editing_grants, edits_something, names_with_rows
from layers.definitions import Text
from layers.visitor import Visitor, visitor_of
from moderation.queries import own_contributions
from tiles.rasters.presenters import feeding_rows as raster_rows
from tiles.rasters.presenters import feeds_rasters


def _everybody(_request: HttpRequest) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Entry:
    """A way to a page.

    ``view`` names its address, ``anchor`` a place of it; the entry is current on the views of ``pages``, or on any of a
    namespace named with its colon. ``is_visible`` tells who sees it; where ``rows`` are given, who is no administrator
    sees it if there is one of them, and one statement reads those of all entries; it is written once for many visitors.
    """

    title: Text
    view: str
    pages: tuple[str, ...] = ()
    icon: str = ""
    anchor: str = ""
    is_visible: Callable[[HttpRequest], bool] = _everybody
    rows: Callable[[Visitor], Sequence[QuerySet[Any]]] | None = None


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
MANAGEMENT = Entry(
    _("Gestion"),
    "management:overview",
    ("management:",),
    icon="sliders-horizontal",
    is_visible=lambda request: may_manage(visitor_of(request)),
    rows=lambda visitor: [managed_groups(visitor)],
)
ACCOUNT = (
    Entry(_("Mon compte"), "accounts:home", icon="user"),
    Entry(_("Mon accès"), "accounts:access", ("accounts:access",), icon="key-round"),
    Entry(_("Mes téléchargements"), "accounts:home", icon="download", anchor="#telechargements"),
    Entry(
        _("Jeux de données"),
        "datasets:home",
        icon="database",
        is_visible=lambda request: may_feed(getattr(request, "visitor", None)),
        rows=dataset_rows,
    ),
    Entry(
        _("Rasters"),
        "raster-pages:list",
        icon="image",
        is_visible=lambda request: feeds_rasters(getattr(request, "visitor", None)),
        rows=raster_rows,
    ),
    Entry(
        _("Signalements"),
        "explorer:reports",
        icon="message-square",
        is_visible=lambda request: edits_something(visitor_of(request)),
        rows=lambda visitor: [editing_grants(visitor)],
    ),
    Entry(
        _("Mes contributions"),
        "moderation:contributions",
        icon="pencil",
        is_visible=lambda request: visitor_of(request).is_administrator,
        rows=lambda visitor: [own_contributions(visitor)],
    ),
    MANAGEMENT,
    Entry(
        _("Administration"),
        "admin:index",
        icon="settings",
        is_visible=lambda request: request.user.is_staff,
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
    def section(self) -> str:
        """The view of the part of the portal that the page belongs to; empty for none."""
        return next((entry.view for entry in SECTIONS if is_current(entry, self._here)), "")

    @property
    def sections(self) -> list[Link]:
        """The parts of the portal."""
        return self._links(SECTIONS)

    @cached_property
    def account(self) -> list[Link]:
        """The entries under the name of a signed-in person."""
        return self._links(ACCOUNT)

    @property
    def management(self) -> Link | None:
        """The pages of the team; None for who manages nothing."""
        address = reverse(MANAGEMENT.view)
        return next((link for link in self.account if link.address == address), None)

    @property
    def _here(self) -> str:
        match = getattr(self._request, "resolver_match", None)
        return match.view_name if match else ""

    def _links(self, entries: Sequence[Entry]) -> list[Link]:
        return [
            Link(entry.title, reverse(entry.view) + entry.anchor, entry.icon, is_current(entry, self._here))
            for entry in self._visible(entries)
        ]

    def _visible(self, entries: Sequence[Entry]) -> list[Entry]:
        visitor = getattr(self._request, "visitor", None)
        if not isinstance(visitor, Visitor) or visitor.is_anonymous or visitor.is_administrator:
            return [entry for entry in entries if entry.is_visible(self._request)]
        views = names_with_rows(visitor, tuple((entry.view, entry.rows) for entry in entries if entry.rows))
        return [
            entry
            for entry in entries
            if (entry.view in views if entry.rows else entry.is_visible(self._request))
        ]


def is_current(entry: Entry, here: str) -> bool:
    """Whether the view named ``here`` is one of the entry's."""
    return any(here.startswith(page) if page.endswith(":") else here == page for page in entry.pages)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give every template the links of its header, which the parts of a page that are rendered apart share."""
    links = getattr(request, "navigation", None)
    if links is None:
        links = request.navigation = Navigation(request)  # type: ignore[attr-defined]  # of this request
    return {"navigation": links}
