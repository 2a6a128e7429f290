"""The states of the rows of a moderated dataset: the words that suit anything, or those that its page declares.

Every dataset has drafts, submitted, published, refused and withdrawn rows; its page adds others, the words of each, who
is trusted, and the fields that say what is urgent and when a row is active.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from layers.moderation import Actor, Moderation, RowState, Text, Transition

DRAFT, SUBMITTED, PUBLISHED, REFUSED, WITHDRAWN = "draft", "submitted", "published", "refused", "withdrawn"
SUSPENDED, EXTENDED, FINISHED, CANCELLED = "suspended", "extended", "finished", "cancelled"

LABELS: Mapping[str, Text] = {
    DRAFT: _("Brouillon"),
    SUBMITTED: _("Soumis"),
    PUBLISHED: _("Publié"),
    SUSPENDED: _("Suspendu"),
    EXTENDED: _("Prolongé"),
    FINISHED: _("Terminé"),
    CANCELLED: _("Annulé"),
    REFUSED: _("Refusé"),
    WITHDRAWN: _("Retiré"),
}
"""The states in their order, with their words."""
OPTIONAL = (SUSPENDED, EXTENDED, FINISHED, CANCELLED)
"""The states that a dataset uses or not."""
_PUBLIC = frozenset({PUBLISHED, SUSPENDED, EXTENDED, FINISHED})
_FINAL = frozenset({FINISHED, CANCELLED})


@dataclass(frozen=True, slots=True)
class ModerationRules:
    """What the page of a dataset declares of its moderation, stored as JSON.

    ``states`` are those of ``OPTIONAL`` that rows may take; ``labels`` the words of states by code, where they are not
    those of the portal. ``urgent``, ``start`` and ``end`` name fields, empty for none; ``trusted`` are ids of groups.
    """

    states: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    urgent: str = ""
    start: str = ""
    end: str = ""
    trusted: tuple[int, ...] = ()

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> ModerationRules:
        """Read what ``to_json`` wrote; an empty document is the rules of before."""
        return cls(
            states=tuple(document.get("states", ())),
            labels=tuple((code, words) for code, words in document.get("labels", ())),
            urgent=str(document.get("urgent", "")),
            start=str(document.get("start", "")),
            end=str(document.get("end", "")),
            trusted=tuple(document.get("trusted", ())),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the rules as a JSON document."""
        return asdict(self)


def moderation_of(rules: ModerationRules, paths: Mapping[str, str]) -> Moderation:
    """Return the state machine of a dataset; ``paths`` are the ORM paths of its fields by name.

    A field that the version online does not have any more counts for nothing.
    """
    labels = {**LABELS, **dict(rules.labels)}
    used = [code for code in LABELS if code not in OPTIONAL or code in rules.states]
    return Moderation(
        state_path="row_state",
        author_path="row_author_id",
        states=tuple(
            RowState(code, labels[code], is_public=code in _PUBLIC, is_final=code in _FINAL) for code in used
        ),
        transitions=tuple(_transitions(frozenset(used))),
        initial=DRAFT,
        trusted=PUBLISHED,
        urgent_path=paths.get(rules.urgent, ""),
        trusted_groups=frozenset(rules.trusted),
        start_path=paths.get(rules.start, ""),
        end_path=paths.get(rules.end, ""),
    )


def _transitions(used: frozenset[str]) -> list[Transition]:
    """Return the steps between the states that are used."""

    def among(*codes: str) -> tuple[str, ...]:
        return tuple(code for code in codes if code in used)

    active = among(PUBLISHED, EXTENDED, SUSPENDED)
    steps = [
        Transition("submit", _("Soumettre"), (DRAFT, REFUSED), SUBMITTED, Actor.AUTHOR),
        Transition("take-back", _("Reprendre"), (SUBMITTED,), DRAFT, Actor.AUTHOR),
        Transition(
            "publish", _("Publier"), among(DRAFT, SUBMITTED, REFUSED, WITHDRAWN, SUSPENDED), PUBLISHED
        ),
        Transition("send-back", _("Renvoyer"), (SUBMITTED,), DRAFT, needs_reason=True),
        Transition("refuse", _("Refuser"), (SUBMITTED,), REFUSED, needs_reason=True),
        Transition(
            "suspend", _("Suspendre"), among(PUBLISHED, EXTENDED), SUSPENDED, Actor.EITHER, needs_reason=True
        ),
        Transition("extend", _("Prolonger"), active, EXTENDED, Actor.EITHER, needs_reason=True),
        Transition("finish", _("Terminer"), active, FINISHED, Actor.EITHER),
        Transition(
            "cancel", _("Annuler"), (DRAFT, SUBMITTED, *active), CANCELLED, Actor.EITHER, needs_reason=True
        ),
        Transition(
            "withdraw",
            _("Retirer"),
            among(PUBLISHED, EXTENDED, SUSPENDED, FINISHED),
            WITHDRAWN,
            Actor.EITHER,
            needs_reason=True,
        ),
    ]
    return [step for step in steps if step.target in used]


MODERATION = moderation_of(ModerationRules(), {})
"""The machine of a dataset that declares nothing."""
