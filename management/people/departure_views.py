"""A person leaves, has two accounts, asks for their data or for their erasure: pages of administrators."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from gisportal.accounts.models import User
from gisportal.accounts.people.changes import display_name
from gisportal.accounts.people.departures import leave, possessions
from gisportal.accounts.people.personal_data import archive, erase
from gisportal.accounts.people.team import changeable
from interface.forms import form_errors
from layers.errors import InvalidParameter
from layers.visitor import visitor_of
from management.people.forms import DepartureForm
from management.people.views import PeoplePage


class _ClosingPage(PeoplePage):
    """A page about an account that an administrator may close."""

    is_for_administrators = True

    def account(self, request: HttpRequest, pk: int) -> User:
        """Return the account, never the visitor's own."""
        return get_object_or_404(changeable(visitor_of(request)), pk=pk)


class DepartureView(_ClosingPage):
    """``/gestion/personnes/{pk}/depart/``: what the account alone owns, who takes it over, and closing it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render what is owned."""
        return self._render(request, self.account(request, pk), DepartureForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Close the account."""
        user, form = self.account(request, pk), DepartureForm(request.POST)
        if not form.is_valid():
            return self._render(request, user, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        heir = form.cleaned_data["heir"]
        try:
            leave(visitor_of(request), user, heir=heir, is_merge=form.cleaned_data["is_merge"])
        except InvalidParameter as error:
            form.add_error("heir", str(error.detail))
            return self._render(request, user, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.success(request, _("Le compte de %s est fermé.") % display_name(user))
        return redirect("management:person", user.pk)

    def _render(
        self, request: HttpRequest, user: User, form: DepartureForm, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        context = {
            "account": user,
            "name": display_name(user),
            "possessions": possessions(user),
            "form": form,
            "heirs": form.heirs(user),
            "faults": form_errors(form),
        }
        return render(request, "management/people/departure.html", self.frame() | context, status=status)


class PersonalDataView(_ClosingPage):
    """``/gestion/personnes/{pk}/donnees.zip``: what the portal has on a person."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the archive."""
        user = self.account(request, pk)
        response = HttpResponse(archive(user), content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="donnees-compte-{user.pk}.zip"'
        response["Cache-Control"] = "private, no-store"
        return response


class ErasureView(_ClosingPage):
    """``/gestion/personnes/{pk}/effacement/``: what erasing a closed account does, and doing it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render what is erased and what stays."""
        user = self.account(request, pk)
        context = {"account": user, "name": display_name(user)}
        return render(request, "management/people/erasure.html", self.frame() | context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Erase the person."""
        erased = erase(visitor_of(request), self.account(request, pk))
        messages.success(
            request, _("Les données de la personne sont effacées : son compte s’appelle %s.") % erased
        )
        return redirect("management:people")
