"""Administration of vehicles with their readings, and of the dated tables of official rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from administration.feature_admin import RecordInline, ScopedAdmin
from administration.portal_admin import PortalAdmin
from fleet.models import CritAirRule, EmissionFactor, EnergyLabel, RenewalQuota, Vehicle, VehicleReading

_COMPUTED = (
    "critair",
    "etiquette_energie",
    "part_faibles",
    "part_tres_faibles",
    "prochain_releve",
    "conso_litres",
    "conso_kwh",
    "conso_reference",
    "ecart_conso",
    "created_at",
    "updated_at",
)


class ReadingInline(RecordInline):
    """Monthly readings, with the CO₂ that is computed of them."""

    model = VehicleReading
    readonly_fields = ["co2_kg"]


@admin.register(Vehicle)
class VehicleAdmin(ScopedAdmin):
    """Vehicles with their readings."""

    list_display = ["numero", "genre", "energie", "critair", "direction", "etat", "prochain_releve"]
    list_filter = ["etat", "genre", "energie", "critair", "direction"]
    search_fields = ["numero", "marque", "modele", "site"]
    list_per_page = 50
    save_on_top = True
    inlines = [ReadingInline]
    fieldsets = [
        (None, {"fields": ["numero", "immatriculation", "etat", ("direction", "site"), "commune"]}),
        (
            _("Certificat d’immatriculation"),
            {
                "fields": [
                    ("genre", "categorie"),
                    "energie",
                    ("marque", "modele"),
                    "date_premiere_immatriculation",
                    ("norme_euro", "co2_g_km"),
                ]
            },
        ),
        (_("Vie du véhicule"), {"fields": [("date_entree", "date_sortie"), ("mode", "remplace")]}),
        (_("Ce que les règles et les relevés disent"), {"fields": list(_COMPUTED)}),
    ]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[Any]:
        """Show what the database computes, without letting anybody write it."""
        return [*super().get_readonly_fields(request, obj), *self.readable(request, _COMPUTED)]

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        """Leave out of a new vehicle what the database will only compute on saving."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj is not None else fieldsets[:-1]


class RuleAdmin(PortalAdmin):
    """A dated table of an official text: lists of codes are ticked, not typed."""

    def formfield_for_dbfield(self, db_field: models.Field[Any, Any], request: Any, **kwargs: Any) -> Any:
        """Give boxes to a list of codes."""
        if isinstance(db_field, ArrayField):
            return forms.MultipleChoiceField(
                choices=db_field.base_field.choices or (),
                label=capfirst(str(db_field.verbose_name)),
                help_text=db_field.help_text,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(CritAirRule)
class CritAirRuleAdmin(RuleAdmin):
    """Classes of the air quality certificate."""

    list_display = [
        "classe",
        "categories",
        "energies",
        "norme_min",
        "norme_max",
        "debut",
        "fin",
        "en_vigueur",
    ]
    list_filter = ["classe", "en_vigueur"]


@admin.register(EnergyLabel)
class EnergyLabelAdmin(RuleAdmin):
    """Classes of the CO₂ label."""

    list_display = ["classe", "au_plus", "en_vigueur", "source"]


@admin.register(RenewalQuota)
class RenewalQuotaAdmin(RuleAdmin):
    """Shares of low-emission vehicles that the law asks."""

    list_display = ["nature", "en_vigueur", "part", "co2_max", "source"]
    list_filter = ["nature"]


@admin.register(EmissionFactor)
class EmissionFactorAdmin(RuleAdmin):
    """Emission factors."""

    list_display = ["unite", "energies", "facteur", "en_vigueur", "source"]
    list_filter = ["unite"]
