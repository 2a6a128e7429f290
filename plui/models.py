"""Tables of the PLUi, under the CNIG names in lower case: the document, its zones and its prescriptions (v2024).

Dates keep the standard's C8 text (AAAAMMJJ) and not a SQL date: ``00000000`` (unknown or to come) and ``20040000`` (a
year alone) are legal values that a date would lose, and a package written for the Géoportail de l'urbanisme must give
back what it received. C8 sorts and compares like a date. DOC_URBA and DOC_URBA_COM have no geometry; ZONE_URBA tiles
the perimeter of the document without gap or overlap; PRESCRIPTION_SURF, _LIN and _PCT are one table a geometry.
"""

from __future__ import annotations

import datetime as dt
import re

from django.contrib.gis.db.models import LineStringField, PointField, PolygonField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, F, Func, IntegerField, Q, Value, When
from django.db.models.functions import Cast, Concat, Substr
from django.utils.translation import gettext_lazy as _

from layers.definitions import Text
from layers.models import ExtendedFeature, Feature, keep_history
from plui.vocabulary import (
    C8_PATTERN,
    IDURBA_PATTERN,
    NOMPROC_PATTERN,
    PRESCRIPTIONS,
    SIREN_PATTERN,
    SYMBOLE_PATTERN,
    UNKNOWN_DATE,
    Etat,
    TypeDoc,
    TypeRef,
    TypeZone,
)

# A day is fully known when the C8 text ends with a month and a day.
_FULL_DATE = r"^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$"
_UNKNOWN_PAIR = _("Ce couple TYPEPSC-STYPEPSC n’est pas dans le standard CNIG PLU.")


def c8(title: Text, *, default: str = UNKNOWN_DATE) -> models.CharField[str, str]:
    """Return a C8 date column: AAAAMMJJ, ``00000000`` when unknown."""
    return models.CharField(
        title,  # type: ignore[arg-type]  # the stubs have a lazy text of their own
        max_length=8,
        default=default,
        validators=[RegexValidator(C8_PATTERN)],
        help_text=_("AAAAMMJJ"),
    )


class DocUrba(models.Model):
    """A planning document. ``idurba`` names it everywhere: ``200057974_PLUI_20260101``."""

    idurba = models.CharField(
        _("identifiant (IDURBA)"), max_length=30, unique=True, validators=[RegexValidator(IDURBA_PATTERN)]
    )
    typedoc = models.CharField(
        _("type de document (TYPEDOC)"), max_length=4, choices=TypeDoc, default=TypeDoc.PLUI
    )
    etat = models.CharField(_("état (ETAT)"), max_length=2, choices=Etat, default=Etat.EN_COURS)
    nomproc = models.CharField(
        _("procédure (NOMPROC)"), max_length=10, default="E", validators=[RegexValidator(NOMPROC_PATTERN)]
    )
    datappro = c8(_("date d’approbation (DATAPPRO)"))
    datefin = c8(_("fin de validité (DATEFIN)"))
    siren = models.CharField("SIREN", max_length=9, blank=True, validators=[RegexValidator(SIREN_PATTERN)])
    nomreg = models.CharField(_("fichier du règlement (NOMREG)"), max_length=80, blank=True)
    urlreg = models.URLField(_("adresse du règlement (URLREG)"), max_length=254, blank=True)
    nomrapp = models.CharField(_("fichier du rapport (NOMRAPP)"), max_length=80, blank=True)
    urlrapp = models.URLField(_("adresse du rapport (URLRAPP)"), max_length=254, blank=True)
    nomplan = models.CharField(_("fichier du plan de zonage (NOMPLAN)"), max_length=80, blank=True)
    urlplan = models.URLField(_("adresse du plan de zonage (URLPLAN)"), max_length=254, blank=True)
    urlpe = models.URLField(_("adresse du dossier complet (URLPE)"), max_length=254, blank=True)
    siteweb = models.URLField(_("site du document (SITEWEB)"), max_length=254, blank=True)
    typeref = models.CharField(
        _("référentiel de saisie (TYPEREF)"), max_length=2, choices=TypeRef, default=TypeRef.PCI
    )
    dateref = c8(_("date du référentiel (DATEREF)"))

    class Meta:
        verbose_name = _("document d’urbanisme")
        verbose_name_plural = _("documents d’urbanisme")
        ordering = ["idurba"]
        constraints = [
            models.CheckConstraint(condition=Q(idurba__regex=IDURBA_PATTERN), name="docurba_idurba_format"),
            models.CheckConstraint(
                condition=Q(nomproc__regex=NOMPROC_PATTERN), name="docurba_nomproc_format"
            ),
            models.CheckConstraint(
                condition=Q(siren="") | Q(siren__regex=SIREN_PATTERN), name="docurba_siren_format"
            ),
            models.CheckConstraint(condition=Q(typedoc__in=TypeDoc.values), name="docurba_typedoc_known"),
            models.CheckConstraint(condition=Q(etat__in=Etat.values), name="docurba_etat_known"),
            models.CheckConstraint(condition=Q(typeref__in=TypeRef.values), name="docurba_typeref_known"),
            models.CheckConstraint(
                condition=Q(datappro__regex=C8_PATTERN, datefin__regex=C8_PATTERN, dateref__regex=C8_PATTERN),
                name="docurba_dates_format",
            ),
        ]

    def __str__(self) -> str:
        return self.idurba


class DocUrbaCom(models.Model):
    """A commune covered by a document: one row a commune."""

    idurba = models.ForeignKey(
        DocUrba,
        on_delete=models.CASCADE,
        to_field="idurba",
        db_column="idurba",
        related_name="communes",
        verbose_name=_("document (IDURBA)"),
    )
    insee = models.ForeignKey(
        "layers.Commune",
        on_delete=models.PROTECT,
        to_field="code",
        db_column="insee",
        related_name="+",
        verbose_name=_("commune (INSEE)"),
    )

    class Meta:
        verbose_name = _("commune couverte")
        verbose_name_plural = _("communes couvertes")
        ordering = ["idurba", "insee"]
        constraints = [models.UniqueConstraint(fields=["idurba", "insee"], name="docurbacom_once")]

    def __str__(self) -> str:
        return f"{self.idurba_id} {self.insee_id}"


def _exists(day: str) -> bool:
    """Whether a full C8 date is in the calendar."""
    try:
        dt.datetime.strptime(day, "%Y%m%d")
    except ValueError:
        return False
    return True


def _part(start: int, length: int) -> Cast:
    """Return a part of DATVALID as a whole number."""
    return Cast(Substr("datvalid", start, length), IntegerField())


class GraphicObject(Feature):
    """An object of a document: ``datvalid`` is the standard's text, ``date_validite`` the day it names."""

    idurba = models.ForeignKey(
        DocUrba,
        on_delete=models.CASCADE,
        to_field="idurba",
        db_column="idurba",
        related_name="+",
        verbose_name=_("document (IDURBA)"),
    )
    nomfic = models.CharField(_("fichier du règlement"), max_length=80, blank=True, help_text="NOMFIC")
    urlfic = models.URLField(_("adresse du règlement"), max_length=254, blank=True, help_text="URLFIC")
    datvalid = c8("DATVALID")
    # make_date refuses 31 February: the database rejects what the pattern lets through.
    date_validite = models.GeneratedField(
        expression=Case(
            When(
                datvalid__regex=_FULL_DATE,
                then=Func(_part(1, 4), _part(5, 2), _part(7, 2), function="make_date"),
            )
        ),
        output_field=models.DateField(null=True),
        db_persist=True,
        verbose_name=_("date de validité"),
    )

    class Meta(Feature.Meta):
        abstract = True
        constraints = [
            *Feature.Meta.constraints,
            models.CheckConstraint(condition=Q(datvalid__regex=C8_PATTERN), name="%(class)s_datvalid_format"),
        ]

    def clean(self) -> None:
        """Refuse a day that does not exist, and one after the approval of the document (CNIG: DATVALID ≤ DATAPPRO)."""
        super().clean()
        if re.fullmatch(_FULL_DATE, self.datvalid) and not _exists(self.datvalid):
            raise ValidationError({"datvalid": _("Ce jour n’existe pas.")})
        approved = DocUrba.objects.filter(idurba=self.idurba_id).values_list("datappro", flat=True).first()
        if approved and approved != UNKNOWN_DATE and self.datvalid > approved:
            raise ValidationError({"datvalid": _("DATVALID ne peut pas suivre DATAPPRO (%s).") % approved})


@keep_history("date_validite")
class ZoneUrba(GraphicObject, ExtendedFeature):
    """A zone; a simple polygon, since the standard forbids multipolygons."""

    lib_idzone = models.CharField(
        _("identifiant de la zone"), max_length=40, blank=True, help_text="LIB_IDZONE"
    )
    libelle = models.CharField(
        _("libellé"), max_length=12, help_text=_("Nom court de la zone, par exemple UAa.")
    )
    libelong = models.CharField(_("libellé long"), max_length=254, blank=True, help_text="LIBELONG")
    typezone = models.CharField(_("type de zone"), max_length=3, choices=TypeZone)
    formdomi = models.CharField(
        _("forme d’aménagement dominante"), max_length=4, blank=True, help_text="FORMDOMI"
    )
    destoui = models.CharField(_("destinations autorisées"), max_length=120, blank=True, help_text="DESTOUI")
    destcdt = models.CharField(
        _("destinations sous conditions"), max_length=120, blank=True, help_text="DESTCDT"
    )
    destnon = models.CharField(_("destinations interdites"), max_length=120, blank=True, help_text="DESTNON")
    symbole = models.CharField(_("symbole CNIG"), max_length=20, blank=True)
    geom = PolygonField(_("emprise"), srid=4326, spatial_index=False)

    class Meta(GraphicObject.Meta, ExtendedFeature.Meta):
        verbose_name = _("zone du PLUi")
        verbose_name_plural = _("zones du PLUi")
        ordering = ["libelle", "pk"]
        constraints = [
            *GraphicObject.Meta.constraints,
            models.CheckConstraint(condition=Q(typezone__in=TypeZone.values), name="zoneurba_typezone_known"),
            models.CheckConstraint(condition=~Q(libelle=""), name="zoneurba_libelle_given"),
        ]

    def __str__(self) -> str:
        return self.libelle


class Prescription(GraphicObject):
    """A prescription. ``code`` joins TYPEPSC and STYPEPSC, which mean little apart, to their label."""

    lib_idpsc = models.CharField(
        _("identifiant de la prescription"), max_length=40, blank=True, help_text="LIB_IDPSC"
    )
    libelle = models.CharField(_("libellé"), max_length=254)
    txt = models.CharField(_("étiquette"), max_length=10, blank=True, help_text=_("Étiquette sur le plan."))
    typepsc = models.CharField(_("type (TYPEPSC)"), max_length=2)
    stypepsc = models.CharField(_("sous-type (STYPEPSC)"), max_length=2, default="00")
    code = models.GeneratedField(
        expression=Concat(F("typepsc"), Value("-"), F("stypepsc")),
        output_field=models.CharField(max_length=5),
        db_persist=True,
        choices=list(PRESCRIPTIONS.items()),
        verbose_name=_("type de prescription"),
    )
    nature = models.CharField(
        _("nature"),
        max_length=50,
        blank=True,
        validators=[RegexValidator(r"^\S*$")],
        help_text="Cones_de_vue",
    )
    symbole = models.CharField(
        _("symbole CNIG"), max_length=20, blank=True, validators=[RegexValidator(SYMBOLE_PATTERN)]
    )

    class Meta(GraphicObject.Meta):
        abstract = True
        ordering = ["libelle", "pk"]
        constraints = [
            *GraphicObject.Meta.constraints,
            models.CheckConstraint(
                condition=Q(code__in=list(PRESCRIPTIONS)),
                name="%(class)s_code_known",
                violation_error_message=_UNKNOWN_PAIR,
            ),
            models.CheckConstraint(condition=~Q(libelle=""), name="%(class)s_libelle_given"),
            models.CheckConstraint(
                condition=Q(symbole="") | Q(symbole__regex=SYMBOLE_PATTERN), name="%(class)s_symbole_format"
            ),
        ]

    def __str__(self) -> str:
        return self.libelle

    def clean(self) -> None:
        """Refuse an unknown pair: forms do not check the constraint, whose column they do not have."""
        super().clean()
        if f"{self.typepsc}-{self.stypepsc}" not in PRESCRIPTIONS:
            raise ValidationError({"stypepsc": _UNKNOWN_PAIR})


@keep_history("date_validite", "code")
class PrescriptionSurf(Prescription, ExtendedFeature):
    """A prescription on a surface: a simple polygon."""

    geom = PolygonField(_("emprise"), srid=4326, spatial_index=False)

    class Meta(Prescription.Meta, ExtendedFeature.Meta):
        verbose_name = _("prescription surfacique")
        verbose_name_plural = _("prescriptions surfaciques")


@keep_history("date_validite", "code")
class PrescriptionLin(Prescription, ExtendedFeature):
    """A prescription along a line, such as an alignment of façades or of trees."""

    geom = LineStringField(_("tracé"), srid=4326, spatial_index=False)

    class Meta(Prescription.Meta, ExtendedFeature.Meta):
        verbose_name = _("prescription linéaire")
        verbose_name_plural = _("prescriptions linéaires")


@keep_history("date_validite", "code")
class PrescriptionPct(Prescription):
    """A prescription on a point, such as a building or a tree."""

    geom = PointField(_("position"), srid=4326, spatial_index=False)

    class Meta(Prescription.Meta):
        verbose_name = _("prescription ponctuelle")
        verbose_name_plural = _("prescriptions ponctuelles")
