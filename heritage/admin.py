"""Administration of heritage buildings and remarkable trees."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from administration.feature_admin import FeatureAdmin, PhotoInline
from heritage.models import BuildingPhoto, HeritageBuilding, RemarkableTree, TreePhoto


class CodedFeatureAdmin(FeatureAdmin):
    """Lists of codes are ticked, not typed."""

    def formfield_for_dbfield(self, db_field: models.Field[Any, Any], request: Any, **kwargs: Any) -> Any:
        """Give boxes to a list of codes."""
        if isinstance(db_field, ArrayField) and db_field.base_field.choices:
            return forms.MultipleChoiceField(
                choices=db_field.base_field.choices,
                label=capfirst(db_field.verbose_name),
                help_text=db_field.help_text,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class BuildingPhotoInline(PhotoInline):
    """Pictures of a building."""

    model = BuildingPhoto


class TreePhotoInline(PhotoInline):
    """Pictures of a tree."""

    model = TreePhoto


@admin.register(HeritageBuilding)
class HeritageBuildingAdmin(CodedFeatureAdmin):
    """Heritage buildings."""

    list_display = ["denomination", "commune", "protection", "datation", "auteur", "confiance"]
    list_filter = ["protection", "siecle", "confiance", "etat_inventaire"]
    search_fields = ["denomination", "adresse", "auteur", "ref_merimee"]
    inlines = [BuildingPhotoInline]
    fieldsets = [
        (None, {"fields": ["denomination", "adresse", "geom", "precision_position", "commune"]}),
        (_("Histoire"), {"fields": ["datation", "siecle", "auteur", "interet"]}),
        (
            _("Protection"),
            {"fields": ["protection", "date_protection", "detail_protection", "ref_merimee", "code_plui"]},
        ),
        (
            _("Vérifications de l’inventaire"),
            {"fields": ["position_verifiee_le", "merimee_verifiee_le", "protection_verifiee_le"]},
        ),
        (_("Origine"), {"fields": ["source", "confiance", "created_at", "updated_at"]}),
    ]


@admin.register(RemarkableTree)
class RemarkableTreeAdmin(CodedFeatureAdmin):
    """Remarkable trees."""

    list_display = ["nom_vernaculaire", "commune", "genre", "espece", "protection", "etat_sanitaire"]
    list_filter = ["protection", "statut_foncier", "etat_sanitaire", "genre"]
    search_fields = ["nom_vernaculaire", "genre", "espece", "adresse", "matricule"]
    inlines = [TreePhotoInline]
    fieldsets = [
        (
            None,
            {"fields": ["nom_vernaculaire", "matricule", "adresse", "geom", "precision_position", "commune"]},
        ),
        (_("Espèce"), {"fields": ["genre", "espece", "famille", "cultivar_variete"]}),
        (
            _("Mesures"),
            {"fields": [("hauteur", "circonference", "diametre_couronne"), "stade_developpement"]},
        ),
        (
            _("Intérêt et protection"),
            {"fields": ["critere", "remarquable", "protege", "protection", "statut_foncier"]},
        ),
        (
            _("Suivi"),
            {
                "fields": [
                    "etat_sanitaire",
                    "date_dernier_diagnostic",
                    "date_plantation",
                    "date_releve",
                    "source",
                    "created_at",
                    "updated_at",
                ]
            },
        ),
    ]
