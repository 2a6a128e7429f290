"""The page that starts to view the portal as a person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from gisportal.accounts.models import User
from gisportal.accounts.view_as.services import REASON_MAX, start_view_as, viewable_accounts
from layers.visitor import visitor_of
from management.frame import ManagementView


class ReasonForm(forms.Form):
    """Why the portal is viewed as somebody."""

    reason = forms.CharField(
        label=_("Motif"),
        max_length=REASON_MAX,
        widget=forms.Textarea({"class": "input", "rows": 2}),
        help_text=_("Une phrase, écrite au journal : « ne voit pas le panneau des coûts »."),
        error_messages={"required": _("Dites pourquoi : le motif est écrit au journal.")},
    )


class ViewAsView(ManagementView):
    """``/gestion/personnes/{id}/voir-comme/``: an account that may not be viewed does not exist."""

    tab = "management:people"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what is to come, and ask why."""
        return self.page(self.person(pk), ReasonForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Start, or ask again for the reason."""
        person, form = self.person(pk), ReasonForm(request.POST)
        if not form.is_valid():
            return self.page(person, form, status=422)
        start_view_as(request, person=person, reason=form.cleaned_data["reason"])
        return redirect("explorer:home")

    def person(self, pk: int) -> User:
        """Return the account.

        Raises:
            Http404: the visitor may not view the portal as it.
        """
        return get_object_or_404(viewable_accounts(visitor_of(self.request)), pk=pk)

    def page(self, person: User, form: ReasonForm, **answer: Any) -> HttpResponse:
        """Render the form."""
        context = self.frame() | {"person": person, "form": form}
        return render(self.request, "management/view_as/page.html", context, **answer)
