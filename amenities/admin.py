"""Administration of playgrounds and charging stations."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from administration.feature_admin import FeatureAdmin, PhotoInline, RecordInline
from amenities.models import (
    ChargePoint,
    ChargingStation,
    Equipment,
    Inspection,
    Intervention,
    Photo,
    Playground,
)


class EquipmentInline(RecordInline):
    """Play equipment."""

    model = Equipment


class InspectionInline(RecordInline):
    """Inspections."""

    model = Inspection


class InterventionInline(RecordInline):
    """Works."""

    model = Intervention


class PlaygroundPhotoInline(PhotoInline):
    """Pictures."""

    model = Photo
    fields = [*PhotoInline.fields, "zone"]


@admin.register(Playground)
class PlaygroundAdmin(FeatureAdmin):
    """Playgrounds with their file."""

    list_display = ["nom", "commune", "etat", "age_min", "age_max", "exploitant"]
    list_filter = ["etat", "sol_amortissant", "accessibilite_pmr"]
    search_fields = ["nom", "adresse", "exploitant"]
    inlines = [EquipmentInline, InspectionInline, InterventionInline, PlaygroundPhotoInline]
    fieldsets = [
        (None, {"fields": ["nom", "etat", "adresse", "geom", "commune"]}),
        (_("Public"), {"fields": [("age_min", "age_max"), "accessibilite_pmr", "horaires"]}),
        (
            _("Aménagement"),
            {"fields": ["surface_m2", "sol_amortissant", "cloture", "ombrage", "point_eau", "eclairage"]},
        ),
        (_("Gestion"), {"fields": ["exploitant", "date_ouverture", "created_at", "updated_at"]}),
    ]


class ChargePointInline(RecordInline):
    """Charge points."""

    model = ChargePoint


@admin.register(ChargingStation)
class ChargingStationAdmin(FeatureAdmin):
    """Charging stations with their charge points."""

    list_display = ["nom_station", "commune", "nom_enseigne", "nbre_pdc", "condition_acces", "date_maj"]
    list_filter = ["implantation_station", "condition_acces", "nom_enseigne"]
    search_fields = ["nom_station", "adresse_station", "id_station_itinerance", "nom_operateur"]
    date_hierarchy = "date_maj"
    inlines = [ChargePointInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "nom_station",
                    "nom_enseigne",
                    ("id_station_itinerance", "id_station_local"),
                    "implantation_station",
                    "adresse_station",
                    "geom",
                    ("commune", "code_insee_commune"),
                ]
            },
        ),
        (
            _("Accès"),
            {
                "fields": [
                    "nbre_pdc",
                    "condition_acces",
                    "horaires",
                    "restriction_gabarit",
                    "station_deux_roues",
                ]
            },
        ),
        (
            _("Exploitation"),
            {
                "fields": [
                    ("nom_amenageur", "siren_amenageur", "contact_amenageur"),
                    ("nom_operateur", "contact_operateur", "telephone_operateur"),
                    ("raccordement", "num_pdl"),
                    ("date_mise_en_service", "date_maj"),
                    ("created_at", "updated_at"),
                ]
            },
        ),
    ]
