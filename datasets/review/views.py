"""``/jeux/<couche>/livraisons/<n>/relecture/``: what a delivery changes, and the decision of who answers for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views import View

from datasets.access import dataset_of, delivery_of
from datasets.comparison.presenters import row_names
from datasets.comparison.queries import ComparedVersions, compared_versions
from datasets.edits.presenters import edits_context
from datasets.models import Delivery
from datasets.publication.forms import PublicationForms
from datasets.publication.subjects import DeliverySubject
from datasets.review.parsing import REASON, ReviewQuestion, parse_reasons, parse_review
from datasets.review.presenters import (
    RowDetail,
    checks_context,
    commune_sentence,
    detail,
    reason_fault,
    rows_words,
    sentence,
    table,
)
from datasets.review.queries import (
    RowsPage,
    counts_of,
    main_commune,
    points_of,
    readership,
    row_of,
    rows_page,
    unchanged_count,
)
from datasets.review.services import accept_check, decide_delivery, remark_on_delivery
from datasets.vocabulary import HAS_ROWS
from interface.forms import FormError, form_errors
from interface.map_config import features_map_config
from interface.requests import is_fragment
from interface.territory import visible_communes
from layers.errors import LayersError, TooSlow, UnknownFeature
from layers.formats.geojson import MEDIA_TYPE as GEOJSON
from layers.visitor import Visitor, visitor_of
from publication.review.forms import APPROVALS, DecisionForm
from publication.review.presenters import Thread, decision_panel, submission_of, threads_of
from publication.review.views import decision_fault, decision_words, refusal_status


class ReviewView(View):
    """The review page of a delivery."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Render it; what has no rows to review has its report on its own page."""
        delivery = _delivery(request, slug, number)
        question = parse_review(dict(request.GET.lists()))
        if delivery.state not in HAS_ROWS:
            return redirect("datasets:delivery", slug, number)
        return page(request, delivery, question)


class RowView(View):
    """One row in detail, for the page to put in place without reading the rest again."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Render the detail of the row that ``ligne`` names.

        Raises:
            UnknownFeature: no such row changes.
        """
        delivery, visitor = _delivery(request, slug, number), visitor_of(request)
        question = parse_review(dict(request.GET.lists()))
        versions = compared_versions(visitor, delivery)
        if versions is None or question.row is None:
            raise UnknownFeature(_("Cette ligne ne peut pas être montrée."), parameter="ligne")
        counts = counts_of(versions)
        rows = rows_page(versions, question, counts)
        submission = submission_of(DeliverySubject(delivery))
        threads = threads_of(submission, visitor)
        panel = decision_panel(DeliverySubject(delivery), visitor, submission=submission, threads=threads)
        context = {
            "delivery": delivery,
            "dataset": delivery.dataset,
            "versions": versions,
            "panel": panel,
            "detail": _detail(visitor, versions, question, rows, threads, counts),
        }
        return render(request, "datasets/review/detail.html", context)


class DashboardsView(View):
    """The dashboards that a delivery changes: both versions of their figures are read, which takes its time."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Render them, for the page to put in place, or as a page for a browser without scripts."""
        delivery = _delivery(request, slug, number)
        template = "dashboards_part" if is_fragment(request) else "dashboards"
        context = {"delivery": delivery, "dataset": delivery.dataset}
        response = render(request, f"datasets/review/{template}.html", context)
        patch_vary_headers(response, ["HX-Request"])
        return response


class PointsView(View):
    """Where a delivery changes what was online."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Answer GeoJSON, for the map of the page; nothing for who is not told what changes."""
        delivery = _delivery(request, slug, number)
        question = parse_review(dict(request.GET.lists()))
        versions = compared_versions(visitor_of(request), delivery)
        if versions is None or not versions.has_tables:
            raise UnknownFeature(_("Ces lignes ne peuvent pas être montrées."))
        response = HttpResponse(points_of(versions, question.kind), content_type=GEOJSON)
        response["Cache-Control"] = "private, no-store"
        return response


class DecisionView(View):
    """The decision on a delivery."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Go to the page, from the address of the form."""
        return redirect("datasets:review", slug, number)

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Decide as the form says; what is refused is said in place."""
        visitor, delivery = visitor_of(request), _delivery(request, slug, number)
        form = DecisionForm(request.POST, now=visitor.instant)
        if not form.is_valid():
            return page(request, delivery, ReviewQuestion(), form_errors(form), form=form)
        is_approval = form.cleaned_data["action"] in APPROVALS
        forms = PublicationForms(delivery, visitor=visitor, posted=request.POST) if is_approval else None
        if forms is not None and not forms.is_valid():
            return page(request, delivery, ReviewQuestion(), forms.faults(), form=form, forms=forms)
        try:
            decided = decide_delivery(
                delivery=delivery,
                visitor=visitor,
                token=request.POST.get("token", ""),
                reasons=parse_reasons(request.POST),
                layer=forms.layer if forms is not None else None,
                **form.cleaned_data,
            )
        except LayersError as error:
            return page(
                request, delivery, ReviewQuestion(), [_fault(error)], form=form, status=refusal_status(error)
            )
        messages.success(request, decision_words(decided, DeliverySubject(delivery)))
        return redirect("datasets:review", slug, number)


class RemarkView(View):
    """A remark on a row of a delivery, or on the whole of it."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Go to the page, from the address of the form."""
        return redirect("datasets:review", slug, number)

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Write it, and go back to the row."""
        visitor, delivery = visitor_of(request), _delivery(request, slug, number)
        question = parse_review(dict(request.GET.lists()))
        row_key = str(question.row) if question.row is not None else ""
        try:
            if row_key:
                _compared_row(visitor, delivery, question)
            remark_on_delivery(
                delivery=delivery, visitor=visitor, text=request.POST.get("text", ""), row_key=row_key
            )
        except LayersError as error:
            target = "row-remark" if row_key else "remark-text"
            fault = FormError(error.detail, target, _("Remarque"))
            return page(request, delivery, question, [fault], status=refusal_status(error))
        return _back(slug, number, question, "detail" if row_key else "remarques")


class AcceptanceView(View):
    """A check that does not pass, accepted."""

    def get(self, request: HttpRequest, slug: str, number: int, code: str) -> HttpResponse:
        """Go to the page, from the address of the form."""
        return redirect("datasets:review", slug, number)

    def post(self, request: HttpRequest, slug: str, number: int, code: str) -> HttpResponse:
        """Accept it with its reason, and go back to the checks."""
        visitor, delivery = visitor_of(request), _delivery(request, slug, number)
        question = parse_review(dict(request.GET.lists()))
        try:
            accept_check(
                delivery=delivery, visitor=visitor, code=code, reason=request.POST.get(f"{REASON}{code}", "")
            )
        except LayersError as error:
            return page(request, delivery, question, [_fault(error)], status=refusal_status(error))
        return _back(slug, number, question, "controles")


def page(
    request: HttpRequest,
    delivery: Delivery,
    question: ReviewQuestion,
    faults: list[FormError] | None = None,
    *,
    form: DecisionForm | None = None,
    forms: PublicationForms | None = None,
    status: int = 400,
) -> HttpResponse:
    """Render the review of a delivery, with what was wrong in what was sent."""
    visitor, subject, dataset = visitor_of(request), DeliverySubject(delivery), delivery.dataset
    versions = compared_versions(visitor, delivery)
    submission = submission_of(subject)
    threads = threads_of(submission, visitor)
    panel = decision_panel(subject, visitor, submission=submission, threads=threads, form=form)
    context: dict[str, Any] = {
        "delivery": delivery,
        "dataset": dataset,
        "subject": subject,
        "question": question,
        "panel": panel,
        "submission": submission,
        "threads": threads,
        "whole_threads": [thread for thread in threads if not thread.remark.row_key],
        "faults": faults or [],
        "forms": forms or (PublicationForms(delivery, visitor=visitor) if panel.can_decide else None),
        "readership": readership(visitor, delivery),
        "online": dataset.online,
        "replaces": bool(dataset.online and dataset.online.pk != delivery.pk),
        "first_rows": rows_words(delivery, delivery.row_count),
        "is_sending_back": request.POST.get("action") == "send-back",
        "remark_text": "" if question.row is not None else request.POST.get("text", ""),
        "is_withheld": bool(delivery.comparison and versions is None),
        "is_compared_with_another": bool(
            versions and panel.can_decide and dataset.online and versions.old.pk != dataset.online.pk
        ),
        "posted": request.POST,
    }
    context |= checks_context(visitor, delivery, submission, parse_reasons(request.POST))
    context |= edits_context(visitor, delivery)
    if versions is not None:
        context |= _changes(visitor, versions, question, threads)
    return render(request, "datasets/review/page.html", context, status=status if faults else 200)


def _changes(
    visitor: Visitor, versions: ComparedVersions, question: ReviewQuestion, threads: list[Thread]
) -> dict[str, Any]:
    """Return what changes: the sentence, the page of rows, the row in detail, the map."""
    delivery, counts = versions.new, counts_of(versions)
    unchanged = unchanged_count(versions)
    context: dict[str, Any] = {
        "versions": versions,
        "counts": counts,
        "sentence": sentence(delivery, counts, question),
        "main_commune": commune_sentence(main_commune(versions, counts)),
        "unchanged": unchanged,
        "unchanged_words": rows_words(delivery, unchanged),
        "is_empty": not any(count != 0 for count in counts.values()),
    }
    if context["is_empty"] or not versions.has_tables:
        return context
    try:
        rows = rows_page(versions, question, counts)
        context["detail"] = _detail(visitor, versions, question, rows, threads, counts)
    except TooSlow as error:
        return context | {"rows_fault": error.detail}
    current = context["detail"].row.id if context["detail"] else None
    context["table"] = table(versions, rows, question, threads, current)
    if delivery.schema_version.schema.geometry or versions.old.schema_version.schema.geometry:
        slug = delivery.dataset.layer.slug
        points = reverse("datasets:review-points", args=[slug, delivery.number])
        context["map"] = features_map_config(f"{points}{question.query(kind=question.kind)}")
    return context


def _detail(
    visitor: Visitor,
    versions: ComparedVersions,
    question: ReviewQuestion,
    rows: RowsPage,
    threads: list[Thread],
    counts: Mapping[str, int | None],
) -> RowDetail | None:
    """Return the row that the address names, else the first of the page."""
    pk = question.row if question.row is not None else next((row.id for row in rows.rows), None)
    if pk is None:
        return None
    selected = [counts[question.kind]] if question.kind else list(counts.values())
    return detail(
        versions,
        row_of(versions, pk),
        rows,
        question,
        shapes=visible_communes(visitor),
        threads=threads,
        total=0 if None in selected else sum(filter(None, selected)),
    )


def _compared_row(visitor: Visitor, delivery: Delivery, question: ReviewQuestion) -> str:
    """Return the name of the row of a question, once it is one that changes for the visitor.

    Raises:
        UnknownFeature: it is none.
    """
    versions = compared_versions(visitor, delivery)
    if versions is None or question.row is None:
        raise UnknownFeature(_("Cette ligne ne peut pas être montrée."), parameter="ligne")
    row = row_of(versions, question.row)
    return row_names(versions, row.id, row.after)[0]


def _delivery(request: HttpRequest, slug: str, number: int) -> Delivery:
    return delivery_of(dataset_of(visitor_of(request), slug), number)


def _fault(error: LayersError) -> FormError:
    """Return a refusal as an error of the form of the decision."""
    return reason_fault(error) or decision_fault(error)


def _back(slug: str, number: int, question: ReviewQuestion, anchor: str) -> HttpResponseRedirect:
    address = reverse("datasets:review", args=[slug, number])
    query = question.query(kind=question.kind, after=question.after, row=question.row)
    return HttpResponseRedirect(f"{address}{query if query != '?' else ''}#{anchor}")
