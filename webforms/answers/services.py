"""Decide of the answers that wait: accepted ones become rows, refused ones say why; one transaction each."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _

from layers.access import Scope
from layers.errors import Forbidden, LayersError
from layers.services.features import is_addable
from layers.services.photos import remove_photo
from webforms.answers.rows import write_row
from webforms.errors import InvalidAnswer
from webforms.models import Answer, AnswerPhoto
from webforms.vocabulary import REASON_MAX, AnswerState

SENDER_DAYS, REFUSED_DAYS = 30, 183
# Sent with ``answer``, in the transaction of a decision.
answer_decided = Signal()


def accept_answer(*, scope: Scope, answer: Answer) -> int:
    """Write the row of an answer under the rights of who accepts it; return the id of the row.

    Raises:
        InvalidAnswer: somebody decided before, or the layer refuses the row: the answer keeps why.
        Forbidden: the visitor may not add this row.
    """
    if not is_addable(scope):
        raise Forbidden(_("Cette couche ne s’écrit pas objet par objet : la réponse reste à examiner."))
    try:
        with transaction.atomic():
            waiting = _locked(answer)
            waiting.row = write_row(scope, waiting)
            waiting.problem = ""
            _decide(waiting, scope, AnswerState.WRITTEN)
            return waiting.row
    except InvalidAnswer:
        raise
    except LayersError as error:
        Answer.objects.filter(pk=answer.pk, state=AnswerState.WAITING).update(problem=error.detail)
        if isinstance(error, Forbidden):
            raise
        raise InvalidAnswer(error.detail, parameter=error.parameter) from error


@transaction.atomic
def refuse_answer(*, scope: Scope, answer: Answer, reason: str) -> None:
    """Refuse an answer, with the reason that its author may read.

    Raises:
        InvalidAnswer: somebody decided before, or no reason is given.
    """
    text = reason.strip()[:REASON_MAX]
    if not text or "\x00" in text:
        raise InvalidAnswer(_("Écrivez le motif du refus."), parameter="reason")
    waiting = _locked(answer)
    waiting.reason = text
    _decide(waiting, scope, AnswerState.REFUSED)


def _locked(answer: Answer) -> Answer:
    row = (
        Answer.objects.select_for_update(of=("self",))
        .select_related("version__form__layer")
        .get(pk=answer.pk)
    )
    if row.state != AnswerState.WAITING:
        raise InvalidAnswer(
            _("Quelqu’un a déjà décidé de la réponse %s.") % row.reference, parameter="answer"
        )
    return row


def _decide(answer: Answer, scope: Scope, state: AnswerState) -> None:
    answer.state = state
    answer.decided_by_id, answer.decided_at = scope.visitor.user_id, scope.visitor.instant
    answer.save(update_fields=["state", "row", "problem", "reason", "decided_by", "decided_at"])
    answer_decided.send(Answer, answer=answer)


def forget_answers(*, now: dt.datetime) -> int:
    """Delete refused answers after half a year, and who sent the others after a month; return how many rows."""
    refused = Answer.objects.filter(
        state=AnswerState.REFUSED, decided_at__lt=now - dt.timedelta(days=REFUSED_DAYS)
    )
    with transaction.atomic():
        for photo in AnswerPhoto.objects.filter(answer__in=refused):
            remove_photo(photo=photo)
        _all, deleted = refused.delete()
        old = Answer.objects.exclude(sender="").filter(received_at__lt=now - dt.timedelta(days=SENDER_DAYS))
        return deleted.get("webforms.Answer", 0) + old.update(sender="")
