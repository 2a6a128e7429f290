"""Pages of declared reuses: the list of those that the visitor decides, and one with its decision."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.forms import form_errors
from interface.text import fold
from interface.wording import instant
from layers.errors import Forbidden, InvalidParameter
from layers.visitor import visitor_of
from management.frame import ManagementView
from management.lists.table import Column, Filter, Listing
from management.lists.views import ListView
from management.reuses.presenters import layer_titles
from management.reuses.queries import decided_reuses, waiting_reuses
from management.reuses.services import decide_reuse
from management.rights.presenters import person_name
from reuses.forms import DecisionForm
from reuses.models import Reuse
from reuses.vocabulary import NEXT_STATES, ReuseState

_MOST = 5_000
_DEEDS = {
    "accept": ReuseState.ACCEPTED,
    "refuse": ReuseState.REFUSED,
    "withdraw": ReuseState.WITHDRAWN,
}


def _is_named(row: Reuse, words: Sequence[str]) -> bool:
    text = fold(f"{row.title} {row.organisation} {row.address} {row.description} {layer_titles(row)}")
    return all(word in text for word in words)


REUSES: Listing[Reuse] = Listing(
    columns=(
        Column("titre", gettext_lazy("Titre"), lambda row: row.title, lambda row: fold(row.title)),
        Column(
            "organisme",
            gettext_lazy("Organisme"),
            lambda row: row.organisation,
            lambda row: fold(row.organisation),
        ),
        Column("couches", gettext_lazy("Couches"), layer_titles),
        Column("adresse", gettext_lazy("Adresse"), lambda row: row.address),
        Column("etat", gettext_lazy("État"), lambda row: row.get_state_display()),
        Column(
            "declaree",
            gettext_lazy("Déclarée le"),
            lambda row: instant(row.created_at),
            lambda row: row.created_at.timestamp(),
        ),
        Column("par", gettext_lazy("Par"), lambda row: person_name(row.decided_by) if row.decided_by else ""),
        Column("reponse", gettext_lazy("Réponse"), lambda row: row.answer),
    ),
    matches=_is_named,
    default_sort="-declaree",
    filters=(
        Filter(
            "etat",
            gettext_lazy("État"),
            {str(state.value): state.label for state in ReuseState},
            lambda row, value: row.state == value,
        ),
    ),
)


class ReuseListView(ListView):
    """``/gestion/reutilisations/``: the reuses that the visitor decides: those that wait, then all of them."""

    tab = "management:reuses"
    listing, template, file_name = REUSES, "management/reuses/list.html", "reutilisations"

    def rows(self) -> list[Reuse]:
        """Return them, the newest 5,000."""
        return list(decided_reuses(visitor_of(self.request)).order_by("-created_at", "-pk")[:_MOST])

    def context(self) -> dict[str, Any]:
        """Return those that wait, above the list."""
        return {"waiting": waiting_reuses(visitor_of(self.request))}


class ReuseView(ManagementView):
    """``/gestion/reutilisations/{id}/``: a declared reuse and its decision."""

    tab = "management:reuses"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render the reuse."""
        return self._page(request, self._reuse(request, pk), DecisionForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Accept it, refuse it with a word, or withdraw it with a word."""
        reuse, form = self._reuse(request, pk), DecisionForm(request.POST)
        state = _DEEDS.get(request.POST.get("deed", ""))
        if state is None:
            raise InvalidParameter(
                _("Action inconnue : « %s ».") % request.POST.get("deed", "")[:40], parameter="deed"
            )
        if form.is_valid():
            try:
                decide_reuse(visitor_of(request), pk, state, answer=form.cleaned_data["answer"])
            except (Forbidden, InvalidParameter) as error:
                form.add_error("answer" if error.parameter == "answer" else None, error.detail)
            else:
                messages.success(request, _decided_words(state, has_address=bool(reuse.email)))
                return redirect("management:reuses")
        return self._page(request, reuse, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def _reuse(self, request: HttpRequest, pk: int) -> Reuse:
        match = decided_reuses(visitor_of(request)).filter(pk=pk).first()
        if match is None:
            raise Http404
        return match

    def _page(
        self, request: HttpRequest, reuse: Reuse, form: DecisionForm, *, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        deeds = {name for name, state in _DEEDS.items() if state in NEXT_STATES[reuse.state]}
        context = {**self.frame(), "reuse": reuse, "form": form, "faults": form_errors(form), "deeds": deeds}
        return render(request, "management/reuses/reuse.html", context, status=status)


def _decided_words(state: ReuseState, *, has_address: bool) -> str:
    words = {
        ReuseState.ACCEPTED: _("La réutilisation est affichée sur la page de ses données."),
        ReuseState.REFUSED: _("La réutilisation est refusée."),
        ReuseState.WITHDRAWN: _("La réutilisation n’est plus affichée."),
    }[state]
    return f"{words} {_('La réponse part par courriel.')}" if has_address else words
