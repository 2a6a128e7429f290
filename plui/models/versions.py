"""Versions of plans: a package of a procedure once read, its written pieces, and its objects.

A version holds every object of its document, those that the procedure did not change too. The tables of ``objects``
hold what is online, so that readers without a date pay nothing for the versions; a version that goes online is copied
there, and the rows that it does not change keep their identifiers.
"""

from __future__ import annotations

import secrets
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from layers.models import VersionedModel
from plui.models.documents import DocUrba
from plui.models.objects import (
    HabillageLin,
    HabillagePct,
    HabillageSurf,
    HabillageTxt,
    InfoLin,
    InfoPct,
    InfoSurf,
    LineDressing,
    LineInformation,
    LinePrescription,
    PointDressing,
    PointInformation,
    PointPrescription,
    PrescriptionLin,
    PrescriptionPct,
    PrescriptionSurf,
    SurfaceDressing,
    SurfaceInformation,
    SurfacePrescription,
    TextDressing,
    Zone,
    ZoneUrba,
)
from plui.vocabulary import PlanState

NEVER_ONLINE = 1 << 50
"""Added to the number of a row of a version without a row online: more rows than a table has, exact in JSON."""


def piece_path(piece: Any, _name: str) -> str:
    """Return where a file of a version is stored: under a random name, without any part of that of the package."""
    return str(PurePosixPath("plans") / f"{secrets.token_hex(16)}{PurePosixPath(piece.path).suffix.lower()}")


def original_path(_piece: Any, _name: str) -> str:
    """Return where a piece is stored as it came, when a copy is served: with a suffix that opens no reader."""
    return str(PurePosixPath("plans") / f"{secrets.token_hex(16)}.original")


class PlanVersionQuerySet(models.QuerySet["PlanVersion"]):
    """Versions by where they stand in time."""

    def published(self) -> PlanVersionQuerySet:
        """Select those that are online or were, and are not withdrawn."""
        return self.filter(state__in=(PlanState.ONLINE, PlanState.FORMER))

    def of_commune(self, code: str) -> PlanVersionQuerySet:
        """Select those of the documents of a commune, by its INSEE code; all of them for an empty one."""
        return self.filter(communes__contains=[code]) if code else self

    def in_force_on(self, day: Any) -> PlanVersionQuerySet:
        """Select those in force on a day (``datetime.date``): the last day is excluded."""
        is_unended = Q(in_force_until__isnull=True) | Q(in_force_until__gt=day)
        return self.published().filter(is_unended, in_force_from__lte=day)


class PlanVersion(models.Model):
    """A document as one procedure left it.

    ``partition`` tells apart the documents of an authority (SIREN or INSEE, then ``_A``): a version that goes online
    replaces that of its partition. ``document`` holds the attributes of DOC_URBA as the package gives them, by name in
    lower case; ``communes`` the INSEE codes of DOC_URBA_COM. ``report`` and ``findings`` are what the check said (JSON
    of ``PackageReport`` and of ``Finding``). ``archive_hash`` is the SHA-256 of the zip, ``package_hash`` that of the
    files in it, whoever zipped them. It is in force from a day until another, excluded; None is without end.
    """

    partition = models.CharField(_("partition"), max_length=20)
    idurba = models.CharField(_("identifiant (IDURBA)"), max_length=30)
    nomproc = models.CharField(_("procédure (NOMPROC)"), max_length=10)
    title = models.CharField(_("titre"), max_length=160)
    purpose = models.TextField(_("objet de la procédure"), blank=True)
    datappro = models.CharField(_("date d’approbation (DATAPPRO)"), max_length=8)
    in_force_from = models.DateField(_("en vigueur du"), null=True, blank=True)
    in_force_until = models.DateField(_("en vigueur jusqu’au"), null=True, blank=True)
    state = models.CharField(_("état"), max_length=10, choices=PlanState, default=PlanState.STAGED)
    folder = models.CharField(_("dossier"), max_length=120, blank=True)
    archive_name = models.CharField(_("archive"), max_length=200, blank=True)
    archive_hash = models.CharField(_("empreinte de l’archive"), max_length=64, blank=True)
    package_hash = models.CharField(_("empreinte du contenu"), max_length=64, blank=True)
    model_name = models.CharField(_("modèle national"), max_length=40, blank=True)
    document = models.JSONField(_("attributs du document"), default=dict)
    communes = models.JSONField(_("communes"), default=list)
    report = models.JSONField(_("rapport"), default=dict)
    findings = models.JSONField(_("constats"), default=list)
    replaces = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("version remplacée"),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("chargée par"),
    )
    created_at = models.DateTimeField(_("chargée le"), auto_now_add=True)
    published_at = models.DateTimeField(_("mise en ligne le"), null=True, blank=True)

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version du plan")
        verbose_name_plural = _("versions du plan")
        ordering = ["partition", "-in_force_from", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="planversion_state_known"),
            models.UniqueConstraint(
                fields=["partition"], condition=Q(state=PlanState.ONLINE), name="planversion_one_online"
            ),
            models.CheckConstraint(
                condition=Q(in_force_until__isnull=True) | Q(in_force_until__gte=F("in_force_from")),
                name="planversion_period_ordered",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(PlanState.ONLINE, PlanState.FORMER)) | Q(in_force_from__isnull=False),
                name="planversion_in_force_from_given",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class WrittenPiece(models.Model):
    """A file of ``Pieces_ecrites`` or the metadata of a version; ``path`` is that in the package, with ``/``.

    ``pages`` is 0 for what has none; ``content_hash`` is the SHA-256 of ``file``, which is served, in hexadecimal.
    Where that is a cleaned copy, ``original`` is what came, private, ``original_hash`` its SHA-256, and ``removed``
    counts what the copy does not have, by kind (``plui.packages.removals.Removal``).
    """

    version = models.ForeignKey(
        PlanVersion, on_delete=models.CASCADE, related_name="pieces", verbose_name=_("version du plan")
    )
    path = models.CharField(_("chemin"), max_length=400)
    name = models.CharField(_("nom"), max_length=200)
    title = models.CharField(_("titre"), max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("taille"), default=0)
    pages = models.PositiveIntegerField(_("pages"), default=0)
    content_hash = models.CharField(_("empreinte"), max_length=64)
    file = models.FileField(_("fichier"), upload_to=piece_path, max_length=200)
    original = models.FileField(_("original"), upload_to=original_path, max_length=200, blank=True)
    original_hash = models.CharField(_("empreinte de l’original"), max_length=64, blank=True)
    removed = models.JSONField(_("retiré de la copie"), default=dict, blank=True)

    class Meta:
        verbose_name = _("pièce écrite")
        verbose_name_plural = _("pièces écrites")
        ordering = ["version", "path"]
        constraints = [models.UniqueConstraint(fields=["version", "path"], name="writtenpiece_once")]

    def __str__(self) -> str:
        return self.title or self.name

    @property
    def stored_names(self) -> list[str]:
        """The names of its files in the storage."""
        return [str(each.name) for each in (self.file, self.original) if each]


class FindingAcceptance(models.Model):
    """A finding that a planner accepts, with the reason; ``key`` identifies it in its version."""

    version = models.ForeignKey(
        PlanVersion, on_delete=models.CASCADE, related_name="acceptances", verbose_name=_("version du plan")
    )
    key = models.CharField(_("constat"), max_length=64)
    reason = models.CharField(_("motif"), max_length=400)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("acceptée par"),
    )
    created_at = models.DateTimeField(_("acceptée le"), auto_now_add=True)

    class Meta:
        verbose_name = _("constat accepté")
        verbose_name_plural = _("constats acceptés")
        ordering = ["version", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="findingacceptance_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="findingacceptance_reason_given"),
        ]

    def __str__(self) -> str:
        return self.reason


class VersionRow(VersionedModel):
    """An object of a version. ``feature_id`` is the row online that it was or became, None when there is none.

    ``object_id`` is the identifier that addresses at a date have, one in a version: ``feature_id``, so that the address
    of a zone is the same at each date, else its own number out of the range of the rows online.
    ``idurba`` is not a foreign key of the database: DOC_URBA has the document once the version is online.
    """

    version = models.ForeignKey(
        PlanVersion,
        on_delete=models.CASCADE,
        editable=False,
        related_name="+",
        verbose_name=_("version du plan"),
    )
    feature_id = models.BigIntegerField(_("objet en ligne"), null=True, blank=True, editable=False)
    object_id = models.GeneratedField(
        expression=Coalesce(F("feature_id"), F("id") + Value(NEVER_ONLINE)),
        output_field=models.BigIntegerField(),
        db_persist=True,
        editable=False,
        verbose_name=_("identifiant à une date"),
    )
    idurba = models.ForeignKey(
        DocUrba,
        on_delete=models.DO_NOTHING,
        to_field="idurba",
        db_column="idurba",
        db_constraint=False,
        related_name="+",
        verbose_name=_("document (IDURBA)"),
    )

    class Meta:
        abstract = True


class ZoneVersion(VersionRow, Zone):
    """A zone of a version."""

    class Meta(Zone.Meta):
        verbose_name = _("zone d’une version")
        verbose_name_plural = _("zones des versions")


class PscSurfVersion(VersionRow, SurfacePrescription):
    """A prescription on a surface, of a version."""

    class Meta(SurfacePrescription.Meta):
        verbose_name = _("prescription surfacique d’une version")
        verbose_name_plural = _("prescriptions surfaciques des versions")


class PscLinVersion(VersionRow, LinePrescription):
    """A prescription along a line, of a version."""

    class Meta(LinePrescription.Meta):
        verbose_name = _("prescription linéaire d’une version")
        verbose_name_plural = _("prescriptions linéaires des versions")


class PscPctVersion(VersionRow, PointPrescription):
    """A prescription on a point, of a version."""

    class Meta(PointPrescription.Meta):
        verbose_name = _("prescription ponctuelle d’une version")
        verbose_name_plural = _("prescriptions ponctuelles des versions")


class InfoSurfVersion(VersionRow, SurfaceInformation):
    """An information on a surface, of a version."""

    class Meta(SurfaceInformation.Meta):
        verbose_name = _("information surfacique d’une version")
        verbose_name_plural = _("informations surfaciques des versions")


class InfoLinVersion(VersionRow, LineInformation):
    """An information along a line, of a version."""

    class Meta(LineInformation.Meta):
        verbose_name = _("information linéaire d’une version")
        verbose_name_plural = _("informations linéaires des versions")


class InfoPctVersion(VersionRow, PointInformation):
    """An information on a point, of a version."""

    class Meta(PointInformation.Meta):
        verbose_name = _("information ponctuelle d’une version")
        verbose_name_plural = _("informations ponctuelles des versions")


class HabillageSurfVersion(VersionRow, SurfaceDressing):
    """A drawn surface of a version."""

    class Meta(SurfaceDressing.Meta):
        verbose_name = _("habillage surfacique d’une version")
        verbose_name_plural = _("habillages surfaciques des versions")


class HabillageLinVersion(VersionRow, LineDressing):
    """A drawn line of a version."""

    class Meta(LineDressing.Meta):
        verbose_name = _("habillage linéaire d’une version")
        verbose_name_plural = _("habillages linéaires des versions")


class HabillagePctVersion(VersionRow, PointDressing):
    """A drawn point of a version."""

    class Meta(PointDressing.Meta):
        verbose_name = _("habillage ponctuel d’une version")
        verbose_name_plural = _("habillages ponctuels des versions")


class HabillageTxtVersion(VersionRow, TextDressing):
    """A text of the plan of a version."""

    class Meta(TextDressing.Meta):
        verbose_name = _("écriture d’une version")
        verbose_name_plural = _("écritures des versions")


TABLES: dict[str, tuple[type[Any], type[Any]]] = {
    "ZONE_URBA": (ZoneUrba, ZoneVersion),
    "PRESCRIPTION_SURF": (PrescriptionSurf, PscSurfVersion),
    "PRESCRIPTION_LIN": (PrescriptionLin, PscLinVersion),
    "PRESCRIPTION_PCT": (PrescriptionPct, PscPctVersion),
    "INFO_SURF": (InfoSurf, InfoSurfVersion),
    "INFO_LIN": (InfoLin, InfoLinVersion),
    "INFO_PCT": (InfoPct, InfoPctVersion),
    "HABILLAGE_SURF": (HabillageSurf, HabillageSurfVersion),
    "HABILLAGE_LIN": (HabillageLin, HabillageLinVersion),
    "HABILLAGE_PCT": (HabillagePct, HabillagePctVersion),
    "HABILLAGE_TXT": (HabillageTxt, HabillageTxtVersion),
}
"""Tables of the standard: the model of what is online, that of the versions."""
