"""The list of every link without an account, and their end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gisportal.accounts.links.services import revoke_links
from gisportal.accounts.models import ShareLink
from interface.text import fold
from interface.wording import day, instant
from management.frame import ManagementView
from management.lists.table import Column, Filter, Listing
from management.lists.views import ListView


def _state(link: ShareLink) -> str:
    """Return whether a link opens something now: the key of its words."""
    if link.revoked_at is not None:
        return "revoque"
    return "ouvert" if link.expires_at > timezone.now() else "fini"


def _author(link: ShareLink) -> str:
    return link.author.get_full_name() or link.author.get_username()


def _target(link: ShareLink) -> str:
    return link.dashboard.title if link.dashboard else _("Carte")


def _is_named(link: ShareLink, words: Sequence[str]) -> bool:
    text = fold(f"{link.title} {_author(link)} {_target(link)}")
    return all(word in text for word in words)


_STATES = {
    "ouvert": gettext_lazy("Ouvert"),
    "fini": gettext_lazy("Fini"),
    "revoque": gettext_lazy("Révoqué"),
}
LINKS: Listing[ShareLink] = Listing(
    columns=(
        Column("pour", gettext_lazy("Pour qui"), lambda link: link.title, lambda link: fold(link.title)),
        Column("par", gettext_lazy("Créé par"), _author, lambda link: fold(_author(link))),
        Column("ouvre", gettext_lazy("Ouvre"), _target, lambda link: fold(_target(link))),
        Column("etat", gettext_lazy("État"), lambda link: _STATES[_state(link)]),
        Column(
            "cree",
            gettext_lazy("Créé le"),
            lambda link: day(link.created_at),
            lambda link: link.created_at.timestamp(),
        ),
        Column(
            "fin",
            gettext_lazy("Dernier jour"),
            lambda link: day(link.last_day),
            lambda link: link.expires_at.timestamp(),
        ),
        Column(
            "ouvertures",
            gettext_lazy("Ouvertures"),
            lambda link: link.use_count,
            lambda link: link.use_count,
        ),
        Column(
            "derniere",
            gettext_lazy("Dernière ouverture"),
            lambda link: instant(link.last_used_at) if link.last_used_at else "",
        ),
    ),
    matches=_is_named,
    default_sort="-cree",
    filters=(Filter("etat", gettext_lazy("État"), _STATES, lambda link, value: _state(link) == value),),
)


class LinksView(ListView):
    """``/gestion/liens/``: the newest first."""

    tab = "management:links"
    is_for_administrators = True
    listing, template, file_name = LINKS, "management/links/page.html", "liens"

    def rows(self) -> list[ShareLink]:
        """Return every link, ended ones included."""
        return list(ShareLink.objects.select_related("author", "dashboard"))

    def context(self) -> dict[str, Any]:
        """Return the instant that tells ended links."""
        return {"now": timezone.now()}


class RevokeAnyLinkView(ManagementView):
    """``/gestion/liens/{id}/revoquer/``."""

    http_method_names = ["post", "options"]
    is_for_administrators = True

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Revoke it."""
        link = get_object_or_404(ShareLink, pk=pk)
        revoke_links(ShareLink.objects.filter(pk=pk))
        messages.success(request, _("Le lien « %s » est révoqué : il n’ouvre plus rien.") % link.title)
        return redirect("management:links")
