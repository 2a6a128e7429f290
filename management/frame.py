"""The frame of every page of ``/gestion/``: who enters, the tabs, and what each view of it starts from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.mixins import AccessMixin
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View

from gisportal.accounts.access import may_manage
from gisportal.journal.queries import lost_management
from layers.definitions import Text
from layers.visitor import Visitor, visitor_of


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: its title, the view that it leads to, and whether only administrators have it."""

    title: Text
    view: str
    is_for_administrators: bool = False


TABS = (
    Tab(_("À faire"), "management:overview"),
    Tab(_("Couches"), "management:layers"),
    Tab(_("Métadonnées"), "management:metadata"),
    Tab(_("Personnes"), "management:people"),
    Tab(_("Accès"), "management:rights"),
    Tab(_("Demandes"), "management:requests"),
    Tab(_("Réutilisations"), "management:reuses"),
    Tab(_("Moissonnage"), "management:harvests"),
    Tab(_("Liens"), "management:links", is_for_administrators=True),
    Tab(_("Fiche d’urbanisme"), "management:sheet-rules", is_for_administrators=True),
    Tab(_("Outils d’urbanisme"), "management:planning-tools", is_for_administrators=True),
    Tab(_("Thèmes"), "management:themes", is_for_administrators=True),
    Tab(_("Traitements"), "management:jobs", is_for_administrators=True),
    Tab(_("Santé"), "management:health", is_for_administrators=True),
)


# A form that was opened so long ago is not answered any more by what it held.
_FORM_AGE = dt.timedelta(days=1)
# What people type in the forms of managers of groups; the rest is chosen, and is there no more.
_TYPED: Mapping[str, Text] = {
    "email": _("Adresse"),
    "first_name": _("Prénom"),
    "last_name": _("Nom"),
    "organisation": _("Organisme"),
    "first_day": _("Premier jour"),
    "last_day": _("Dernier jour"),
    "filter": _("Filtre"),
    "reason": _("Motif"),
    "answer": _("Réponse à la personne"),
    "text": _("Contenu du fichier"),
}


@dataclass(frozen=True, slots=True)
class TabLink:
    """A tab on one page."""

    title: Text
    address: str
    is_current: bool


def tabs(visitor: Visitor, current: str) -> list[TabLink]:
    """Return the tabs of a visitor; ``current`` is the name of the view of the page, or of its tab."""
    return [
        TabLink(tab.title, reverse(tab.view), tab.view == current)
        for tab in TABS
        if visitor.is_administrator or not tab.is_for_administrators
    ]


class ManagementView(AccessMixin, View):
    """A page of management: anonymous visitors sign in first, and it does not exist for who manages nothing.

    ``tab`` is the view of its tab; ``is_for_administrators`` closes it to managers of groups.
    """

    tab = "management:overview"
    is_for_administrators = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in who manages the portal, or groups of it.

        Raises:
            Http404: the visitor manages nothing, or the page is for administrators.
        """
        visitor = visitor_of(request)
        if visitor.is_anonymous:
            return self.handle_no_permission()
        if not self.admits(visitor):
            return self._after_management(request, visitor)
        return super().dispatch(request, *args, **kwargs)

    def admits(self, visitor: Visitor) -> bool:
        """Whether the page exists for a visitor who signed in."""
        return visitor.is_administrator or (not self.is_for_administrators and may_manage(visitor))

    def _after_management(self, request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
        """Return what was typed to who stopped managing groups while the form was open.

        Raises:
            Http404: the visitor did not manage any in the last day, or sent no form.
        """
        if request.method == "POST" and not self.is_for_administrators and visitor.user_id is not None:
            since = lost_management(visitor.user_id, since=visitor.instant - _FORM_AGE)
            if since is not None:
                typed = [
                    (label, value)
                    for name, label in _TYPED.items()
                    for value in request.POST.getlist(name)
                    if value.strip()
                ]
                return render(request, "management/lost.html", {"since": since, "typed": typed}, status=403)
        raise Http404

    def frame(self) -> dict[str, Any]:
        """Return what ``management/base.html`` shows around the page."""
        visitor = visitor_of(self.request)
        return {"tabs": tabs(visitor, self.tab), "visitor_is_administrator": visitor.is_administrator}
