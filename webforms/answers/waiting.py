"""Answers that wait for a decision, as rows of what waits for people."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from interface.waiting import WaitingGroup, WaitingRow
from interface.wording import days_away, number
from layers import access
from layers.visitor import Visitor
from webforms.access import may_review
from webforms.models import Answer
from webforms.vocabulary import AnswerState


def answer_rows(visitor: Visitor) -> Iterator[WaitingRow]:
    """Yield the forms whose answers wait for a visitor, with how many; one statement beside those of the rights."""
    waiting = Answer.objects.filter(state=AnswerState.WAITING).order_by()
    names = ("version__form__slug", "version__form__title", "version__form__layer__slug")
    counted = list(
        waiting.values(*names).annotate(answers=Count("pk"), oldest=Min("received_at")).order_by("oldest")
    )
    scopes = access.scopes_by_slug(visitor, sorted({row[names[2]] for row in counted}))
    for row in counted:
        slug, title, layer = (row[name] for name in names)
        if not may_review(scopes.get(layer)):
            continue
        count = row["answers"]
        yield WaitingRow(
            subject=f"form {slug}",
            group=WaitingGroup.ANSWER,
            icon="inbox",
            title=ngettext(
                "%(title)s : %(number)s réponse à examiner",
                "%(title)s : %(number)s réponses à examiner",
                count,
            )
            % {"title": title, "number": number(count)},
            detail=_("la plus ancienne, reçue %(when)s")
            % {"when": days_away(-(visitor.instant - row["oldest"]).days)},
            action=_("Examiner"),
            address=reverse("webforms:answers", args=[slug]),
            layer=layer,
            since=row["oldest"],
            tone="warn",
        )
