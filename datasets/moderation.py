"""The states of the rows of a moderated dataset: the words that suit anything, in the columns that its tables have."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from layers.moderation import Actor, Moderation, RowState, Transition

DRAFT, SUBMITTED, PUBLISHED, REFUSED, WITHDRAWN = "draft", "submitted", "published", "refused", "withdrawn"

MODERATION = Moderation(
    state_path="row_state",
    author_path="row_author_id",
    states=(
        RowState(DRAFT, _("Brouillon")),
        RowState(SUBMITTED, _("Soumis")),
        RowState(PUBLISHED, _("Publié"), is_public=True),
        RowState(REFUSED, _("Refusé")),
        RowState(WITHDRAWN, _("Retiré")),
    ),
    transitions=(
        Transition("submit", _("Soumettre"), (DRAFT, REFUSED), SUBMITTED, Actor.AUTHOR),
        Transition("take-back", _("Reprendre"), (SUBMITTED,), DRAFT, Actor.AUTHOR),
        Transition("publish", _("Publier"), (DRAFT, SUBMITTED, REFUSED, WITHDRAWN), PUBLISHED),
        Transition("send-back", _("Renvoyer"), (SUBMITTED,), DRAFT, needs_reason=True),
        Transition("refuse", _("Refuser"), (SUBMITTED,), REFUSED, needs_reason=True),
        Transition("withdraw", _("Retirer"), (PUBLISHED,), WITHDRAWN, Actor.EITHER, needs_reason=True),
    ),
    initial=DRAFT,
    trusted=PUBLISHED,
)
