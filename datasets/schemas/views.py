"""The pages of a schema: a layer made from nothing, the fields of one that exists, and the plan before it acts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.vary import vary_on_headers

from datasets.access import check_create, check_load, dataset_of, readable_part
from datasets.errors import PlanChanged, PlanNotAccepted
from datasets.models import Dataset, Delivery, SchemaChange
from datasets.schemas.forms.schema import SchemaForms
from datasets.schemas.jobs import MAX_ROWS_IN_REQUEST, SCHEMA_CHANGES, request_change
from datasets.schemas.presenters import change_progress, outcome_words, planned_changes
from datasets.schemas.queries import (
    SchemaPlan,
    online_delivery,
    previewed_plan,
    schema_change,
    used_columns,
)
from datasets.schemas.services import change_schema, create_layer
from datasets.vocabulary import DeliveryState
from interface.forms import FormError
from layers.errors import LayersError
from layers.visitor import visitor_of

# What the page of the plan adds to the form of the fields, which it sends again.
_OF_PLAN = frozenset({"csrfmiddlewaretoken", "etape", "empreinte", "accepte"})
ACT = "appliquer"


@method_decorator(never_cache, name="dispatch")
class NewLayerView(LoginRequiredMixin, View):
    """A layer without a file: its catalogue entry, its geometry and its fields in one form.

    Who may make none reads why, and to whom to turn.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the form."""
        check_create(visitor_of(request))
        return _page(request, SchemaForms(visitor=visitor_of(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make the layer, and show it; or its version, which waits for approval."""
        check_create(visitor_of(request))
        forms = SchemaForms(visitor=visitor_of(request), posted=request.POST)
        if not forms.is_valid() or forms.identity is None:
            return _page(request, forms)
        try:
            delivery = create_layer(
                **forms.identity.cleaned_data, schema=forms.schema, visitor=visitor_of(request)
            )
        except LayersError as error:
            forms.refuse(error)
            return _page(request, forms)
        slug = delivery.dataset.layer.slug
        if delivery.state == DeliveryState.ONLINE:
            messages.success(request, _("« %s » est en ligne, sans ligne encore.") % delivery.dataset)
            return redirect("explorer:layer", slug)
        messages.success(request, _("« %s » est créée ; elle attend d’être approuvée.") % delivery.dataset)
        return redirect("datasets:delivery", slug, delivery.number)


@method_decorator(never_cache, name="dispatch")
class SchemaView(View):
    """The fields of a dataset; what a change would do is shown before it acts."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Render the form of the schema online."""
        dataset, online = _online(request, slug)
        return _page(request, _forms(request, dataset, online), dataset)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show the plan of the form or, once it is confirmed, act."""
        dataset, online = _online(request, slug)
        forms = _forms(request, dataset, online)
        if "retour" in request.POST:
            return _page(request, forms, dataset, status=200)
        try:
            if not forms.is_valid():
                return _page(request, forms, dataset)
            plan = previewed_plan(online, forms.schema)
            if not plan.steps:
                forms.general.append(_("Rien ne change : modifiez un champ, puis continuez."))
                return _page(request, forms, dataset)
            if request.POST.get("etape") != ACT:
                return _plan_page(request, online, plan)
            return self._act(request, dataset, online, forms, row_count=plan.row_count)
        except LayersError as error:
            forms.refuse(error)
            return _page(request, forms, dataset)

    def _act(
        self, request: HttpRequest, dataset: Dataset, online: Delivery, forms: SchemaForms, *, row_count: int
    ) -> HttpResponse:
        change: dict[str, Any] = {
            "dataset": dataset,
            "schema": forms.schema,
            "visitor": visitor_of(request),
            "digest": request.POST.get("empreinte", ""),
            "accepted": request.POST.getlist("accepte"),
        }
        if row_count > MAX_ROWS_IN_REQUEST:
            return redirect("datasets:schema-change", dataset.layer.slug, request_change(**change).pk)
        try:
            delivery = change_schema(**change)
        except (PlanChanged, PlanNotAccepted) as error:
            plan = previewed_plan(online, forms.schema)
            return _plan_page(request, online, plan, [FormError(error.detail)])
        messages.success(request, outcome_words(delivery))
        return redirect(*_outcome(delivery))


@method_decorator([never_cache, vary_on_headers("Accept")], name="dispatch")
class SchemaChangeView(View):
    """A change that the worker makes; the page works without script, by its refresh link; a script requests JSON."""

    def get(self, request: HttpRequest, slug: str, key: UUID) -> HttpResponse:
        """Show the progress, or go to the result."""
        change = _change(request, slug, key)
        onwards = reverse("datasets:schema-change", args=[slug, key]) if change.delivery_id else ""
        if not request.accepts("text/html"):
            return JsonResponse(change_progress(change) | {"url": onwards}, content_type="application/json")
        if change.delivery is not None:
            messages.success(request, outcome_words(change.delivery))
            return redirect(*_outcome(change.delivery))
        context = {"dataset": change.dataset, "change": change} | change_progress(change)
        return render(request, "datasets/schemas/change.html", context)

    def post(self, request: HttpRequest, slug: str, key: UUID) -> HttpResponse:
        """Cancel it: what is online stays as it is."""
        SCHEMA_CHANGES.cancel(_change(request, slug, key))
        return redirect("datasets:schema-change", slug, key)


def _change(request: HttpRequest, slug: str, key: UUID) -> SchemaChange:
    """Return a change of a dataset that the person feeds."""
    dataset, _online_delivery = _online(request, slug)
    change = schema_change(dataset, key)
    if change is None:
        raise Http404
    return change


def _outcome(delivery: Delivery) -> tuple[Any, ...]:
    """Return where a change leads: the layer, or the version that waits for approval."""
    slug = delivery.dataset.layer.slug
    if delivery.state == DeliveryState.ONLINE:
        return ("explorer:layer", slug)
    return ("datasets:delivery", slug, delivery.number)


def _online(request: HttpRequest, slug: str) -> tuple[Dataset, Delivery]:
    """Return a dataset that the person feeds, and what is online of it; the page is absent before the first version."""
    visitor = visitor_of(request)
    dataset = dataset_of(visitor, slug)
    check_load(visitor, dataset)
    online = online_delivery(dataset)
    if online is None:
        raise Http404
    return dataset, online


def _forms(request: HttpRequest, dataset: Dataset, online: Delivery) -> SchemaForms:
    return SchemaForms(
        visitor=visitor_of(request),
        posted=request.POST if request.method == "POST" else None,
        current=online.schema_version.schema,
        layer=dataset.layer,
        reserved=used_columns(dataset),
    )


def _page(
    request: HttpRequest, forms: SchemaForms, dataset: Dataset | None = None, *, status: int | None = None
) -> HttpResponse:
    faults = forms.faults() if status is None else []
    context: dict[str, Any] = {"forms": forms, "dataset": dataset, "faults": faults, "address": request.path}
    template = "datasets/schemas/edit.html" if dataset else "datasets/schemas/create.html"
    return render(request, template, context, status=status or (400 if faults else 200))


def _plan_page(
    request: HttpRequest, online: Delivery, plan: SchemaPlan, faults: list[FormError] | None = None
) -> HttpResponse:
    reading = readable_part(visitor_of(request), online)
    context: dict[str, Any] = {
        "dataset": online.dataset,
        "online": online,
        "plan": plan,
        "changes": planned_changes(plan, reading),
        "accepted": request.POST.getlist("accepte"),
        "sent": [
            (name, value) for name, values in request.POST.lists() if name not in _OF_PLAN for value in values
        ],
        "faults": faults or [],
        "address": request.path,
    }
    return render(request, "datasets/schemas/plan.html", context, status=400 if faults else 200)
