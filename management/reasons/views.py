"""``/gestion/pourquoi/``: why a person reads a layer, a row or a dashboard, or does not; and the same of oneself."""

from __future__ import annotations

import datetime as dt
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from dashboards import access as dashboard_access
from dashboards.models import Dashboard
from gisportal.accounts.models import User
from interface.forms import form_errors
from layers import access
from layers.access import layer_reasons
from layers.errors import Busy, TooCostly, TooSlow
from layers.models import Layer
from layers.visitor import Visitor, visitor_of
from management.frame import ManagementView
from management.reasons.forms import DASHBOARD, LAYER, ReasonForm
from management.reasons.presenters import dashboard_refusals, layer_refusals
from management.reasons.queries import (
    dashboard_answer,
    dashboard_rights,
    layer_answer,
    memberships_of,
    reader_of,
)
from management.rights.past_rights import past_words, rights_at
from management.rights.presenters import person_name


@method_decorator(never_cache, name="dispatch")
class ReasonView(ManagementView):
    """The form of the question, and its answer; a person, a layer or a dashboard that is hidden does not exist."""

    tab = "management:rights"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the form, with the answer when the question is whole."""
        visitor = visitor_of(request)
        is_whole = {"personne", "sur"} <= request.GET.keys() and all(
            request.GET[n] for n in ("personne", "sur")
        )
        form = ReasonForm(
            request.GET if is_whole else None, initial=request.GET.dict(), visitor=visitor, auto_id="q-%s"
        )
        context = {**self.frame(), "form": form, "faults": form_errors(form)}
        if not form.is_bound or not form.is_valid():
            status = 422 if form.is_bound else 200
            return render(request, "management/reasons/page.html", context, status=status)
        person, subject = form.person, form.subject
        context |= _answer(visitor, person, subject, form.cleaned_data["ligne"], form.cleaned_data["date"])
        return render(request, "management/reasons/page.html", context)


@method_decorator(never_cache, name="dispatch")
class OwnReasonView(LoginRequiredMixin, View):
    """``/gestion/pourquoi/moi/``: the same for oneself, of what one reads; the rest does not exist."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the answer."""
        visitor, person = visitor_of(request), request.user
        assert isinstance(person, User)
        subject = _own_subject(visitor, request.GET.get("sur", ""))
        context = _answer(visitor, person, subject) | {"is_own": True}
        return render(request, "management/reasons/own.html", context)


def _own_subject(visitor: Visitor, text: str) -> Layer | Dashboard:
    """Return what an address names, of what the visitor reads.

    Raises:
        Http404: the visitor reads nothing of that name.
    """
    kind, _colon, slug = text.partition(":")
    subject: Layer | Dashboard | None = None
    if "\x00" not in slug and kind == LAYER:
        subject = access.listed_layers(visitor).select_related("theme", "producer").filter(slug=slug).first()
    elif "\x00" not in slug and kind == DASHBOARD:
        dashboards = dashboard_access.visible(visitor).select_related("portal", "published", "draft")
        subject = dashboards.filter(slug=slug).first()
    if subject is None:
        raise Http404
    return subject


def _answer(
    viewer: Visitor,
    person: User,
    subject: Layer | Dashboard,
    row: int | None = None,
    date: dt.datetime | None = None,
) -> dict[str, Any]:
    """Return what the templates show of an answer; ``fault`` says why rows could not be counted."""
    at = date or timezone.now()
    context: dict[str, Any] = {"person_name": person_name(person), "subject": subject}
    try:
        with rights_at(date) if date else nullcontext() as past:
            person = User.objects.get(pk=person.pk)  # open or closed, as it was
            reader = replace(reader_of(person, viewer), instant=at)
            memberships = memberships_of(person, at=at)
            if isinstance(subject, Dashboard):
                subject = Dashboard.objects.select_related("portal", "published", "draft").get(pk=subject.pk)
                rights = dashboard_rights(reader, subject)
            else:
                subject = Layer.objects.select_related("theme", "producer").get(pk=subject.pk)
                reasons = layer_reasons(reader, subject)
        groups = list(memberships.values())
        context |= {"person": person, "reader": reader, "groups": groups, "date": date}
        context |= {"past": past_words(past)} if past else {}
        if isinstance(subject, Dashboard):
            board = dashboard_answer(viewer, rights, subject, memberships=memberships, at=at)
            return context | {"board": board, "refusals": dashboard_refusals(board, person)}
        answer = layer_answer(viewer, reasons, row=row, memberships=memberships, at=at, is_past=bool(date))
    except (Busy, TooCostly, TooSlow) as error:
        return context | {"person": person, "fault": error.detail}
    refusals = layer_refusals(answer, person, groups, is_on_commune=bool(viewer.portal))
    return context | {"answer": answer, "refusals": refusals}
