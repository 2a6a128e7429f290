"""Errors of exports."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from layers.errors import UnknownFeature


class UnknownExport(UnknownFeature):
    """No such prepared export, or not for this visitor with the rights of this moment."""

    title = gettext_noop("Téléchargement inconnu")

    def __init__(self) -> None:
        super().__init__(_("Ce téléchargement n’existe pas, ou vos droits ne l’ouvrent pas."))
