"""Requests of access: the form and the list of a person, the list and the decision of who answers for the layer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from gisportal.accounts.access_summary.presenters import ENDED_LATELY
from interface.forms import form_errors
from layers import access
from layers.errors import Forbidden, InvalidParameter
from layers.models import Grant, Layer
from layers.visitor import visitor_of
from management.frame import ManagementView
from management.models import AccessRequest, RequestState
from management.requests.forms import DecisionForm, RequestForm
from management.requests.queries import decided_requests, own_requests, reader_count, waiting
from management.requests.services import accept_request, refuse_request, send_request
from management.rights.effects import effect_words
from management.rights.services import check_covered

_PAGE_SIZE = 50


class AccountView(AccessMixin, View):
    """A page of whoever has an account: the public signs in first, whatever the address names."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in who has an account."""
        if visitor_of(request).is_anonymous:
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)


class NewRequestView(AccountView):
    """``/gestion/demandes/sur/{layer}/``: request the data of a layer; one that may not be requested is absent."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Render the form."""
        return self._page(request, access.requestable_layer(visitor_of(request), slug), RequestForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Send the request; a faulty one comes back with all that was typed."""
        visitor, form = visitor_of(request), RequestForm(request.POST)
        layer = access.requestable_layer(visitor, slug)
        if form.is_valid():
            try:
                send_request(visitor, layer, **form.cleaned_data)
            except (Forbidden, InvalidParameter) as error:
                form.add_error(None, error.detail)
            else:
                messages.success(
                    request, _("Demande envoyée : la réponse vous parviendra par courriel, et ici.")
                )
                return redirect("management:own-requests")
        return self._page(request, layer, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def _page(
        self, request: HttpRequest, layer: Layer, form: RequestForm, *, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        visitor = visitor_of(request)
        ended = access.ended_grants(visitor, since=visitor.instant - ENDED_LATELY).get(layer.pk)
        context = {"layer": layer, "form": form, "faults": form_errors(form), "ended": ended}
        return render(request, "management/requests/new.html", context, status=status)


class OwnRequestsView(AccountView):
    """``/gestion/demandes/miennes/``: what a person requested, and the answers."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the list, and the layers that may be requested."""
        visitor = visitor_of(request)
        requests = list(own_requests(visitor))
        requested = {each.layer_id for each in requests if each.state == RequestState.WAITING}
        requestable = [layer for layer in access.requestable_layers(visitor) if layer.pk not in requested]
        context = {"requests": requests, "requestable": requestable}
        return render(request, "management/requests/own.html", context)


class RequestListView(ManagementView):
    """``/gestion/demandes/``: the requests that the visitor decides: those that wait, then the answered ones."""

    tab = "management:requests"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the list."""
        rows = decided_requests(visitor_of(request))
        answered = rows.exclude(state=RequestState.WAITING).order_by("-decided_at", "-pk")
        page = Paginator(answered, _PAGE_SIZE).get_page(request.GET.get("page"))
        context = {**self.frame(), "waiting": waiting(rows), "rows": page}
        return render(request, "management/requests/list.html", context)


class RequestView(ManagementView):
    """``/gestion/demandes/{id}/``: a request with what it would open, counted, and its decision."""

    tab = "management:requests"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render the request as it was sent."""
        access_request = self._request(request, pk)
        scope = self._scope(request, access_request)
        form = DecisionForm.as_requested(access_request, scope=scope, visitor=visitor_of(request))
        return self._page(request, access_request, form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Count again, accept with the scope and end of the form, or refuse with a word."""
        access_request, visitor = self._request(request, pk), visitor_of(request)
        form = DecisionForm(
            request.POST, request=access_request, scope=self._scope(request, access_request), visitor=visitor
        )
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
        self, request: HttpRequest, access_request: AccessRequest, form: DecisionForm, answer: str
    ) -> None:
        visitor = visitor_of(request)
        if request.POST.get("deed") == "refuse":
            refuse_request(visitor, access_request, answer=answer)
            messages.success(request, _("Demande refusée : la personne est prévenue."))
            return
        grant = form.proposed()
        assert isinstance(grant, Grant)
        accept_request(visitor, access_request, grant, answer=answer)
        messages.success(request, _("Demande acceptée : l’accès est donné, la personne est prévenue."))

    def _request(self, request: HttpRequest, pk: int) -> AccessRequest:
        match = decided_requests(visitor_of(request)).filter(pk=pk).first()
        if match is None:
            raise Http404
        return match

    def _scope(self, request: HttpRequest, access_request: AccessRequest) -> access.Scope | None:
        slug = access_request.layer.slug
        return access.scopes_by_slug(visitor_of(request), [slug]).get(slug)

    def _page(
        self,
        request: HttpRequest,
        access_request: AccessRequest,
        form: DecisionForm,
        *,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        visitor = visitor_of(request)
        is_waiting = access_request.state == RequestState.WAITING
        context = {
            **self.frame(),
            "access_request": access_request,
            "form": form,
            "faults": form_errors(form),
            "is_waiting": is_waiting,
            "effect": effect_words(form, check=check_covered) if is_waiting else None,
            "readers": reader_count(access_request.layer, visitor=visitor),
        }
        return render(request, "management/requests/request.html", context, status=status)
