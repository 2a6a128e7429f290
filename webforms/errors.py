"""Faults of forms and of their answers."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from layers.errors import BadRequest, UnknownFeature


class InvalidForm(BadRequest):
    """A document of a form that cannot be read, or names what its layer does not have."""

    title = gettext_noop("Formulaire incorrect")


class UnknownForm(UnknownFeature):
    """The form, its link or its answer does not exist, or the visitor may not know that it does."""

    title = gettext_noop("Formulaire inconnu")


class InvalidAnswer(BadRequest):
    """An answer that is not stored; the message says why, and what was typed stays in the page."""

    title = gettext_noop("Réponse refusée")


class RepeatedAnswer(InvalidAnswer):
    """An answer of this identifier came before with other values."""

    title = gettext_noop("Réponse déjà reçue")
