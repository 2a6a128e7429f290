"""The datasets somebody feeds, the versions of one of them, and its end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from datasets.access import check_publish, is_creator, may_create, rights_of
from datasets.errors import DatasetsError
from datasets.imports.queries import waiting_uploads
from datasets.imports.services import drop_with_files
from datasets.publication.forms import ConfirmDropForm
from datasets.versions.drop_zone import drop_zone
from datasets.versions.presenters import SORTS, rows_of, selected, waiting_tasks
from datasets.versions.queries import (
    FedDataset,
    dataset_of,
    datasets_of,
    deliveries_of,
    feeds_something,
    last_deliveries,
)
from interface.forms import FormError, form_errors
from layers import access
from layers.visitor import visitor_of

MAX_TEXT = 200
PAGE_ROWS = 50


class DatasetListView(View):
    """What waits for the person, and what they feed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the list; absent for who feeds nothing."""
        visitor = visitor_of(request)
        fed = datasets_of(visitor)
        if not fed and not is_creator(visitor):
            raise Http404
        context = {
            "fed": fed,
            "can_create": may_create(visitor),
            "obstacle": access.obstacle(visitor),
            "address": reverse("datasets:new"),
        }
        context |= self._rows(request, fed) | drop_zone()
        return render(request, "datasets/versions/home.html", context)

    def _rows(self, request: HttpRequest, fed: list[FedDataset]) -> dict[str, Any]:
        """Return what waits, and the datasets that the address asks."""
        rows = rows_of(fed, last_deliveries([entry.dataset for entry in fed]))
        text, sort = request.GET.get("q", "")[:MAX_TEXT], request.GET.get("tri", "")
        found = selected(rows, text=text, sort=sort)
        return {
            "rows": Paginator(found, PAGE_ROWS).get_page(request.GET.get("page")),
            "tasks": waiting_tasks(rows, waiting_uploads(visitor_of(request))),
            "text": text,
            "sort": sort,
            "sorts": SORTS.items(),
        }


class VersionsView(View):
    """Every delivery of a dataset."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Render the versions."""
        visitor = visitor_of(request)
        dataset = dataset_of(visitor, slug)
        rights = rights_of(visitor, dataset)
        context = {
            "dataset": dataset,
            "deliveries": deliveries_of(dataset),
            "can_import": rights.can_load,
            "can_drop": rights.can_publish,
            "obstacle": rights.obstacle,
        }
        return render(request, "datasets/versions/page.html", context)


class DropView(View):
    """The end of a dataset, confirmed by its own name."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Render the page that asks to confirm, with what would go away."""
        return self._page(request, slug, ConfirmDropForm(expected=slug))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Drop the dataset when its name is typed."""
        form = ConfirmDropForm(request.POST, expected=slug)
        dataset = dataset_of(visitor_of(request), slug)
        if not form.is_valid():
            return self._page(request, slug, form)
        try:
            drop_with_files(dataset=dataset, visitor=visitor_of(request))
        except DatasetsError as error:
            return self._page(request, slug, form, [FormError(error.detail)])
        messages.success(request, _("Le jeu « %s » est supprimé.") % dataset)
        return redirect("datasets:home" if feeds_something(visitor_of(request)) else "explorer:catalogue")

    def _page(
        self, request: HttpRequest, slug: str, form: ConfirmDropForm, faults: list[FormError] | None = None
    ) -> HttpResponse:
        dataset = dataset_of(visitor_of(request), slug)
        check_publish(visitor_of(request), dataset)
        faults = faults or form_errors(form)
        context = {"dataset": dataset, "deliveries": deliveries_of(dataset), "form": form, "faults": faults}
        return render(request, "datasets/versions/drop.html", context, status=400 if faults else 200)
