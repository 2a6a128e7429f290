"""Decide about a declared reuse, in a transaction with its journal entry and its message."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from gisportal.journal.services import record
from gisportal.journal.vocabulary import Event
from layers.errors import Forbidden, InvalidParameter
from layers.visitor import Visitor
from management.reuses.queries import decided_reuses
from reuses.jobs import enqueue_decision
from reuses.models import Reuse
from reuses.vocabulary import CLOSED_STATES, NEXT_STATES, ReuseState


@transaction.atomic
def decide_reuse(visitor: Visitor, pk: int, state: ReuseState, *, answer: str = "") -> Reuse:
    """Accept, refuse or withdraw a reuse, and inform who left an address.

    Raises:
        Forbidden: it is not the visitor's to decide, or somebody decided otherwise in between.
        InvalidParameter: a refusal or a withdrawal without a word.
    """
    reuse = decided_reuses(visitor).filter(pk=pk).select_for_update(of=("self",)).first()
    if reuse is None or not visitor.may_write:
        raise Forbidden(_("Cette réutilisation n’est pas la vôtre à décider."))
    if state not in NEXT_STATES[reuse.state]:
        raise Forbidden(
            _("Cette réutilisation a déjà une réponse : elle est « %s ».") % reuse.get_state_display()
        )
    if state in CLOSED_STATES and not answer:
        raise InvalidParameter(_("Dites pourquoi : la personne lira ces mots."), parameter="answer")
    before, reuse.state, reuse.answer = reuse.state, state, answer
    reuse.decided_by_id, reuse.decided_at = visitor.user_id, visitor.instant
    reuse.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    record(
        Event.REUSE,
        subject=f"reuse {reuse.pk}",
        layers=sorted(layer.slug for layer in reuse.layers.all()),
        before={"state": str(before)},
        after={"state": str(state)},
    )
    enqueue_decision(reuse)
    return reuse
