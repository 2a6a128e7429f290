"""Requests of access: the form and the list of a person, the list and the decision of who answers for the layer."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from dashboards import access as dashboard_access
from dashboards.models import Dashboard
from gisportal.accounts.access_summary.presenters import ENDED_LATELY
from interface.forms import form_errors
from interface.text import fold
from interface.wording import day, instant
from layers import access
from layers.errors import Forbidden, InvalidParameter
from layers.models import Layer
from layers.visitor import Visitor, visitor_of
from management.frame import ManagementView
from management.lists.table import Column, Filter, Listing
from management.lists.views import ListView
from management.models import AccessRequest, RequestState
from management.requests.forms import DashboardDecisionForm, DecisionForm, RequestForm
from management.requests.queries import (
    dashboard_needs,
    decided_requests,
    own_requests,
    reader_count,
    waiting,
    waiting_request,
)
from management.requests.services import accept_request, check_to_give, refuse_request, send_request
from management.rights.effects import effect_words
from management.rights.presenters import person_name

AnyDecisionForm = DecisionForm | DashboardDecisionForm
_MOST = 5_000


class AccountView(AccessMixin, View):
    """A page of whoever has an account: the public signs in first, whatever the address names."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in who has an account."""
        if visitor_of(request).is_anonymous:
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)


class NewRequestView(AccountView):
    """``/gestion/demandes/sur/{layer}/``: request the data of a layer; one that may not be requested is absent."""

    is_of_layer = True

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Render the form."""
        subject = self.requestable(visitor_of(request), slug)
        return self._page(request, subject, RequestForm(has_rows=self.is_of_layer))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Send the request; a faulty one comes back with all that was typed."""
        visitor, form = visitor_of(request), RequestForm(request.POST, has_rows=self.is_of_layer)
        subject = self.requestable(visitor, slug)
        if form.is_valid():
            try:
                send_request(visitor, subject, **form.cleaned_data)
            except (Forbidden, InvalidParameter) as error:
                form.add_error(None, error.detail)
            else:
                messages.success(
                    request, _("Demande envoyée : la réponse vous parviendra par courriel, et ici.")
                )
                return redirect("management:own-requests")
        return self._page(request, subject, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def requestable(self, visitor: Visitor, slug: str) -> Layer | Dashboard:
        """Return what the address names.

        Raises:
            UnknownLayer, UnknownDashboard: there is none, or the visitor may not know of it.
        """
        return access.requestable_layer(visitor, slug)

    def _page(
        self,
        request: HttpRequest,
        subject: Layer | Dashboard,
        form: RequestForm,
        *,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        visitor = visitor_of(request)
        since = visitor.instant - ENDED_LATELY
        ended = access.ended_grants(visitor, since=since).get(subject.pk) if self.is_of_layer else None
        context = {
            "subject": subject,
            "is_of_layer": self.is_of_layer,
            "summary": subject.abstract if isinstance(subject, Layer) else subject.summary,
            "sent": waiting_request(visitor, subject),
            "ended": ended,
            "form": form,
            "faults": form_errors(form),
        }
        return render(request, "management/requests/new.html", context, status=status)


class NewDashboardRequestView(NewRequestView):
    """``/gestion/demandes/tableau/{dashboard}/``: a locked dashboard, and its request; one that may be read opens."""

    is_of_layer = False

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Render the form, or go to the dashboard of who reads it."""
        if dashboard_access.published(visitor_of(request)).filter(slug=slug).exists():
            return redirect("dashboards:dashboard", slug)
        return super().get(request, slug)

    def requestable(self, visitor: Visitor, slug: str) -> Layer | Dashboard:
        """Return the locked dashboard, as the layers."""
        return dashboard_access.get_requestable(visitor, slug)


class OwnRequestsView(AccountView):
    """``/gestion/demandes/miennes/``: what a person requested, and the answers."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the list, and the layers and dashboards that may be requested."""
        visitor = visitor_of(request)
        requests = list(own_requests(visitor))
        requested = {each.subject for each in requests if each.state == RequestState.WAITING}
        context = {
            "requests": requests,
            "layers": [each for each in access.requestable_layers(visitor) if each not in requested],
            "dashboards": [each for each in dashboard_access.requestable(visitor) if each not in requested],
        }
        return render(request, "management/requests/own.html", context)


def _is_named(row: AccessRequest, words: Sequence[str]) -> bool:
    text = fold(f"{person_name(row.person)} {row.subject.title} {row.reason} {row.answer}")
    return all(word in text for word in words)


REQUESTS: Listing[AccessRequest] = Listing(
    columns=(
        Column(
            "qui",
            gettext_lazy("Qui"),
            lambda row: person_name(row.person),
            lambda row: fold(person_name(row.person)),
        ),
        Column(
            "quoi", gettext_lazy("Quoi"), lambda row: row.subject.title, lambda row: fold(row.subject.title)
        ),
        Column("etat", gettext_lazy("État"), lambda row: row.get_state_display()),
        Column(
            "envoyee",
            gettext_lazy("Envoyée le"),
            lambda row: instant(row.created_at),
            lambda row: row.created_at.timestamp(),
        ),
        Column("jour", gettext_lazy("Dernier jour"), lambda row: day(row.last_day)),
        Column("motif", gettext_lazy("Motif"), lambda row: row.reason),
        Column("par", gettext_lazy("Par"), lambda row: person_name(row.decided_by) if row.decided_by else ""),
        Column("reponse", gettext_lazy("Réponse"), lambda row: row.answer),
    ),
    matches=_is_named,
    default_sort="-envoyee",
    filters=(
        Filter(
            "etat",
            gettext_lazy("État"),
            {str(state.value): state.label for state in RequestState},
            lambda row, value: row.state == value,
        ),
    ),
)


class RequestListView(ListView):
    """``/gestion/demandes/``: the requests that the visitor decides: those that wait, then all of them."""

    tab = "management:requests"
    listing, template, file_name = REQUESTS, "management/requests/list.html", "demandes"

    def rows(self) -> list[AccessRequest]:
        """Return them, the newest 5,000."""
        return list(decided_requests(visitor_of(self.request)).order_by("-created_at", "-pk")[:_MOST])

    def context(self) -> dict[str, Any]:
        """Return those that wait, above the list."""
        return {"waiting": waiting(decided_requests(visitor_of(self.request)))}


class RequestView(ManagementView):
    """``/gestion/demandes/{id}/``: a request with what it would open, counted, and its decision."""

    tab = "management:requests"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render the request as it was sent."""
        access_request = self._request(request, pk)
        return self._page(request, access_request, self._form(request, access_request))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Count again, accept with the scope and end of the form, or refuse with a word."""
        access_request = self._request(request, pk)
        form = self._form(request, access_request, request.POST)
        is_valid, deed = form.is_valid(), request.POST.get("deed", "")
        answer = str(form.cleaned_data.get("answer", ""))
        if deed == "refuse" and not answer:
            form.add_error("answer", _("Dites pourquoi : la personne lira ces mots."))
        elif deed == "refuse" or (deed == "accept" and is_valid):
            try:
                self._decide(request, access_request, form, answer)
            except (Forbidden, InvalidParameter) as error:
                form.add_error(None, error.detail)
            else:
                return redirect("management:requests")
        is_preview = deed == "count" and is_valid
        status = HTTPStatus.OK if is_preview else HTTPStatus.UNPROCESSABLE_ENTITY
        return self._page(request, access_request, form, status=status)

    def _decide(
        self, request: HttpRequest, access_request: AccessRequest, form: AnyDecisionForm, answer: str
    ) -> None:
        visitor = visitor_of(request)
        if request.POST.get("deed") == "refuse":
            refuse_request(visitor, access_request, answer=answer)
            messages.success(request, _("Demande refusée : la personne est prévenue."))
            return
        layers = form.chosen_layers if isinstance(form, DashboardDecisionForm) else ()
        accept_request(visitor, access_request, form.proposed(), answer=answer, layers=layers)
        messages.success(request, _("Demande acceptée : l’accès est donné, la personne est prévenue."))

    def _request(self, request: HttpRequest, pk: int) -> AccessRequest:
        match = decided_requests(visitor_of(request)).filter(pk=pk).first()
        if match is None:
            raise Http404
        return match

    def _form(self, request: HttpRequest, access_request: AccessRequest, sent: Any = None) -> AnyDecisionForm:
        """Return the form of a decision as it was sent, or as the person requests."""
        visitor, dashboard = visitor_of(request), access_request.dashboard
        if dashboard is not None:
            needs = dashboard_needs(
                visitor, dashboard, access_request.person, until=access_request.valid_until
            )
            if sent is None:
                return DashboardDecisionForm.as_requested(access_request, needs=needs, visitor=visitor)
            return DashboardDecisionForm(sent, request=access_request, needs=needs, visitor=visitor)
        slug = access_request.subject.slug
        scope = access.scopes_by_slug(visitor, [slug]).get(slug)
        if sent is None:
            return DecisionForm.as_requested(access_request, scope=scope, visitor=visitor)
        return DecisionForm(sent, request=access_request, scope=scope, visitor=visitor)

    def _page(
        self,
        request: HttpRequest,
        access_request: AccessRequest,
        form: AnyDecisionForm,
        *,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        visitor, subject = visitor_of(request), access_request.subject
        is_waiting = access_request.state == RequestState.WAITING
        context = {
            **self.frame(),
            "access_request": access_request,
            "form": form,
            "faults": form_errors(form),
            "is_waiting": is_waiting,
            "effect": effect_words(form, check=check_to_give) if is_waiting else None,
            "readers": reader_count(subject, visitor=visitor),
        }
        return render(request, "management/requests/request.html", context, status=status)
