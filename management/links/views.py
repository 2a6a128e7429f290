"""The list of every link without an account, and their end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gisportal.accounts.links.presenters import LinkRow, link_rows
from gisportal.accounts.links.views import list_context, revoke
from gisportal.accounts.models import ShareLink
from interface.text import fold
from interface.wording import day, instant
from management.frame import ManagementView
from management.lists.table import Column, Filter, Listing
from management.lists.views import ListView


def _state(row: LinkRow) -> str:
    """Return whether a link opens something now: the key of its words."""
    if row.link.revoked_at is not None:
        return "revoque"
    return "ouvert" if row.link.expires_at > timezone.now() else "fini"


def _author(row: LinkRow) -> str:
    return row.link.author.get_full_name() or row.link.author.get_username()


def _target(row: LinkRow) -> str:
    return row.link.dashboard.title if row.link.dashboard else _("Carte")


def _is_named(row: LinkRow, words: Sequence[str]) -> bool:
    text = fold(f"{row.link.title} {_author(row)} {_target(row)}")
    return all(word in text for word in words)


_STATES = {
    "ouvert": gettext_lazy("Ouvert"),
    "fini": gettext_lazy("Fini"),
    "revoque": gettext_lazy("Révoqué"),
}
LINKS: Listing[LinkRow] = Listing(
    columns=(
        Column(
            "pour", gettext_lazy("Pour qui"), lambda row: row.link.title, lambda row: fold(row.link.title)
        ),
        Column("par", gettext_lazy("Créé par"), _author, lambda row: fold(_author(row))),
        Column("ouvre", gettext_lazy("Ouvre"), _target, lambda row: fold(_target(row))),
        Column("etat", gettext_lazy("État"), lambda row: _STATES[_state(row)]),
        Column(
            "cree",
            gettext_lazy("Créé le"),
            lambda row: day(row.link.created_at),
            lambda row: row.link.created_at.timestamp(),
        ),
        Column(
            "fin",
            gettext_lazy("Dernier jour"),
            lambda row: day(row.link.last_day),
            lambda row: row.link.expires_at.timestamp(),
        ),
        Column(
            "ouvertures",
            gettext_lazy("Ouvertures"),
            lambda row: row.link.use_count,
            lambda row: row.link.use_count,
        ),
        Column(
            "derniere",
            gettext_lazy("Dernière ouverture"),
            lambda row: instant(row.link.last_used_at) if row.link.last_used_at else "",
        ),
    ),
    matches=_is_named,
    default_sort="-cree",
    filters=(Filter("etat", gettext_lazy("État"), _STATES, lambda row, value: _state(row) == value),),
)


class LinksView(ListView):
    """``/gestion/liens/``: the newest first."""

    tab = "management:links"
    is_for_administrators = True
    listing, template, file_name = LINKS, "management/links/page.html", "liens"

    def rows(self) -> list[LinkRow]:
        """Return every link, ended ones included."""
        now = timezone.now()
        links = ShareLink.objects.select_related("author", "dashboard")
        return link_rows(links, at=now, today=timezone.localdate(now))

    def context(self) -> dict[str, Any]:
        """Return the instant that tells ended links, and the revocation that may be undone."""
        return list_context(self.request)


class RevokeAnyLinkView(ManagementView):
    """``/gestion/liens/{id}/revoquer/``."""

    http_method_names = ["post", "options"]
    is_for_administrators = True

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Revoke it."""
        revoke(request, get_object_or_404(ShareLink, pk=pk))
        return redirect("management:links")
