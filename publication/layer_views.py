"""``/publication/couches/{layer}/``: the state of a layer, its dates, its rules and its history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from interface.forms import form_errors
from interface.page_parts import PagePart
from interface.wording import instant
from layers import access
from layers.errors import Forbidden, InvalidParameter, LayersError, UnknownLayer, status_of
from layers.parsing.numbers import parse_integer
from layers.visitor import Visitor, visitor_of
from layers.vocabulary import LayerState
from publication import services
from publication.forms import PlanForm, PolicyForm, plan_values
from publication.layers import LayerSubject
from publication.models import REASON_MAX, Submission
from publication.presenters import history_of, planned_submissions, version_words
from publication.vocabulary import SubmissionState


@method_decorator(never_cache, name="dispatch")
class LayerPublicationView(AccessMixin, View):
    """The page of a layer for who feeds it or decides of it; absent for everybody else."""

    visitor: Visitor
    subject: LayerSubject

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the layer.

        Raises:
            UnknownLayer: no such layer, or the visitor neither feeds it nor decides of it.
        """
        self.visitor, slug = visitor_of(request), kwargs.pop("slug")
        if self.visitor.is_anonymous:
            return self.handle_no_permission()
        layer = access.fed_layers(self.visitor).select_related("theme").filter(slug=slug).first()
        if layer is None:
            raise UnknownLayer(slug)
        self.subject = LayerSubject(layer)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page."""
        return self._page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do what a button of the page says, and show the page again."""
        actions: Mapping[str, Callable[[HttpRequest], HttpResponse | None]] = {
            "mettre-en-ligne": self._publish,
            "soumettre": self._submit,
            "retirer": self._withdraw,
            "dates": self._plan,
            "annuler": self._cancel,
            "regles": self._set_policy,
        }
        action = actions.get(request.POST.get("action", ""))
        if action is None:
            raise InvalidParameter(
                _("Action inconnue : « %s ».") % request.POST.get("action", "")[:40], parameter="action"
            )
        try:
            return action(request) or redirect("publication:layer", self.subject.layer.slug)
        except Forbidden:
            raise
        except LayersError as error:
            return self._page(request, refusal=error.detail, status=status_of(error))

    def _publish(self, request: HttpRequest) -> None:
        services.publish_directly(subject=self.subject, visitor=self.visitor, note=_reason(request))
        messages.success(request, _("« %s » est en ligne.") % self.subject.title)

    def _submit(self, request: HttpRequest) -> None:
        services.submit(subject=self.subject, visitor=self.visitor, note=_reason(request))
        messages.success(request, _("« %s » attend l’approbation d’une autre personne.") % self.subject.title)

    def _withdraw(self, request: HttpRequest) -> None:
        services.withdraw_directly(subject=self.subject, visitor=self.visitor, reason=_reason(request))
        messages.success(request, _("« %s » est retirée : plus personne ne la voit.") % self.subject.title)

    def _plan(self, request: HttpRequest) -> HttpResponse | None:
        """Set the end of the layer, or the dates of one of its submissions."""
        number = request.POST.get("soumission", "")
        submission = self._submission(number) if number else None
        is_waiting = submission is not None and submission.state == SubmissionState.APPROVED
        form = PlanForm(request.POST, has_start=is_waiting, prefix=number or None)
        if not form.is_valid():
            return self._page(request, plan=(number, form), status=422)
        ends_at = form.cleaned_data["ends_at"]
        if submission is None:
            services.plan_end(subject=self.subject, visitor=self.visitor, ends_at=ends_at)
        else:
            starts_at = form.cleaned_data["starts_at"]
            services.move(submission=submission, visitor=self.visitor, starts_at=starts_at, ends_at=ends_at)
        messages.success(
            request, _("Retrait prévu : %s.") % instant(ends_at) if ends_at else _("Les dates sont écrites.")
        )
        return None

    def _cancel(self, request: HttpRequest) -> None:
        submission = self._submission(request.POST.get("soumission", ""))
        services.cancel(submission=submission, visitor=self.visitor, reason=_reason(request))
        messages.success(request, _("La demande est annulée."))

    def _set_policy(self, request: HttpRequest) -> HttpResponse | None:
        if not self.subject.may_approve(self.visitor):
            raise Forbidden(_("Vous n’avez pas le droit de publier « %s ».") % self.subject.title)
        form = PolicyForm(request.POST, instance=services.policy_of(self.subject))
        if not form.is_valid():
            return self._page(request, policy=form, status=422)
        form.save()
        messages.success(request, _("Les règles de publication sont écrites."))
        return None

    def _submission(self, number: str) -> Submission:
        pk = parse_integer(number)
        if pk is None:
            raise InvalidParameter(_("Il n’y a pas de demande n° %s.") % number[:20], parameter="soumission")
        return get_object_or_404(Submission, pk=pk, layer=self.subject.layer)

    def _page(
        self,
        request: HttpRequest,
        *,
        refusal: str = "",
        policy: PolicyForm | None = None,
        plan: tuple[str, PlanForm] = ("", PlanForm()),
        status: int = 200,
    ) -> HttpResponse:
        layer, may_approve = self.subject.layer, self.subject.may_approve(self.visitor)
        policy = policy or PolicyForm(instance=services.policy_of(self.subject))
        faults = [*form_errors(policy), *form_errors(plan[1])]
        context = {
            "layer": layer,
            "is_online": layer.state == LayerState.PUBLISHED,
            "may_approve": may_approve,
            "may_submit": self.subject.may_submit(self.visitor),
            "is_submitted": services.open_submission(self.subject) is not None,
            "obstacle": access.obstacle(self.visitor),
            "policy": policy,
            "plans": [_plan_line(row, plan) for row in planned_submissions(layer)],
            "end_form": plan[1] if plan[1].is_bound and not plan[0] else PlanForm(has_start=False),
            "history": history_of(layer=layer),
            "refusal": refusal,
            "faults": faults,
            "reason_max": REASON_MAX,
        }
        return render(request, "publication/layer.html", context, status=status)


def _reason(request: HttpRequest) -> str:
    """Return the reason that was typed.

    Raises:
        InvalidParameter: it is too long.
    """
    text = request.POST.get("motif", "").strip()
    if len(text) > REASON_MAX:
        raise InvalidParameter(_("Le motif a %d caractères au plus.") % REASON_MAX, parameter="motif")
    return text


def _plan_line(submission: Submission, plan: tuple[str, PlanForm]) -> dict[str, Any]:
    number, is_waiting = str(submission.pk), submission.state == SubmissionState.APPROVED
    values = plan_values(starts_at=submission.starts_at, ends_at=submission.ends_at)
    form = plan[1] if plan[0] == number else PlanForm(initial=values, has_start=is_waiting, prefix=number)
    return {
        "submission": submission,
        "what": version_words(submission),
        "form": form if submission.state != SubmissionState.SUBMITTED else None,
        "is_open": submission.state in {SubmissionState.SUBMITTED, SubmissionState.APPROVED},
    }


def publication_link(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return the link to the publication of a layer, for who feeds it or decides of it."""
    if not isinstance(subject, access.Scope) or not (subject.can_load or subject.can_publish):
        return None
    return PagePart("publication/link.html", {"layer": subject.layer})
