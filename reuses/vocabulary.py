"""Code lists of reuses, and the sizes of what people write."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

TITLE_MAX, ADDRESS_MAX, TEXT_MAX = 120, 500, 2_000
# Layers of one reuse.
MAX_LAYERS = 20


class ReuseState(models.TextChoices):
    """Where a declared reuse is; only an accepted one is shown."""

    WAITING = "waiting", _("En attente")
    ACCEPTED = "accepted", _("En ligne")
    REFUSED = "refused", _("Refusée")
    WITHDRAWN = "withdrawn", _("Retirée")


# What a state may become: a refusal is final, and who declared may declare again.
NEXT_STATES: dict[str, frozenset[str]] = {
    ReuseState.WAITING: frozenset({ReuseState.ACCEPTED, ReuseState.REFUSED}),
    ReuseState.ACCEPTED: frozenset({ReuseState.WITHDRAWN}),
    ReuseState.WITHDRAWN: frozenset({ReuseState.ACCEPTED}),
    ReuseState.REFUSED: frozenset(),
}
# States of which neither the address for the answer nor, after a while, the row is needed.
CLOSED_STATES = (ReuseState.REFUSED, ReuseState.WITHDRAWN)
