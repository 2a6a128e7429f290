"""``/publication/relectures/<id>/``: the review of any version; answers to remarks; what changed meanwhile.

The kinds that have a page of their own (``Subject.address``) are reviewed there.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from interface.forms import FormError, form_errors
from layers.errors import LayersError, status_of
from layers.visitor import visitor_of
from publication.errors import AlreadyDecided
from publication.models import Submission
from publication.review.forms import DecisionForm
from publication.review.presenters import decision_panel, submission_of, threads_of
from publication.review.services import (
    add_remark,
    answer_remark,
    decide,
    readable_submission,
    remark_of,
    remove_remark,
    state_token,
)
from publication.subjects import Subject
from publication.vocabulary import SubjectKind, SubmissionState

_WITH_OWN_PAGE = (SubjectKind.DELIVERY, SubjectKind.PLAN)


class ReviewView(View):
    """A submission: what it is, its word, its history, the remarks, and the decision."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render the page; absent for who neither submits nor decides."""
        submission, subject = readable_submission(visitor_of(request), pk)
        if submission.kind in _WITH_OWN_PAGE:
            return redirect(subject.address)
        return _page(request, submission, subject)


class DecisionView(View):
    """A decision on a submission."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Go to the page."""
        return redirect("publication:review", pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Decide as the form says, then show the page."""
        visitor = visitor_of(request)
        submission, subject = readable_submission(visitor, pk)
        form = DecisionForm(request.POST, now=visitor.instant)
        if not form.is_valid():
            return _page(request, submission, subject, form_errors(form), form)
        try:
            decided = decide(
                subject=subject, visitor=visitor, token=request.POST.get("token", ""), **form.cleaned_data
            )
        except LayersError as error:
            return _page(
                request, submission, subject, [decision_fault(error)], form, status=refusal_status(error)
            )
        messages.success(request, decision_words(decided, subject))
        return redirect("publication:review", decided.pk)


class RemarkView(View):
    """A remark on the whole of a submission."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Go to the page."""
        return redirect("publication:review", pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write it, and go back to the remarks."""
        visitor = visitor_of(request)
        submission, subject = readable_submission(visitor, pk)
        try:
            add_remark(
                submission=submission, subject=subject, visitor=visitor, text=request.POST.get("text", "")
            )
        except LayersError as error:
            fault = FormError(error.detail, "remark-text", _("Remarque"))
            return _page(request, submission, subject, [fault], status=refusal_status(error))
        return redirect(f"{reverse('publication:review', args=[pk])}#remarques")


class AnswerView(View):
    """An answer to a remark."""

    def post(self, request: HttpRequest, pk: int, remark: int) -> HttpResponse:
        """Write it, and go back to the remark."""
        visitor = visitor_of(request)
        submission, subject = readable_submission(visitor, pk)
        answered = remark_of(submission, visitor, remark)
        answer_remark(remark=answered, subject=subject, visitor=visitor, text=request.POST.get("text", ""))
        return _to_remarks(submission, subject, answered.row_key)


class RemovalView(View):
    """The removal of a remark that has not left."""

    def post(self, request: HttpRequest, pk: int, remark: int) -> HttpResponse:
        """Remove it, and go back to the remarks."""
        visitor = visitor_of(request)
        submission, subject = readable_submission(visitor, pk)
        removed = remove_remark(submission=submission, visitor=visitor, pk=remark)
        return _to_remarks(submission, subject, removed.row_key)


class StateView(View):
    """Whether somebody decided while the page is read: its banner, or nothing (204) while all is the same."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer the banner when ``vu`` is not the present state."""
        _submission, subject = readable_submission(visitor_of(request), pk)
        latest = submission_of(subject)
        if request.GET.get("vu", "") == state_token(latest):
            return HttpResponse(status=204)
        return render(
            request, "publication/review/banner.html", {"submission": latest, "address": subject.address}
        )


def decision_fault(error: LayersError) -> FormError:
    """Return a refusal as an error of the form, at the input that is its culprit."""
    inputs = {"starts_at": "starts_day", "ends_at": "ends_day", "reason": "reason"}
    if error.parameter in inputs:
        return FormError(error.detail, f"decision-{inputs[error.parameter]}", _("Votre décision"))
    return FormError(error.detail, error.parameter or "", _("Votre décision") if error.parameter else "")


def refusal_status(error: LayersError) -> HTTPStatus:
    """Return the HTTP status of a page that says why something was refused."""
    return HTTPStatus.CONFLICT if isinstance(error, AlreadyDecided) else status_of(error)


def decision_words(submission: Submission, subject: Subject) -> str:
    """Say what was done of a version."""
    sentences = {
        SubmissionState.ONLINE: _("« %s » est en ligne."),
        SubmissionState.APPROVED: _("« %s » est approuvée : elle sera mise en ligne à l’heure dite."),
        SubmissionState.SENT_BACK: _("« %s » est renvoyée, avec vos remarques."),
        SubmissionState.SUBMITTED: _("« %s » attend une décision."),
        SubmissionState.CANCELLED: _("« %s » n’attend plus de décision."),
    }
    return sentences[SubmissionState(submission.state)] % subject.title


def _to_remarks(submission: Submission, subject: Subject, row_key: str) -> HttpResponseRedirect:
    if submission.kind == SubjectKind.DELIVERY:
        row = f"?ligne={row_key}" if row_key else ""
        return HttpResponseRedirect(f"{subject.address}{row}#remarques")
    return HttpResponseRedirect(f"{reverse('publication:review', args=[submission.pk])}#remarques")


def _page(
    request: HttpRequest,
    submission: Submission,
    subject: Subject,
    faults: list[FormError] | None = None,
    form: DecisionForm | None = None,
    status: int = 400,
) -> HttpResponse:
    visitor = visitor_of(request)
    threads = threads_of(submission, visitor)
    panel = decision_panel(subject, visitor, submission=submission, threads=threads, form=form)
    context: dict[str, Any] = {
        "subject": subject,
        "submission": submission,
        "panel": panel,
        "threads": threads,
        "faults": faults or [],
        "decision_address": reverse("publication:decision", args=[submission.pk]),
        "remark_address": reverse("publication:remark", args=[submission.pk]),
        "remark_text": request.POST.get("text", ""),
    }
    return render(request, "publication/review/page.html", context, status=status if faults else 200)
