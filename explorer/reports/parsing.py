"""Which reports a page asks for: a layer, states, a page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from explorer.vocabulary import WAITING_STATES, ReportState
from layers.errors import InvalidParameter
from layers.parsing import single_values
from layers.parsing.numbers import whole_number

# What is asked without a state: what waits for the service.
WAITING, EVERY = "a-traiter", "tous"


@dataclass(frozen=True, slots=True)
class ReportQuestion:
    """``state`` as it is asked, ``states`` what it stands for; ``layer`` is empty for all of them."""

    state: str = WAITING
    layer: str = ""
    page: int = 1

    @property
    def states(self) -> tuple[str, ...]:
        """The states of the reports asked."""
        if self.state == EVERY:
            return tuple(ReportState.values)
        return tuple(WAITING_STATES) if self.state == WAITING else (self.state,)


def parse_question(parameters: Mapping[str, Sequence[str]], *, layers: Collection[str]) -> ReportQuestion:
    """Read the parameters of the list; ``layers`` are those that the visitor handles.

    Raises:
        UnknownParameter: a parameter that the list does not have.
        InvalidParameter: a state or a page that there is not, or a layer that is not handled.
    """
    given = single_values(parameters, known=("etat", "couche", "page"))
    state, layer, page = given.get("etat") or WAITING, given.get("couche", ""), given.get("page") or "1"
    if state not in {WAITING, EVERY, *ReportState.values}:
        raise InvalidParameter(_("Il n’y a pas d’état « %s ».") % state[:40], parameter="etat")
    if layer and layer not in layers:
        raise InvalidParameter(_("Vous ne gérez pas de couche « %s ».") % layer[:63], parameter="couche")
    number = whole_number(page, least=1, most=999_999)
    if number is None:
        raise InvalidParameter(_("page attend un nombre ; reçu « %s ».") % page[:20], parameter="page")
    return ReportQuestion(state, layer, number)
