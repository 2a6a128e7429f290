"""The inventory of a layer as a page, the sheet of a feature, and the whole document that the worker prepares."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from interface.addresses import address
from interface.requests import filled, parameters_of
from layers.errors import UnknownFeature
from layers.parsing import single_values
from layers.visitor import visitor_of
from layers.vocabulary import JobState
from planning.inventory.paper import INVENTORY_FILES, request_inventory, sheet_pdf, visible_inventory
from planning.inventory.presenters import condition_words, contents
from planning.inventory.queries import (
    MAX_LISTED,
    MAX_SHEETS,
    Inventory,
    filter_values,
    inventory_of,
    inventory_rows,
    sheet_count,
)
from planning.models import InventoryJob


class InventoryView(View):
    """``/urbanisme/inventaire/{layer}/?commune=92048``: its features by commune, and the filters of the document."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Render the list."""
        inventory = inventory_of(visitor_of(request), layer, filled(parameters_of(request)))
        count, rows = sheet_count(inventory), inventory_rows(inventory, MAX_LISTED)
        context = {
            "inventory": inventory,
            "filters": filter_values(inventory),
            "conditions": inventory.conditions.items(),
            "count": count,
            "groups": contents(rows),
            "is_cut": count > len(rows),
            "most": MAX_SHEETS,
            "is_printable": 0 < count <= MAX_SHEETS,
        }
        return render(request, "planning/inventory/page.html", context)


class SheetFileView(View):
    """``/urbanisme/inventaire/{layer}/{id}/fiche.pdf``: the sheet of a feature on A4, tagged."""

    def get(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Send the file."""
        single_values(parameters_of(request), allowed=())
        link = request.build_absolute_uri(address("sheet", layer, pk))
        content = sheet_pdf(visitor_of(request), layer, pk, link=link)
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="inventaire-{layer}-{pk}.pdf"'
        response["Cache-Control"] = "private, no-store"
        return response


class InventoryRequestView(View):
    """The button that has the whole document prepared."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Request the document, and show its own page."""
        visitor = visitor_of(request)
        sent = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
        inventory = inventory_of(visitor, layer, filled(sent))
        return _page_of(request_inventory(visitor=visitor, inventory=inventory))


@method_decorator(never_cache, name="dispatch")
class InventoryJobPage(View):
    """Base of the views of a document: only who requested it sees it, under their current rights."""

    def document(self, pk: UUID) -> tuple[InventoryJob, Inventory]:
        """Return the job of the document, and what it is about.

        Raises:
            UnknownFeature: it is not this visitor's, or not any more.
            UnknownParameter: the address has one, and none is read here.
        """
        single_values(parameters_of(self.request), allowed=())
        return visible_inventory(pk=pk, visitor=visitor_of(self.request))


class InventoryJobView(InventoryJobPage):
    """``/urbanisme/inventaire/document/{id}/``: where the document is; works without script, by its link."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show the state of the job."""
        job, inventory = self.document(pk)
        context = {
            "prepared": job,
            "state": JobState(job.state),
            "inventory": inventory,
            "words": condition_words(inventory),
            "back": _address(inventory),
        }
        return render(request, "planning/inventory/job.html", context)


class InventoryFileView(InventoryJobPage):
    """``/urbanisme/inventaire/document/{id}/fichier/``: the document, to who asked for it."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Send the file, or redirect to its page when there is none (yet, or any more)."""
        job, _inventory = self.document(pk)
        if job.state != JobState.READY:
            return redirect("inventory:job", pk)
        try:
            body = job.path.open("rb")
        except FileNotFoundError as error:
            raise UnknownFeature(_("Ce fichier n’est plus gardé."), parameter="id") from error
        request.META.pop("HTTP_ACCEPT_ENCODING", None)  # sent as it is: its length is in the header
        response = FileResponse(
            body, as_attachment=True, filename=job.file_name, content_type="application/pdf"
        )
        response["Content-Security-Policy"] = "sandbox"
        return response


class CancelInventoryView(InventoryJobPage):
    """The button that forgets the document, finished or not."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Remove it, and show the inventory again."""
        job, inventory = self.document(pk)
        INVENTORY_FILES.remove(job)
        return redirect(_address(inventory))


class RetryInventoryView(InventoryJobPage):
    """The button that asks again, after an error, or when the file is not stored any more."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Request the same document again, and show its own page."""
        _job, inventory = self.document(pk)
        return _page_of(request_inventory(visitor=visitor_of(request), inventory=inventory))


def _page_of(job: InventoryJob) -> HttpResponse:
    response = redirect("inventory:job", job.pk)
    response.status_code = 303
    return response


def _address(inventory: Inventory) -> str:
    path = reverse("inventory:list", args=[inventory.layer.layer])
    return f"{path}?{urlencode(inventory.conditions)}" if inventory.conditions else path
