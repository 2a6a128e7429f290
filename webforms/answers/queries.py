"""Answers as lists: of a form in a state, counted, with their photos."""

from __future__ import annotations

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from webforms.errors import UnknownForm
from webforms.models import Answer, AnswerPhoto, Form


def answers_of(form: Form) -> QuerySet[Answer]:
    """Select every answer to a form, the newest first, with its version."""
    return Answer.objects.filter(version__form=form).select_related("version")


def answers_in(form: Form, state: str) -> QuerySet[Answer]:
    """Select the answers in a state, with who sent them and their photos."""
    rows = answers_of(form).filter(state=state)
    return rows.select_related("version", "author", "link").prefetch_related("photos")


def state_counts(form: Form) -> dict[str, int]:
    """Return how many answers are in each state that some are in."""
    rows = Answer.objects.filter(version__form=form).order_by()
    return dict(rows.values_list("state").annotate(count=Count("pk")))


def answer_of(form: Form, pk: int) -> Answer:
    """Return an answer to a form.

    Raises:
        UnknownForm: the form has none of this number.
    """
    rows = answers_of(form).select_related("version", "author", "link", "decided_by")
    answer = rows.filter(pk=pk).first() if pk < 2**63 else None
    if answer is None:
        raise UnknownForm(_("Ce formulaire n’a pas de réponse %d.") % pk, parameter="answer")
    return answer


def photo_of(form: Form, pk: int, photo: int) -> AnswerPhoto:
    """Return a photo of an answer to a form.

    Raises:
        UnknownForm: the form has no such answer, or that no such photo.
    """
    answer = answer_of(form, pk)
    row = answer.photos.filter(pk=photo).first() if photo < 2**63 else None
    if row is None:
        raise UnknownForm(_("Cette réponse n’a pas de photo %d.") % photo, parameter="photo")
    return row
