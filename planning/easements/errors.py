"""What can go wrong with a package of easements as a whole."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from layers.errors import BadRequest


class EasementsRefused(BadRequest):
    """An archive that is no package of easements, or whose rows cannot replace those that are stored."""

    title = gettext_noop("Paquet de servitudes refusé")
