"""``/gestion/et-si/``, and the outcome of the forms of a grant and of a reserved field before they are saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from interface.forms import FormError, form_errors
from layers.errors import Forbidden, InvalidParameter, LayersError
from layers.visitor import Visitor, visitor_of
from management.frame import ManagementView
from management.rights.forms import ProtectedFieldForm
from management.rights.layer_views import ProtectedFieldsView
from management.rights.services import check_grant
from management.rights.trials import Change, GrantWritten, ProtectionChanged
from management.rights.views import GrantFormView
from management.what_if.forms import MAX_CHANGES, PARAMETER, MembershipForm, change_words, parse_change
from management.what_if.queries import outcome


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change in words, and the address without it."""

    words: str
    without: str


@method_decorator(never_cache, name="dispatch")
class WhatIfView(ManagementView):
    """Changes of the address, what they would do, and the form that adds one to them."""

    tab = "management:rights"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show what the changes would do, or lead to the address with the one that was chosen."""
        visitor, texts = visitor_of(request), list(dict.fromkeys(request.GET.getlist(PARAMETER)))
        form = MembershipForm(request.GET if "geste" in request.GET else None, visitor=visitor)
        if form.is_bound and form.is_valid():
            return redirect(_address([*texts, form.change]))
        try:
            changes = _changes(visitor, texts)
        except InvalidParameter as error:
            faults = [FormError(error.detail)]
            return self._page(request, {"form": form, "faults": faults}, status=422)
        lines = [
            ChangeLine(change_words(change), _address(texts[:at] + texts[at + 1 :]))
            for at, change in enumerate(changes)
        ]
        context = {"form": form, "faults": form_errors(form), "texts": texts, "lines": lines}
        context |= _outcome(visitor, changes) if changes else {}
        return self._page(request, context, status=422 if context["faults"] else 200)

    def _page(self, request: HttpRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
        return render(request, "management/what_if/page.html", {**self.frame(), **context}, status=status)


class GrantOutcomeView(GrantFormView):
    """Who gains and who loses by the grant of the form, which is not saved."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, kind: str = "", pk: int = 0) -> HttpResponse:
        """Show it under the form."""
        form = self.grant_form(request, self.grant(request, kind, pk), request.POST)
        if not form.is_valid():
            return self.page(request, form, status=422)
        visitor, grant = visitor_of(request), form.proposed()
        try:
            check_grant(visitor, grant)
        except Forbidden as error:
            form.add_error(None, error.detail)
            return self.page(request, form, status=422)
        return self.page(request, form, **_outcome(visitor, [GrantWritten(grant)]))


class ProtectionOutcomeView(ProtectedFieldsView):
    """Who gains and who loses by the protection of the form, which is not saved."""

    is_for_administrators = True
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show it under the form."""
        layer, scope = self.layer_scope(request, slug)
        form = ProtectedFieldForm(request.POST, scope=scope)
        if not form.is_valid():
            return self.page(request, layer, scope, form, status=422)
        groups = None if "open" in request.POST else tuple(form.cleaned_data["groups"])
        change = ProtectionChanged(layer, form.cleaned_data["name"], groups)
        return self.page(request, layer, scope, form, **_outcome(visitor_of(request), [change]))


def _changes(visitor: Visitor, texts: list[str]) -> list[Change]:
    """Read the changes of an address.

    Raises:
        InvalidParameter: naming the first that is wrong, or that there are too many.
    """
    if len(texts) > MAX_CHANGES:
        raise InvalidParameter(
            _("%d changements au plus s’essaient à la fois.") % MAX_CHANGES, parameter=PARAMETER
        )
    return [parse_change(visitor, text) for text in texts]


def _address(texts: list[str]) -> str:
    query = urlencode([(PARAMETER, text) for text in texts], safe=":")
    return reverse("management:what-if") + (f"?{query}" if query else "")


def _outcome(visitor: Visitor, changes: list[Change]) -> dict[str, Any]:
    """Return the outcome for the template, or why its rows cannot be counted now."""
    try:
        return {"outcome": outcome(visitor, changes)}
    except LayersError as error:
        return {"outcome_fault": error.detail}
