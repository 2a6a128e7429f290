"""Pages of who reviews answers: those that wait, one with its decision, all of them as a file."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from interface.forms import FormError
from interface.requests import parameters_of
from layers.access import Scope
from layers.errors import Forbidden, InvalidParameter
from layers.parsing import single_values
from layers.visitor import visitor_of
from webforms.access import reviewed_form
from webforms.answers.downloads import answers_csv
from webforms.answers.presenters import answer_lines
from webforms.answers.queries import answer_of, answers_in, answers_of, photo_of, state_counts
from webforms.answers.services import accept_answer, refuse_answer
from webforms.errors import InvalidAnswer
from webforms.models import Answer, Form
from webforms.vocabulary import AnswerState

PAGE_ANSWERS, MAX_AT_ONCE = 50, 50
ACCEPT, REFUSE = "accept", "refuse"


@method_decorator(never_cache, name="dispatch")
class ReviewedFormView(View):
    """Base of the pages of who decides of the answers to a form."""

    form: Form
    scope: Scope

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Find the form.

        Raises:
            UnknownForm: there is none, or its answers are not theirs.
        """
        self.form, self.scope = reviewed_form(visitor_of(request), str(kwargs.pop("slug")))
        return super().dispatch(request, *args, **kwargs)


class AnswersView(ReviewedFormView):
    """``/formulaires/{form}/reponses/?etat=``: those that wait first; several may be accepted at once."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render a page of the list."""
        parameters = single_values(parameters_of(request), allowed=("etat", "page"))
        state = parameters.get("etat", AnswerState.WAITING)
        if state not in AnswerState.values:
            raise InvalidParameter(_("« %s » n’est pas un état.") % state[:20], parameter="etat")
        counts = state_counts(self.form)
        page = Paginator(answers_in(self.form, state), PAGE_ANSWERS).get_page(parameters.get("page", "1"))
        context = {
            "form": self.form,
            "state": state,
            "states": [(value, label, counts.get(value, 0)) for value, label in AnswerState.choices],
            "page": page,
            "rows": [{"answer": answer, "lines": answer_lines(self.scope, answer)[:4]} for answer in page],
        }
        return render(request, "webforms/answers/list.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Accept the answers that are ticked; those that cannot be say why."""
        numbers = [
            int(text)
            for text in request.POST.getlist("answer")[:MAX_AT_ONCE]
            if text.isdecimal() and len(text) < 19
        ]
        accepted = 0
        for pk in numbers:
            answer = answer_of(self.form, pk)
            try:
                accept_answer(scope=self.scope, answer=answer)
                accepted += 1
            except (InvalidAnswer, Forbidden) as error:
                messages.error(
                    request,
                    _("%(reference)s : %(reason)s") % {"reference": answer.reference, "reason": error.detail},
                )
        if accepted:
            messages.success(request, _("Réponses entrées dans les données : %d.") % accepted)
        return redirect("webforms:answers", self.form.slug)


class AnswerView(ReviewedFormView):
    """``/formulaires/{form}/reponses/{number}/``: an answer, and the decision."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render it."""
        single_values(parameters_of(request), allowed=())
        return self._page(request, answer_of(self.form, pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Accept or refuse it."""
        answer = answer_of(self.form, pk)
        try:
            if request.POST.get("do") == ACCEPT:
                row = accept_answer(scope=self.scope, answer=answer)
                messages.success(request, _("La réponse est dans les données, ligne %d.") % row)
            elif request.POST.get("do") == REFUSE:
                refuse_answer(scope=self.scope, answer=answer, reason=request.POST.get("reason", ""))
                messages.success(request, _("La réponse est refusée."))
        except (InvalidAnswer, Forbidden) as error:
            faults = [FormError(error.detail, "reason" if error.parameter == "reason" else "")]
            answer.refresh_from_db()
            return self._page(request, answer, faults, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return redirect("webforms:answers", self.form.slug)

    def _page(
        self,
        request: HttpRequest,
        answer: Answer,
        faults: list[FormError] | None = None,
        *,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        context = {
            "form": self.form,
            "answer": answer,
            "lines": answer_lines(self.scope, answer),
            "photos": list(answer.photos.order_by("pk")),
            "waits": answer.state == AnswerState.WAITING,
            "layer": self.scope.layer,
            "reason": request.POST.get("reason", ""),
            "faults": faults or [],
        }
        return render(request, "webforms/answers/detail.html", context, status=status)


class AnswerPhotoView(ReviewedFormView):
    """``…/reponses/{number}/photos/{photo}.jpg``: a photo of an answer, for who reviews it."""

    def get(self, request: HttpRequest, pk: int, photo: int) -> HttpResponseBase:
        """Send the picture.

        Raises:
            UnknownForm: the answer has no such photo.
        """
        row = photo_of(self.form, pk, photo)
        return FileResponse(row.image.open("rb"), content_type="image/jpeg")


class AnswersFileView(ReviewedFormView):
    """``/formulaires/{form}/reponses.csv``: every answer."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Send the file."""
        single_values(parameters_of(request), allowed=())
        return StreamingHttpResponse(
            answers_csv(self.form, answers_of(self.form).iterator(chunk_size=500)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{self.form.slug}-reponses.csv"'},
        )
