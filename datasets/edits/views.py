"""What becomes of rows edited in place when a delivery is put online: the form of its pages."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View

from datasets.access import dataset_of, delivery_of, readable_part
from datasets.comparison.sql.version_pair import GEOMETRY
from datasets.edits.parsing import parse_choices
from datasets.edits.services import choose_edits
from layers.visitor import visitor_of

_PAGES = {"review": "datasets:review", "delivery": "datasets:delivery"}


class EditsView(View):
    """The choice of what stays, edits or file."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Go to the version, from the address of the form."""
        return redirect("datasets:delivery", slug, number)

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Store the choice, and go back to the page that it was made on."""
        visitor = visitor_of(request)
        delivery = delivery_of(dataset_of(visitor, slug), number)
        names = {**readable_part(visitor, delivery).fields, GEOMETRY: None}
        choose_edits(delivery=delivery, visitor=visitor, choices=parse_choices(request.POST, names))
        messages.success(request, _("Votre choix sera appliqué à la mise en ligne."))
        return redirect(_PAGES.get(request.POST.get("page", ""), _PAGES["delivery"]), slug, number)
