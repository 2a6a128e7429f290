"""Pages of the tokens of directories, for administrators: their list and its file, a new one, the page of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from gisportal.accounts.models import DirectoryToken
from gisportal.accounts.scim.tokens import (
    create_directory_token,
    revoke_directory_token,
    set_directory_groups,
    set_trial,
)
from interface.text import fold
from interface.wording import day, instant
from layers.definitions import Text
from layers.errors import InvalidParameter
from layers.visitor import visitor_of
from management.directories.calls import call_rows
from management.directories.forms import GroupsForm, NewTokenForm
from management.frame import ManagementView
from management.lists.table import Column, Filter, Listing
from management.lists.views import ListView

_STATES: dict[str, tuple[Text, str, str]] = {
    "essai": (gettext_lazy("à l’essai"), "internal", "eye"),
    "service": (gettext_lazy("en service"), "open", "check"),
    "expire": (gettext_lazy("expiré"), "warn", "clock-alert"),
    "revoque": (gettext_lazy("révoqué"), "", "ban"),
}


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """A token of a directory at an instant, with the groups that it may fill."""

    token: DirectoryToken
    groups: str
    at: dt.datetime

    @property
    def pk(self) -> int:
        """The number of the token."""
        return self.token.pk

    @property
    def state(self) -> str:
        """Whether it serves: the key of its words."""
        if self.token.revoked_at is not None:
            return "revoque"
        if self.token.expires_at <= self.at:
            return "expire"
        return "essai" if self.token.is_trial else "service"

    @property
    def badge(self) -> tuple[Text, str, str]:
        """The words, the tint and the icon of its state."""
        return _STATES[self.state]

    @property
    def last_day(self) -> dt.date:
        """The last day on which it serves, in the time zone of the portal."""
        return self.token.last_day


def _is_named(row: DirectoryRow, words: Sequence[str]) -> bool:
    text = fold(f"{row.token.name} {row.groups} {row.token.prefix}")
    return all(word in text for word in words)


DIRECTORIES: Listing[DirectoryRow] = Listing(
    columns=(
        Column("nom", gettext_lazy("Annuaire"), lambda row: row.token.name, lambda row: fold(row.token.name)),
        Column("etat", gettext_lazy("État"), lambda row: row.badge[0], lambda row: str(row.badge[0])),
        Column("groupes", gettext_lazy("Groupes"), lambda row: row.groups),
        Column(
            "cree",
            gettext_lazy("Créé le"),
            lambda row: day(row.token.created_at),
            lambda row: row.token.created_at.timestamp(),
        ),
        Column(
            "fin",
            gettext_lazy("Dernier jour"),
            lambda row: day(row.last_day),
            lambda row: row.token.expires_at.timestamp(),
        ),
        Column(
            "usage",
            gettext_lazy("Dernier appel"),
            lambda row: instant(row.token.last_used_at) if row.token.last_used_at else "",
            lambda row: row.token.last_used_at.timestamp() if row.token.last_used_at else 0.0,
        ),
    ),
    matches=_is_named,
    default_sort="nom",
    filters=(
        Filter(
            "etat",
            gettext_lazy("État"),
            {name: words for name, (words, _tint, _icon) in _STATES.items()},
            lambda row, value: row.state == value,
        ),
    ),
)


class DirectoriesView(ListView):
    """``/gestion/annuaires/``."""

    tab = "management:people"
    is_for_administrators = True
    listing, template, file_name = DIRECTORIES, "management/directories/list.html", "annuaires"

    def rows(self) -> list[DirectoryRow]:
        """Return every token, ended ones included, by two statements."""
        at = visitor_of(self.request).instant
        return [_row(token, at) for token in DirectoryToken.objects.prefetch_related("groups")]


@method_decorator(never_cache, name="dispatch")
class NewDirectoryView(ManagementView):
    """``/gestion/annuaires/nouveau/``: makes a token and writes it once, on the answer itself.

    No redirection: the text of the token would have to wait somewhere. Sending the form again is refused by its name.
    """

    tab = "management:people"
    is_for_administrators = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the form."""
        return self._render(request, NewTokenForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make the token, on trial, and write it."""
        form = NewTokenForm(request.POST)
        if not form.is_valid():
            return self._render(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        fields = form.cleaned_data
        token, text = create_directory_token(
            name=fields["name"], groups=fields["groups"], is_trial=True, last_day=fields["last_day"]
        )
        context = {"token": token, "text": text, "base": f"{settings.PORTAL_ADDRESS}/scim/v2"}
        return render(request, "management/directories/created.html", self.frame() | context)

    def _render(
        self, request: HttpRequest, form: NewTokenForm, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        return render(
            request, "management/directories/new.html", self.frame() | {"form": form}, status=status
        )


class DirectoryView(ManagementView):
    """``/gestion/annuaires/{pk}/``: what a token does, its groups, its trial and its end."""

    tab = "management:people"
    is_for_administrators = True

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render the token."""
        token = get_object_or_404(DirectoryToken.objects.prefetch_related("groups"), pk=pk)
        return self._render(request, token, GroupsForm(initial={"groups": token.groups.all()}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write the groups, put the token live or on trial, or revoke it after a page that confirms.

        Raises:
            InvalidParameter: no such action, or the token is revoked.
        """
        token, action = get_object_or_404(DirectoryToken, pk=pk), request.POST.get("action", "")
        if action not in ("groupes", "service", "essai", "revoquer"):
            raise InvalidParameter(_("Action inconnue : « %s ».") % action[:40], parameter="action")
        if token.revoked_at is not None:
            raise InvalidParameter(_("Ce jeton est révoqué : il ne change plus."), parameter="action")
        if action == "revoquer":
            if request.POST.get("confirme") != "oui":
                context = self.frame() | {"row": _row(token, visitor_of(request).instant)}
                return render(request, "management/directories/revoke.html", context)
            revoke_directory_token(token)
            words = _("Le jeton « %s » est révoqué : l’annuaire est refusé dès maintenant.")
        elif action == "groupes":
            form = GroupsForm(request.POST)
            if not form.is_valid():
                return self._render(request, token, form, HTTPStatus.UNPROCESSABLE_ENTITY)
            set_directory_groups(token, form.cleaned_data["groups"])
            words = _("Les groupes de « %s » sont enregistrés.")
        else:
            set_trial(token, is_trial=action == "essai")
            words = (
                _("« %s » est à l’essai : ses appels ne changent rien.")
                if token.is_trial
                else _("« %s » est en service : ses appels changent les comptes et les groupes.")
            )
        messages.success(request, words % token.name)
        return redirect("management:directory", token.pk)

    def _render(
        self,
        request: HttpRequest,
        token: DirectoryToken,
        form: GroupsForm,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        row = _row(token, visitor_of(request).instant)
        context: dict[str, Any] = {
            "row": row,
            "form": form,
            "is_open": row.state in ("essai", "service"),
            "calls": call_rows(token),
        }
        return render(request, "management/directories/page.html", self.frame() | context, status=status)


def _row(token: DirectoryToken, at: dt.datetime) -> DirectoryRow:
    return DirectoryRow(token, ", ".join(sorted(group.name for group in token.groups.all())), at)
