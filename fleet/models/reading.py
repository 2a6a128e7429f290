"""What a vehicle ran and consumed in a month, as agents write it."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fleet.models.triggers import EMISSIONS, REFRESH_OF_READINGS
from fleet.models.vehicle import Vehicle
from layers.models import VersionedModel, keep_history
from layers.models.features import BUMP_VERSION

MOST_KILOMETRES = 20_000


def _quantity(title: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(title, max_digits=9, decimal_places=2, null=True, blank=True)


@keep_history("co2_kg")
class VehicleReading(VersionedModel):
    """One a vehicle and month; ``mois`` is the first day, ``co2_kg`` is computed of what was consumed."""

    id = models.BigAutoField(_("identifiant"), primary_key=True)
    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.CASCADE, related_name="readings", verbose_name=_("véhicule")
    )
    mois = models.DateField(_("mois"), help_text=_("Le premier jour du mois."))
    kilometrage = models.PositiveIntegerField(
        _("kilomètres du mois"), validators=[MaxValueValidator(MOST_KILOMETRES)]
    )
    litres = _quantity(_("carburant"))
    kwh = _quantity(_("électricité"))
    kg_gaz = _quantity(_("gaz ou hydrogène"))
    cout_eur = _quantity(_("coût"))
    co2_kg = models.FloatField(_("CO₂"), null=True, editable=False)
    saisi_le = models.DateField(_("saisi le"), default=timezone.localdate)

    class Meta(VersionedModel.Meta):
        verbose_name = _("relevé")
        verbose_name_plural = _("relevés")
        ordering = ["vehicle", "-mois"]
        triggers = [BUMP_VERSION, EMISSIONS, *REFRESH_OF_READINGS]
        constraints = [
            models.UniqueConstraint(
                fields=["vehicle", "mois"],
                name="reading_once",
                violation_error_message=_("Ce mois a déjà un relevé."),
            ),
            models.CheckConstraint(
                condition=Q(mois__day=1),
                name="reading_first_day",
                violation_error_message=_("Un mois s’écrit par son premier jour."),
            ),
            models.CheckConstraint(
                condition=Q(kilometrage__lte=MOST_KILOMETRES),
                name="reading_plausible",
                violation_error_message=_("Un véhicule fait 20 000 km par mois au plus."),
            ),
            models.CheckConstraint(
                condition=(Q(litres__isnull=True) | Q(litres__gte=0))
                & (Q(kwh__isnull=True) | Q(kwh__gte=0))
                & (Q(kg_gaz__isnull=True) | Q(kg_gaz__gte=0))
                & (Q(cout_eur__isnull=True) | Q(cout_eur__gte=0)),
                name="reading_positive",
                violation_error_message=_("Une quantité n’est pas négative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mois:%Y-%m}"
