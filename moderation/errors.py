"""Refusals of moderation, in words for people."""

from __future__ import annotations

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
