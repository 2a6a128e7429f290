"""Heritage buildings: what is known of each, how sure it is, and how well it is placed."""

from __future__ import annotations

from django.contrib.gis.db.models import PointField
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from heritage.vocabulary import (
    MERIMEE_PATTERN,
    PLUI_CODE_PATTERN,
    BuildingInterest,
    BuildingProtection,
    Century,
    Confidence,
)
from layers.models import Feature, keep_history


@keep_history()
class HeritageBuilding(Feature):
    """A building or site of heritage interest; ``precision_position`` is the probable error in metres."""

    denomination = models.CharField(_("dénomination"), max_length=160)
    adresse = models.CharField(_("adresse"), max_length=160, blank=True)
    datation = models.CharField(_("datation"), max_length=80, blank=True)
    siecle = models.CharField(_("siècle"), max_length=2, choices=Century, blank=True)
    auteur = models.CharField(_("auteur"), max_length=120, blank=True)
    protection = models.CharField(
        _("protection"), max_length=20, choices=BuildingProtection, default=BuildingProtection.A_VERIFIER
    )
    date_protection = models.DateField(_("date de protection"), null=True, blank=True)
    detail_protection = models.CharField(_("détail de la protection"), max_length=200, blank=True)
    ref_merimee = models.CharField(
        _("référence Mérimée"),
        max_length=13,
        blank=True,
        validators=[RegexValidator(MERIMEE_PATTERN)],
        help_text=_(
            "Référence de la notice POP, par exemple PA00088117 ; vide si elle n’a pas été vérifiée."
        ),
    )
    interet = ArrayField(
        models.CharField(max_length=15, choices=BuildingInterest),
        verbose_name=_("intérêt"),
        default=list,
        blank=True,
    )
    code_plui = models.CharField(
        _("code PLUi"),
        max_length=5,
        blank=True,
        validators=[RegexValidator(PLUI_CODE_PATTERN)],
        help_text=_("TYPEPSC-STYPEPSC du standard CNIG PLU, par exemple 07-01 : patrimoine bâti à protéger."),
    )
    precision_position = models.PositiveIntegerField(
        _("précision de la position"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(5000)],
        help_text=_("Erreur probable de la position, en mètres."),
    )
    source = models.CharField(_("source"), max_length=160, blank=True)
    confiance = models.CharField(_("confiance"), max_length=10, choices=Confidence, default=Confidence.MEDIUM)
    geom = PointField(_("position"), srid=4326, spatial_index=False)

    class Meta(Feature.Meta):
        verbose_name = _("bâtiment patrimonial")
        verbose_name_plural = _("bâtiments patrimoniaux")
        ordering = ["denomination", "pk"]
        constraints = [
            *Feature.Meta.constraints,
            models.CheckConstraint(
                condition=Q(protection__in=BuildingProtection.values), name="building_protection_known"
            ),
            models.CheckConstraint(
                condition=Q(siecle__in=["", *Century.values]), name="building_siecle_known"
            ),
            models.CheckConstraint(
                condition=Q(confiance__in=Confidence.values), name="building_confiance_known"
            ),
            models.CheckConstraint(
                condition=Q(interet__contained_by=BuildingInterest.values), name="building_interet_known"
            ),
            models.CheckConstraint(
                condition=Q(ref_merimee="") | Q(ref_merimee__regex=MERIMEE_PATTERN),
                name="building_merimee_format",
                violation_error_message=_("La référence Mérimée n’a pas la forme attendue."),
            ),
            models.CheckConstraint(
                condition=Q(code_plui="") | Q(code_plui__regex=PLUI_CODE_PATTERN),
                name="building_code_plui_format",
            ),
        ]

    def __str__(self) -> str:
        return self.denomination
