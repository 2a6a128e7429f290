"""Refusals of publication, in words for people."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from layers.errors import LayersError


class NotSubmittable(LayersError):
    """This version cannot be brought to approval; the message says why."""

    title = gettext_noop("Publication impossible")


class AlreadyDecided(LayersError):
    """Somebody else decided meanwhile; the message names the state."""

    title = gettext_noop("Déjà décidée")


class ContentChanged(LayersError):
    """What is there is not what was reviewed: it must be submitted again."""

    title = gettext_noop("Contenu modifié depuis la soumission")


class InvalidInstant(LayersError):
    """An instant that is past, does not exist on the clock of Paris, or an end before its start."""

    title = gettext_noop("Instant incorrect")
    is_ambiguous = False


class AmbiguousInstant(InvalidInstant):
    """An hour that exists twice on its day, when clocks go back."""

    is_ambiguous = True
