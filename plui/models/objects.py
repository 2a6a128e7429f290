"""Objects of a planning document under the CNIG names: zones, prescriptions, informations, dressing (v2024).

ZONE_URBA tiles the perimeter of the document without gap or overlap; PRESCRIPTION_* and INFO_* are one table a
geometry, and so are the HABILLAGE_* that dress the paper plan. What a row says is in an abstract model, which the table
of what is online and that of versions (``plui.models.versions``) share.
"""

from __future__ import annotations

import datetime as dt
import re

from django.contrib.gis.db.models import LineStringField, PointField, PolygonField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Case, F, Func, IntegerField, Q, Value, When
from django.db.models.functions import Cast, Concat, Substr
from django.utils.translation import gettext_lazy as _

from layers.models import ExtendedFeature, Feature, keep_history
from plui.models.documents import DocUrba, c8
from plui.vocabulary import (
    C8_PATTERN,
    COULEUR_PATTERN,
    INFORMATION_SYMBOLE_PATTERN,
    INFORMATIONS,
    PRESCRIPTIONS,
    SYMBOLE_PATTERN,
    UNKNOWN_DATE,
    TypeZone,
)

# A day is fully known when the C8 text ends with a month and a day.
_FULL_DATE = r"^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$"
_UNKNOWN_INFORMATION = _("Ce couple TYPEINF-STYPEINF n’est pas dans le standard CNIG PLU.")
_UNKNOWN_PAIR = _("Ce couple TYPEPSC-STYPEPSC n’est pas dans le standard CNIG PLU.")


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


class Zone(GraphicObject, ExtendedFeature):
    """What a zone says; a simple polygon, since the standard forbids multipolygons."""

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
        abstract = True
        ordering = ["libelle", "pk"]
        constraints = [
            *GraphicObject.Meta.constraints,
            models.CheckConstraint(
                condition=Q(typezone__in=TypeZone.values), name="%(class)s_typezone_known"
            ),
            models.CheckConstraint(condition=~Q(libelle=""), name="%(class)s_libelle_given"),
        ]

    def __str__(self) -> str:
        return self.libelle


@keep_history("date_validite")
class ZoneUrba(Zone):
    """A zone of the document online."""

    class Meta(Zone.Meta):
        verbose_name = _("zone du PLUi")
        verbose_name_plural = _("zones du PLUi")


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


class SurfacePrescription(Prescription, ExtendedFeature):
    """A prescription on a surface: a simple polygon."""

    geom = PolygonField(_("emprise"), srid=4326, spatial_index=False)

    class Meta(Prescription.Meta, ExtendedFeature.Meta):
        abstract = True


class LinePrescription(Prescription, ExtendedFeature):
    """A prescription along a line, such as an alignment of façades or of trees."""

    geom = LineStringField(_("tracé"), srid=4326, spatial_index=False)

    class Meta(Prescription.Meta, ExtendedFeature.Meta):
        abstract = True


class PointPrescription(Prescription):
    """A prescription on a point, such as a building or a tree."""

    geom = PointField(_("position"), srid=4326, spatial_index=False)

    class Meta(Prescription.Meta):
        abstract = True


@keep_history("date_validite", "code")
class PrescriptionSurf(SurfacePrescription):
    """A prescription on a surface, of the document online."""

    class Meta(SurfacePrescription.Meta):
        verbose_name = _("prescription surfacique")
        verbose_name_plural = _("prescriptions surfaciques")


@keep_history("date_validite", "code")
class PrescriptionLin(LinePrescription):
    """A prescription along a line, of the document online."""

    class Meta(LinePrescription.Meta):
        verbose_name = _("prescription linéaire")
        verbose_name_plural = _("prescriptions linéaires")


@keep_history("date_validite", "code")
class PrescriptionPct(PointPrescription):
    """A prescription on a point, of the document online."""

    class Meta(PointPrescription.Meta):
        verbose_name = _("prescription ponctuelle")
        verbose_name_plural = _("prescriptions ponctuelles")


class Information(GraphicObject):
    """A perimeter or place that another law makes. ``code`` joins TYPEINF and STYPEINF, as that of prescriptions."""

    lib_idinfo = models.CharField(
        _("identifiant de l’information"), max_length=40, blank=True, help_text="LIB_IDINFO"
    )
    libelle = models.CharField(_("libellé"), max_length=254)
    txt = models.CharField(_("étiquette"), max_length=10, blank=True, help_text=_("Étiquette sur le plan."))
    typeinf = models.CharField(_("type (TYPEINF)"), max_length=2)
    stypeinf = models.CharField(_("sous-type (STYPEINF)"), max_length=2, default="00")
    code = models.GeneratedField(
        expression=Concat(F("typeinf"), Value("-"), F("stypeinf")),
        output_field=models.CharField(max_length=5),
        db_persist=True,
        choices=list(INFORMATIONS.items()),
        verbose_name=_("type d’information"),
    )
    symbole = models.CharField(
        _("symbole CNIG"),
        max_length=20,
        blank=True,
        validators=[RegexValidator(INFORMATION_SYMBOLE_PATTERN)],
    )

    class Meta(GraphicObject.Meta):
        abstract = True
        ordering = ["libelle", "pk"]
        constraints = [
            *GraphicObject.Meta.constraints,
            models.CheckConstraint(
                condition=Q(code__in=list(INFORMATIONS)),
                name="%(class)s_code_known",
                violation_error_message=_UNKNOWN_INFORMATION,
            ),
            models.CheckConstraint(condition=~Q(libelle=""), name="%(class)s_libelle_given"),
            models.CheckConstraint(
                condition=Q(symbole="") | Q(symbole__regex=INFORMATION_SYMBOLE_PATTERN),
                name="%(class)s_symbole_format",
            ),
        ]

    def __str__(self) -> str:
        return self.libelle

    def clean(self) -> None:
        """Refuse an unknown pair: forms do not check the constraint, whose column they do not have."""
        super().clean()
        if f"{self.typeinf}-{self.stypeinf}" not in INFORMATIONS:
            raise ValidationError({"stypeinf": _UNKNOWN_INFORMATION})


class SurfaceInformation(Information, ExtendedFeature):
    """An information on a surface: a simple polygon."""

    geom = PolygonField(_("emprise"), srid=4326, spatial_index=False)

    class Meta(Information.Meta, ExtendedFeature.Meta):
        abstract = True


class LineInformation(Information, ExtendedFeature):
    """An information along a line."""

    geom = LineStringField(_("tracé"), srid=4326, spatial_index=False)

    class Meta(Information.Meta, ExtendedFeature.Meta):
        abstract = True


class PointInformation(Information):
    """An information on a point."""

    geom = PointField(_("position"), srid=4326, spatial_index=False)

    class Meta(Information.Meta):
        abstract = True


@keep_history("date_validite", "code")
class InfoSurf(SurfaceInformation):
    """An information on a surface, of the document online."""

    class Meta(SurfaceInformation.Meta):
        verbose_name = _("information surfacique")
        verbose_name_plural = _("informations surfaciques")


@keep_history("date_validite", "code")
class InfoLin(LineInformation):
    """An information along a line, of the document online."""

    class Meta(LineInformation.Meta):
        verbose_name = _("information linéaire")
        verbose_name_plural = _("informations linéaires")


@keep_history("date_validite", "code")
class InfoPct(PointInformation):
    """An information on a point, of the document online."""

    class Meta(PointInformation.Meta):
        verbose_name = _("information ponctuelle")
        verbose_name_plural = _("informations ponctuelles")


class Dressing(Feature):
    """A drawing of the paper plan, without any rule: HABILLAGE_*. ``couleur`` is RRR-VVV-BBB."""

    idurba = models.ForeignKey(
        DocUrba,
        on_delete=models.CASCADE,
        to_field="idurba",
        db_column="idurba",
        related_name="+",
        verbose_name=_("document (IDURBA)"),
    )
    lib_idhab = models.CharField(
        _("identifiant de l’habillage"), max_length=40, blank=True, help_text="LIB_IDHAB"
    )
    couleur = models.CharField(
        _("couleur"),
        max_length=11,
        blank=True,
        validators=[RegexValidator(COULEUR_PATTERN)],
        help_text="RRR-VVV-BBB",
    )

    class Meta(Feature.Meta):
        abstract = True
        ordering = ["pk"]
        constraints = [
            *Feature.Meta.constraints,
            models.CheckConstraint(
                condition=Q(couleur="") | Q(couleur__regex=COULEUR_PATTERN), name="%(class)s_couleur_format"
            ),
        ]


class TracedDressing(Dressing):
    """A drawing whose nature is a text: NATTRAC."""

    nattrac = models.CharField(_("nature du tracé"), max_length=40, help_text="NATTRAC")

    class Meta(Dressing.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.nattrac


class SurfaceDressing(TracedDressing, ExtendedFeature):
    """A drawn surface: a simple polygon."""

    geom = PolygonField(_("emprise"), srid=4326, spatial_index=False)

    class Meta(TracedDressing.Meta, ExtendedFeature.Meta):
        abstract = True


class LineDressing(TracedDressing, ExtendedFeature):
    """A drawn line."""

    geom = LineStringField(_("tracé"), srid=4326, spatial_index=False)

    class Meta(TracedDressing.Meta, ExtendedFeature.Meta):
        abstract = True


class PointDressing(TracedDressing):
    """A drawn point."""

    geom = PointField(_("position"), srid=4326, spatial_index=False)

    class Meta(TracedDressing.Meta):
        abstract = True


class TextDressing(Dressing):
    """A text of the plan: ``taille`` in points, ``angle`` in degrees, anticlockwise from the horizontal."""

    natecr = models.CharField(_("nature de l’écriture"), max_length=40, help_text="NATECR")
    txt = models.CharField(_("texte"), max_length=80)
    police = models.CharField(_("police"), max_length=40, blank=True)
    taille = models.PositiveSmallIntegerField(
        _("taille"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(999)]
    )
    style = models.CharField(_("style"), max_length=40, blank=True)
    angle = models.SmallIntegerField(
        _("angle"), null=True, blank=True, validators=[MinValueValidator(-360), MaxValueValidator(360)]
    )
    geom = PointField(_("position"), srid=4326, spatial_index=False)

    class Meta(Dressing.Meta):
        abstract = True
        ordering = ["txt", "pk"]

    def __str__(self) -> str:
        return self.txt


@keep_history()
class HabillageSurf(SurfaceDressing):
    """A drawn surface of the document online."""

    class Meta(SurfaceDressing.Meta):
        verbose_name = _("habillage surfacique")
        verbose_name_plural = _("habillages surfaciques")


@keep_history()
class HabillageLin(LineDressing):
    """A drawn line of the document online."""

    class Meta(LineDressing.Meta):
        verbose_name = _("habillage linéaire")
        verbose_name_plural = _("habillages linéaires")


@keep_history()
class HabillagePct(PointDressing):
    """A drawn point of the document online."""

    class Meta(PointDressing.Meta):
        verbose_name = _("habillage ponctuel")
        verbose_name_plural = _("habillages ponctuels")


@keep_history()
class HabillageTxt(TextDressing):
    """A text of the plan of the document online."""

    class Meta(TextDressing.Meta):
        verbose_name = _("écriture du plan")
        verbose_name_plural = _("écritures du plan")
