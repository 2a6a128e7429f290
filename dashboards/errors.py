"""Faults of dashboards: ``title`` is for people, the message names the culprit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from layers.errors import Forbidden, LayersError, StaleFeature, UnknownFeature


class DashboardsError(LayersError):
    """Base of the faults of dashboards."""

    title = gettext_noop("Opération refusée")


class UnknownDashboard(DashboardsError, UnknownFeature):
    """The dashboard does not exist, or the visitor may not know that it does."""

    title = gettext_noop("Tableau de bord inconnu")

    def __init__(self, slug: str) -> None:
        super().__init__(_("Aucun tableau de bord ne s’appelle « %s ».") % slug, parameter="dashboard")


class UnknownPanel(DashboardsError, UnknownFeature):
    """The dashboard has no such panel, or the visitor may not know that it does."""

    title = gettext_noop("Panneau inconnu")

    def __init__(self, name: str) -> None:
        super().__init__(_("Ce tableau de bord n’a pas de panneau « %s ».") % name[:80], parameter="panel")


class UnknownLibraryPanel(DashboardsError, UnknownFeature):
    """The library has no such panel, or not for this visitor."""

    title = gettext_noop("Panneau de bibliothèque inconnu")

    def __init__(self, name: str) -> None:
        super().__init__(
            _("Aucun panneau de bibliothèque ne s’appelle « %s ».") % name[:80], parameter="panel"
        )


class UnknownVersion(DashboardsError, UnknownFeature):
    """The dashboard has no version of this number."""

    title = gettext_noop("Version inconnue")


class ForbiddenDashboard(DashboardsError, Forbidden):
    """The visitor reads the dashboard, or the list, and lacks the right for this action."""

    title = gettext_noop("Action non autorisée")


class SlugInUse(DashboardsError):
    """Another dashboard or library panel has this identifier."""

    title = gettext_noop("Identifiant déjà pris")


class EditConflict(DashboardsError, StaleFeature):
    """Somebody changed the dashboard after the state that the change starts from."""

    title = gettext_noop("Tableau de bord modifié entre-temps")


class UnknownPaper(DashboardsError, UnknownFeature):
    """No such prepared file, or not for this visitor with the rights of this moment."""

    title = gettext_noop("Téléchargement inconnu")

    def __init__(self) -> None:
        super().__init__(_("Ce fichier n’existe pas, ou vos droits ne l’ouvrent pas."))


class UnknownSubscription(DashboardsError, UnknownFeature):
    """The dashboard is not sent to this group, or not any more."""

    title = gettext_noop("Envoi inconnu")


class NothingToPublish(DashboardsError):
    """The dashboard has no draft to publish."""

    title = gettext_noop("Aucun brouillon à publier")


class UnknownStarter(DashboardsError):
    """No model of this name suits the layer."""

    title = gettext_noop("Modèle inconnu")


@dataclass(frozen=True, slots=True)
class DocumentFault:
    """What is wrong at one place of a document: ``line`` is 1-based (0 without text), ``key`` a path into it."""

    text: str
    key: str = ""
    line: int = 0

    def __str__(self) -> str:
        parts = [_("ligne %d") % self.line] if self.line else []
        parts += [self.key] if self.key else []
        if not parts:
            return self.text
        return _("%(title)s : %(text)s") % {"title": ", ".join(parts), "text": self.text}


class InvalidDocument(DashboardsError):
    """A document that cannot be read or is not allowed; ``faults`` are in the order of its lines."""

    title = gettext_noop("Document de tableau de bord incorrect")

    def __init__(self, faults: Sequence[DocumentFault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults), parameter="document")
        self.faults = tuple(faults)
