"""``/jeux/livraisons/``: the state of every delivery, for who feeds datasets."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views import View

from datasets.access import feeds_something, is_creator
from datasets.deliveries.presenters import delivery_row, upload_row
from datasets.deliveries.queries import FILTERS, deliveries_page, rights_on, uploads_on_their_way
from layers.parsing.choices import choice
from layers.parsing.query import single_values
from layers.visitor import visitor_of

_NAMES = {
    "": gettext_lazy("Toutes"),
    "a-publier": gettext_lazy("À publier"),
    "arretees": gettext_lazy("Refusées ou interrompues"),
    "en-ligne": gettext_lazy("En ligne"),
    "abandonnees": gettext_lazy("Abandonnées"),
}


class DeliveriesView(View):
    """Files on their way first, then deliveries, newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page; absent for who feeds nothing."""
        visitor = visitor_of(request)
        if not feeds_something(visitor) and not is_creator(visitor):
            raise Http404
        state, number = _parameters(request)
        deliveries = deliveries_page(visitor, state, number)
        rights = rights_on(visitor, deliveries)
        context = {
            "uploads": [upload_row(upload, visitor) for upload in uploads_on_their_way(visitor)],
            "deliveries": deliveries,
            "rows": [delivery_row(delivery, rights) for delivery in deliveries],
            "filters": list(_NAMES.items()),
            "state": state,
        }
        return render(request, "datasets/deliveries/page.html", context)


def _parameters(request: HttpRequest) -> tuple[str, str]:
    """Return the requested state, and the number of the page.

    Raises:
        UnknownParameter, InvalidParameter: the address says something else.
    """
    parameters = single_values(dict(request.GET.lists()), allowed=("etat", "page"))
    state = choice(parameters.get("etat", ""), FILTERS, parameter="etat")
    return state, parameters.get("page", "")
