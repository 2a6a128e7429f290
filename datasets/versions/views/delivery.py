"""The third and fourth steps: the report of a delivery, what it would change, and putting it online or back online."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from datasets.access import reading_of, rights_of
from datasets.comparison.parsing import parse_changes
from datasets.comparison.presenters import comparison_of
from datasets.imports.queries import upload_behind
from datasets.imports.services import publish_described
from datasets.loading.queries import findings_of, findings_page
from datasets.models import Delivery
from datasets.publication.forms import PublicationForms
from datasets.publication.services import restore
from datasets.versions.csv import MEDIA_TYPE, findings_as_csv
from datasets.versions.queries import dataset_of, delivery_of, rows_of
from datasets.versions.requests import steps
from datasets.vocabulary import DeliveryState
from interface.forms import FormError
from interface.map_config import features_map_config
from layers.errors import LayersError
from layers.parsing import FeatureQuery, parse_query
from layers.visitor import visitor_of

SHOWN_ROWS = 20


class DeliveryView(View):
    """The page of a version: report, comparison, rows, and what may be done with it."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Render the version."""
        delivery = delivery_of(dataset_of(visitor_of(request), slug), number)
        return page(request, delivery, PublicationForms(delivery, visitor=visitor_of(request)))


class PublishView(View):
    """Put a delivery that is ready online."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Go to the version: somebody came back to the address of the form."""
        return redirect("datasets:delivery", slug, number)

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Publish as the forms say, then show the layer; sent twice, the second finds it done."""
        delivery = delivery_of(dataset_of(visitor_of(request), slug), number)
        if delivery.state == DeliveryState.ONLINE:
            return redirect("explorer:layer", slug)
        forms = PublicationForms(delivery, visitor=visitor_of(request), posted=request.POST)
        if not forms.is_valid():
            return page(request, delivery, forms, faults=forms.faults())
        try:
            publish_described(delivery=delivery, layer=forms.layer, visitor=visitor_of(request))
        except LayersError as error:
            return page(request, delivery, forms, faults=[FormError(error.detail)])
        messages.success(
            request, _("La version %(number)d de « %(title)s » est en ligne.") % _named(delivery)
        )
        return redirect("explorer:layer", slug)


class RestoreView(View):
    """Bring an earlier version back."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Go to the version."""
        return redirect("datasets:delivery", slug, number)

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Restore, and show the versions."""
        delivery = delivery_of(dataset_of(visitor_of(request), slug), number)
        try:
            restore(delivery=delivery, visitor=visitor_of(request))
        except LayersError as error:
            return page(
                request,
                delivery,
                PublicationForms(delivery, visitor=visitor_of(request)),
                [FormError(error.detail)],
            )
        messages.success(
            request, _("La version %(number)d de « %(title)s » est de nouveau en ligne.") % _named(delivery)
        )
        return redirect("datasets:versions", slug)


class FindingsView(View):
    """What an import found, as a file."""

    def get(self, request: HttpRequest, slug: str, number: int) -> StreamingHttpResponse:
        """Send every finding that is kept."""
        delivery = delivery_of(dataset_of(visitor_of(request), slug), number)
        findings = findings_of(delivery, reading_of(visitor_of(request), delivery))
        response = StreamingHttpResponse(findings_as_csv(findings), content_type=MEDIA_TYPE)
        response["Content-Disposition"] = f'attachment; filename="{slug}-v{number}-constats.csv"'
        response["Cache-Control"] = "private, no-store"
        return response


def page(
    request: HttpRequest, delivery: Delivery, forms: PublicationForms, faults: list[FormError] | None = None
) -> HttpResponse:
    """Render a version with its report, what it changes, its rows, and what the person may do with it."""
    visitor, state, dataset = visitor_of(request), delivery.state, delivery.dataset
    rights = rights_of(visitor, dataset)
    version = rows_of(visitor, delivery, _query(request))
    reading = reading_of(visitor, delivery)
    findings = findings_page(delivery, reading, request.GET.get("page", ""))
    context: dict[str, Any] = {
        "delivery": delivery,
        "dataset": dataset,
        "reading": reading,
        "findings": findings,
        "has_masked": any(told.is_masked for told in findings),
        "online": dataset.online,
        "forms": forms if state == DeliveryState.READY and rights.can_publish else None,
        "can_restore": state == DeliveryState.PAST and rights.can_publish,
        "obstacle": rights.obstacle,
        "upload": upload_behind(visitor, delivery) if rights.can_load else None,
        "version": version,
        "faults": faults or [],
    }
    context |= _comparison(request, delivery, has_rows=version is not None)
    context |= steps(4 if state == DeliveryState.READY else 3)
    return render(request, "datasets/versions/delivery.html", context, status=400 if faults else 200)


def _comparison(request: HttpRequest, delivery: Delivery, *, has_rows: bool) -> dict[str, Any]:
    """Return what a version changes, as the address asks it, and its map."""
    asked = parse_changes(request.GET)
    found = comparison_of(visitor_of(request), delivery, asked) if has_rows else None
    changes = reverse("datasets:changes", args=[delivery.dataset.layer.slug, delivery.number])
    caption = _("Les premières lignes de chaque sorte, 50 au plus.")
    if asked.kind:
        changes = f"{changes}?{urlencode({'sorte': request.GET['sorte'], 'suite': asked.number})}"
        caption = _("Les lignes de ce tableau.")
    return {
        "comparison": found,
        "is_withheld": bool(has_rows and delivery.comparison and found is None),
        "comparison_map": features_map_config(changes) if found and found.has_positions else None,
        "map_caption": caption,
        "asked_kind": request.GET.get("sorte", ""),
    }


def _query(request: HttpRequest) -> FeatureQuery:
    """Return the page of rows that the address asks."""
    cursor = request.GET.get("cursor", "")
    return parse_query({"limit": [str(SHOWN_ROWS)], **({"cursor": [cursor]} if cursor else {})})


def _named(delivery: Delivery) -> dict[str, object]:
    return {"number": delivery.number, "title": delivery.dataset}
