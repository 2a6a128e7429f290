"""What stops the loading, the publication or the undoing of a version of a plan."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_noop

from layers.errors import BadRequest, UnknownFeature
from plui.packages.errors import PackageRefused
from plui.packages.findings import Finding


class RowsRefused(PackageRefused):
    """Rows that the tables of the portal cannot hold; ``findings`` are the errors of the package."""

    title = gettext_noop("Lignes refusées")

    def __init__(self, detail: str, *, findings: Sequence[Finding] = ()) -> None:
        super().__init__(detail, parameter="file")
        self.findings = tuple(findings)


class UnknownPlanVersion(UnknownFeature):
    """No version has this number or this IDURBA, or the visitor may not know that it does."""

    title = gettext_noop("Version du plan inconnue")


class UnknownPiece(UnknownFeature):
    """No document that the visitor may read has such a written piece."""

    title = gettext_noop("Pièce écrite inconnue")


class VersionRefused(BadRequest):
    """The version is not in a state to be accepted, published, undone or discarded; the message says why."""

    title = gettext_noop("Version du plan refusée")
