"""What can go wrong when a file of reference data is read as a whole."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from layers.errors import BadRequest


class WrongLayout(BadRequest):
    """A file that does not have the columns of the layout, or no row that can be used."""

    title = gettext_noop("Fichier refusé")


class TooManyRemovals(BadRequest):
    """A file without many of the rows that are stored: it may be cut."""

    title = gettext_noop("Fichier refusé")
