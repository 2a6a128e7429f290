"""The pages of datasets: those the visitor feeds, versions, one version, its files, and the deletion."""

from __future__ import annotations

from http import HTTPStatus
from typing import IO, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from datasets.access import (
    check_publish,
    dataset_of,
    delivery_of,
    feeds_something,
    is_creator,
    may_create,
    readable_part,
    rights_of,
)
from datasets.comparison.presenters import comparison_of, positions_of, restoration_of
from datasets.comparison.queries import parse_changes
from datasets.edits.presenters import edits_context
from datasets.edits.services import set_editable
from datasets.errors import DatasetsError
from datasets.imports.services import abandon_with_file, drop_with_files, publish_described, submit_described
from datasets.imports.uploads import upload_of_delivery, waiting_uploads
from datasets.loading.report import findings_of, findings_page
from datasets.models import Dataset, Delivery
from datasets.publication.forms import (
    ConfirmDropForm,
    ModerationForm,
    PublicationForms,
    moderation_initial,
)
from datasets.publication.moderation import fields_online, reminder_days, rules_of, save_moderation
from datasets.publication.services import restore
from datasets.publication.subjects import DeliverySubject
from datasets.review.parsing import parse_reasons
from datasets.review.presenters import checks_context, reason_fault
from datasets.versions.exports import MEDIA_TYPE as CSV
from datasets.versions.exports import findings_as_csv, rows_as_csv
from datasets.versions.presenters import SORTS, dataset_rows, drop_zone, selected, waiting_tasks
from datasets.versions.queries import (
    FedDataset,
    datasets_of,
    deliveries_of,
    last_deliveries,
    selection_of,
    version_page,
)
from datasets.vocabulary import DeliveryState
from export_formats.services import export_sent
from interface.forms import FormError, form_errors
from interface.map_config import features_map_config
from layers import access
from layers.errors import InvalidParameter, LayersError, TooSlow
from layers.formats.geojson import MEDIA_TYPE as GEOJSON
from layers.formats.geojson import feature_collection
from layers.parsing import FeatureQuery, parse_query
from layers.parsing.numbers import parse_integer
from layers.queries import Selection
from layers.visitor import Visitor, visitor_of
from publication import services as publication
from publication.review.presenters import submission_of

MAX_TEXT = 200
PAGE_ROWS = 50
MAX_ROWS = 20
_SWITCHES = frozenset({DeliveryState.READY, DeliveryState.PAST})
"""The states of a version that may be put online."""
TYPES = {"csv": CSV, "geojson": GEOJSON}


def steps(step: int) -> dict[str, Any]:
    """Return the steps of the wizard, and which one this is."""
    names = (_("Fichier"), _("Colonnes"), _("Contrôle"), _("Publication"))
    return {"steps": list(enumerate(names, start=1)), "step": step}


def form_number(request: HttpRequest, name: str) -> int | None:
    """Return a number of the form, None when it is absent.

    Raises:
        InvalidParameter: it is no whole number.
    """
    text = request.POST.get(name, "")
    number = parse_integer(text)
    if text and number is None:
        raise InvalidParameter(
            _("« %(name)s » attend un nombre entier ; reçu « %(value)s ».")
            % {"name": name, "value": text[:40]},
            parameter=name,
        )
    return number


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
        """Return the waiting rows, and the datasets selected by the address."""
        rows = dataset_rows(fed, last_deliveries([entry.dataset for entry in fed]))
        text, sort = request.GET.get("q", "")[:MAX_TEXT], request.GET.get("tri", "")
        matching = selected(rows, text=text, sort=sort)
        return {
            "rows": Paginator(matching, PAGE_ROWS).get_page(request.GET.get("page")),
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
            "can_abandon": rights.can_load or rights.can_publish,
            "obstacle": rights.obstacle,
        }
        return render(request, "datasets/versions/page.html", context)


class EditingView(View):
    """Whether the rows of a dataset are edited in place."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Go to the versions, from the address of the form."""
        return redirect("datasets:versions", slug)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Open the rows, or close them, and go back to the versions."""
        visitor, is_edited = visitor_of(request), request.POST.get("edited") == "on"
        dataset = dataset_of(visitor, slug)
        set_editable(dataset=dataset, visitor=visitor, is_edited=is_edited)
        done = _("Les lignes de « %s » se modifient sur place.") if is_edited else None
        messages.success(
            request, (done or _("Les lignes de « %s » ne changent plus que par un fichier.")) % dataset
        )
        return redirect("datasets:versions", slug)


class DropView(View):
    """The end of a dataset, confirmed by its own name."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Render the confirmation page, with what would be deleted."""
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


class DeliveryView(View):
    """The page of a version: report, comparison, rows, and what may be done with it."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Render the version."""
        delivery = delivery_of(dataset_of(visitor_of(request), slug), number)
        return page(request, delivery)


class PublishView(View):
    """Put a delivery that is ready online."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Redirect to the version, from the address of the form."""
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
            publish_described(
                delivery=delivery,
                layer=forms.layer,
                visitor=visitor_of(request),
                reasons=parse_reasons(request.POST),
            )
        except LayersError as error:
            fault = reason_fault(error) or FormError(error.detail)
            return page(request, delivery, forms, faults=[fault])
        messages.success(
            request, _("La version %(number)d de « %(title)s » est en ligne.") % _named(delivery)
        )
        return redirect("explorer:layer", slug)


class SubmitView(View):
    """Bring a delivery that is ready to approval."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Go to the version."""
        return redirect("datasets:delivery", slug, number)

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Submit as the forms say, and show the version, which waits."""
        visitor, delivery = visitor_of(request), delivery_of(dataset_of(visitor_of(request), slug), number)
        forms = PublicationForms(delivery, visitor=visitor, posted=request.POST, is_submission=True)
        if not forms.is_valid():
            return page(request, delivery, forms, faults=forms.faults())
        note = forms.note.cleaned_data["note"] if forms.note is not None else ""
        try:
            submit_described(delivery=delivery, layer=forms.layer, visitor=visitor, note=note)
        except LayersError as error:
            return page(request, delivery, forms, faults=[FormError(error.detail)])
        messages.success(
            request, _("La version %(number)d de « %(title)s » attend d’être approuvée.") % _named(delivery)
        )
        return redirect("datasets:delivery", slug, number)


class RestoreView(View):
    """Bring an earlier version back."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Go to the version."""
        return redirect("datasets:delivery", slug, number)

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Restore once the changes of its columns are accepted, and show the versions."""
        delivery = delivery_of(dataset_of(visitor_of(request), slug), number)
        forms = PublicationForms(delivery, visitor=visitor_of(request), posted=request.POST)
        if delivery.state == DeliveryState.PAST and not forms.is_valid():
            return page(request, delivery, forms, faults=forms.faults())
        try:
            restore(delivery=delivery, visitor=visitor_of(request))
        except LayersError as error:
            return page(request, delivery, forms, [FormError(error.detail)])
        messages.success(
            request, _("La version %(number)d de « %(title)s » est de nouveau en ligne.") % _named(delivery)
        )
        return redirect("datasets:versions", slug)


class AbandonView(View):
    """Give up a version that waits."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Go to the version."""
        return redirect("datasets:delivery", slug, number)

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Give it up, and show the versions; sent twice, the second finds it done."""
        delivery = delivery_of(dataset_of(visitor_of(request), slug), number)
        if delivery.state == DeliveryState.ABANDONED:
            return redirect("datasets:versions", slug)
        try:
            abandon_with_file(delivery=delivery, visitor=visitor_of(request))
        except LayersError as error:
            return page(request, delivery, faults=[FormError(error.detail)])
        messages.success(
            request, _("La version %(number)d de « %(title)s » est abandonnée.") % _named(delivery)
        )
        return redirect("datasets:versions", slug)


class ModerationView(View):
    """How the rows that people add are moderated."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Render the rules."""
        visitor = visitor_of(request)
        dataset = dataset_of(visitor, slug)
        check_publish(visitor, dataset)
        return self._page(request, dataset, self._form(dataset))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Save the rules, all or none; a refusal says how many rows are in the way."""
        visitor = visitor_of(request)
        dataset = dataset_of(visitor, slug)
        check_publish(visitor, dataset)
        form = self._form(dataset, request.POST)
        if not form.is_valid():
            return self._page(request, dataset, form, form_errors(form))
        try:
            save_moderation(
                dataset=dataset,
                visitor=visitor,
                is_moderated=form.cleaned_data["is_moderated"],
                rules=form.rules,
                days=form.cleaned_data["days"],
            )
        except DatasetsError as error:
            return self._page(request, dataset, form, [FormError(error.detail)])
        messages.success(request, _("Enregistré."))
        return redirect("datasets:moderation", slug)

    def _form(self, dataset: Dataset, data: Any = None) -> ModerationForm:
        rules = rules_of(dataset)
        return ModerationForm(
            data,
            fields=fields_online(dataset),
            groups=access.adding_groups(dataset.layer),
            initial=moderation_initial(
                rules, is_moderated=dataset.is_moderated, days=reminder_days(dataset.layer)
            ),
        )

    def _page(
        self,
        request: HttpRequest,
        dataset: Dataset,
        form: ModerationForm,
        faults: list[FormError] | None = None,
    ) -> HttpResponse:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
        context = {"dataset": dataset, "form": form, "faults": faults}
        return render(request, "datasets/versions/moderation.html", context, status=status)


class FindingsView(View):
    """What an import found, as a file."""

    def get(self, request: HttpRequest, slug: str, number: int) -> StreamingHttpResponse:
        """Send every stored finding."""
        delivery = delivery_of(dataset_of(visitor_of(request), slug), number)
        findings = findings_of(delivery, readable_part(visitor_of(request), delivery))
        response = StreamingHttpResponse(findings_as_csv(findings), content_type=CSV)
        response["Content-Disposition"] = f'attachment; filename="{slug}-v{number}-constats.csv"'
        response["Cache-Control"] = "private, no-store"
        return response


def page(
    request: HttpRequest,
    delivery: Delivery,
    forms: PublicationForms | None = None,
    faults: list[FormError] | None = None,
) -> HttpResponse:
    """Render a version with its report, what it changes, its rows, and what the person may do with it."""
    visitor, state, dataset = visitor_of(request), delivery.state, delivery.dataset
    rights, subject = rights_of(visitor, dataset), DeliverySubject(delivery)
    decision = publication.open_submission(subject)
    may_decide = (
        publication.may_publish(subject, visitor)
        if decision is None
        else publication.may_decide(decision, subject, visitor)
    )
    may_submit = state == DeliveryState.READY and rights.can_load and decision is None and not may_decide
    is_offered = (state in _SWITCHES and may_decide) or may_submit
    if forms is None:
        forms = PublicationForms(delivery, visitor=visitor, is_submission=may_submit)
    version = version_page(visitor, delivery, _query(request))
    reading = readable_part(visitor, delivery)
    findings = findings_page(delivery, reading, request.GET.get("page", ""))
    context: dict[str, Any] = {
        "delivery": delivery,
        "dataset": dataset,
        "reading": reading,
        "findings": findings,
        "has_masked": any(finding.is_masked for finding in findings),
        "online": dataset.online,
        "forms": forms if is_offered else None,
        "is_submission": may_submit,
        "submission": decision,
        "can_abandon": delivery.waits and (rights.can_load or rights.can_publish),
        "obstacle": rights.obstacle,
        "upload": upload_of_delivery(visitor, delivery) if rights.can_load else None,
        "version": version,
        "faults": faults or [],
    }
    if state == DeliveryState.READY and may_decide:
        context |= checks_context(visitor, delivery, submission_of(subject), parse_reasons(request.POST))
    context |= _comparison(request, delivery, has_rows=version is not None)
    context |= edits_context(visitor, delivery)
    if state == DeliveryState.PAST and is_offered:
        context |= _restoration(visitor, delivery)
    context |= steps(4 if state == DeliveryState.READY else 3)
    return render(request, "datasets/versions/delivery.html", context, status=400 if faults else 200)


def _restoration(visitor: Visitor, delivery: Delivery) -> dict[str, Any]:
    """Return what the version would change of what is online, or why that is not counted."""
    try:
        return {"restoration": restoration_of(visitor, delivery)}
    except TooSlow as error:
        return {"restoration_fault": error.detail}


def _comparison(request: HttpRequest, delivery: Delivery, *, has_rows: bool) -> dict[str, Any]:
    """Return the changes of a version selected by the address, and its map."""
    question = parse_changes(request.GET)
    comparison = comparison_of(visitor_of(request), delivery, question) if has_rows else None
    changes = reverse("datasets:changes", args=[delivery.dataset.layer.slug, delivery.number])
    caption = _("Les premières lignes de chaque sorte, 50 au plus.")
    if question.kind:
        changes = f"{changes}?{urlencode({'sorte': request.GET['sorte'], 'suite': question.number})}"
        caption = _("Les lignes de ce tableau.")
    return {
        "comparison": comparison,
        "is_withheld": bool(has_rows and delivery.comparison and comparison is None),
        "comparison_map": features_map_config(changes) if comparison and comparison.has_positions else None,
        "map_caption": caption,
        "is_compared_with_another": bool(
            comparison
            and delivery.state == DeliveryState.READY
            and delivery.dataset.online is not None
            and comparison.against != delivery.dataset.online.number
        ),
        "asked_kind": request.GET.get("sorte", ""),
    }


def _query(request: HttpRequest) -> FeatureQuery:
    """Return the page of rows selected by the address."""
    cursor = request.GET.get("cursor", "")
    return parse_query({"limit": [str(MAX_ROWS)], **({"cursor": [cursor]} if cursor else {})})


def _named(delivery: Delivery) -> dict[str, object]:
    return {"number": delivery.number, "title": delivery.dataset}


class VersionExportView(View):
    """The rows of a version."""

    def get(self, request: HttpRequest, slug: str, number: int, kind: str) -> FileResponse:
        """Send CSV or GeoJSON."""
        if kind not in TYPES:
            raise Http404
        delivery = delivery_of(dataset_of(visitor_of(request), slug), number)
        count = selection_of(
            visitor_of(request), delivery, FeatureQuery()
        ).count()  # rows may have been edited
        selection = selection_of(visitor_of(request), delivery, FeatureQuery(limit=max(count, 1)))
        question = {"version": [str(number)]}
        export_sent.send(type(self), scope=selection.scope, extension=kind, rows=count, question=question)
        return _file(selection, f"{slug}-v{number}.{kind}", kind)


def _file(selection: Selection, name: str, kind: str) -> FileResponse:
    response = FileResponse(
        _body(selection, kind), as_attachment=True, filename=name, content_type=TYPES[kind]
    )
    response["Cache-Control"] = "private, no-store"
    return response


class ChangesView(View):
    """Where a version changes what was online."""

    def get(self, request: HttpRequest, slug: str, number: int) -> JsonResponse:
        """Answer GeoJSON, for the map of the version's page."""
        delivery = delivery_of(dataset_of(visitor_of(request), slug), number)
        visitor = visitor_of(request)
        selection_of(visitor, delivery, FeatureQuery())  # whoever does not see the rows gets no position
        comparison = comparison_of(visitor, delivery, parse_changes(request.GET))
        response = JsonResponse(positions_of(comparison), content_type=GEOJSON)
        response["Cache-Control"] = "private, no-store"
        return response


def _body(selection: Selection, kind: str) -> IO[bytes]:
    if kind == "csv":
        return rows_as_csv(selection)
    return feature_collection(selection, links=lambda _around: []).body
