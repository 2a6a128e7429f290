"""PRESCRIPTION_SURF, _LIN and _PCT: what the document prescribes in places, one table a geometry."""

from __future__ import annotations

from django.contrib.gis.db.models import LineStringField, PointField, PolygonField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from layers.models import keep_history
from plui.models.graphic import GraphicObject
from plui.vocabulary import PRESCRIPTIONS, SYMBOLE_PATTERN

_UNKNOWN_PAIR = _("Ce couple TYPEPSC-STYPEPSC n’est pas dans le standard CNIG PLU.")


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
class PrescriptionSurf(Prescription):
    """A prescription on a surface: a simple polygon."""

    geom = PolygonField(_("emprise"), srid=4326, spatial_index=False)

    class Meta(Prescription.Meta):
        verbose_name = _("prescription surfacique")
        verbose_name_plural = _("prescriptions surfaciques")


@keep_history("date_validite", "code")
class PrescriptionLin(Prescription):
    """A prescription along a line, such as an alignment of façades or of trees."""

    geom = LineStringField(_("tracé"), srid=4326, spatial_index=False)

    class Meta(Prescription.Meta):
        verbose_name = _("prescription linéaire")
        verbose_name_plural = _("prescriptions linéaires")


@keep_history("date_validite", "code")
class PrescriptionPct(Prescription):
    """A prescription on a point, such as a building or a tree."""

    geom = PointField(_("position"), srid=4326, spatial_index=False)

    class Meta(Prescription.Meta):
        verbose_name = _("prescription ponctuelle")
        verbose_name_plural = _("prescriptions ponctuelles")
