"""Requests of access as rows of what waits for the team; layers to request as results of the search."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards import access as dashboard_access
from interface.page_parts import SearchedPage
from interface.waiting import WaitingGroup, WaitingRow
from interface.wording import day
from layers import access
from layers.visitor import Visitor
from management.requests.queries import decided_requests, waiting
from management.rights.presenters import person_name


def searched_requestable(visitor: Visitor) -> Iterator[SearchedPage]:
    """Yield the layers and dashboards that a visitor may request alone: the search leads to the request."""
    for layer in access.requestable_layers(visitor):
        address = reverse("management:new-request", args=[layer.slug])
        yield SearchedPage(
            layer.title, layer.abstract, address, gettext_lazy("couche sur demande"), "key-round"
        )
    for row in dashboard_access.requestable(visitor):
        address = reverse("management:new-dashboard-request", args=[row.slug])
        yield SearchedPage(
            row.title, row.summary, address, gettext_lazy("tableau de bord sur demande"), "lock"
        )


def waiting_requests(visitor: Visitor) -> Iterator[WaitingRow]:
    """Yield the requests that wait for a decision of the visitor, the oldest first; one statement."""
    for request in waiting(decided_requests(visitor)):
        words = {"person": person_name(request.person), "layer": request.subject.title}
        until = day(request.last_day)
        yield WaitingRow(
            subject=f"request {request.pk}",
            group=WaitingGroup.ANSWER,
            icon="key-round",
            title=_("%(person)s demande l’accès à « %(layer)s »") % words,
            detail=_("jusqu’au %(day)s · %(reason)s") % {"day": until, "reason": request.reason},
            action=_("Répondre"),
            address=reverse("management:request", args=[request.pk]),
            layer=request.layer.slug if request.layer is not None else "",
            since=request.created_at,
        )
