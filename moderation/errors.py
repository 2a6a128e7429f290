"""Refusals of moderation, in words for people."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from layers.errors import LayersError


class InvalidTransition(LayersError):
    """The layer has no such step, or the row is in a state that it does not leave; the message names the state."""

    title = gettext_noop("Étape impossible")


class MissingReason(LayersError):
    """A step that the author must be able to understand, without a reason."""

    title = gettext_noop("Motif manquant")


class InvalidMessage(LayersError):
    """A message that is empty, or longer than its column."""

    title = gettext_noop("Message refusé")


class RefusedRows(LayersError):
    """Some rows of a decision on several cannot take it; ``faults`` are those of each, by id."""

    title = gettext_noop("Décision impossible")

    def __init__(self, faults: Mapping[int, LayersError]) -> None:
        reasons = " ".join(error.detail for error in faults.values())
        super().__init__(_("Rien n’a été décidé. %s") % reasons)
        self.faults = faults
