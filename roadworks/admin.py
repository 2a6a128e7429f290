"""Administration of road works: sites with their phases, effects and orders."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from administration.feature_admin import FeatureAdmin, PhotoInline, RecordInline
from roadworks.models import Effect, Order, Phase, RoadWorks, SitePhoto

_COMPUTED = (
    "statut",
    "niveau_perturbation",
    "impact_circulation",
    "etat",
    "commune",
    "created_at",
    "updated_at",
)


class PhaseInline(RecordInline):
    """Days and hours."""

    model = Phase


class EffectInline(RecordInline):
    """What the site hampers."""

    model = Effect


class OrderInline(RecordInline):
    """Orders that the site rests on."""

    model = Order


class SitePhotoInline(PhotoInline):
    """Photos of the site."""

    model = SitePhoto


@admin.register(RoadWorks)
class RoadWorksAdmin(FeatureAdmin):
    """Sites of road works; their steps are taken in the pages, where reasons and messages are."""

    list_display = ["identifiant", "objet", "voie", "nature", "statut", "date_debut", "date_fin", "commune"]
    list_filter = ["statut", "nature", "impact_circulation", "niveau_perturbation"]
    search_fields = ["identifiant", "objet", "voie", "maitre_ouvrage", "entreprise"]
    readonly_fields = list(_COMPUTED)
    inlines = [PhaseInline, EffectInline, OrderInline, SitePhotoInline]
    fieldsets = [
        (None, {"fields": ["identifiant", "objet", "description", "nature", "voie", "geom"]}),
        (_("Qui"), {"fields": ["maitre_ouvrage", "entreprise", "contact"]}),
        (
            _("Quand"),
            {"fields": [("date_debut", "date_fin"), "fin_reelle", ("debut_confirme", "fin_confirmee")]},
        ),
        (_("Circulation"), {"fields": [("est_urgent", "refait_chaussee"), "deviation"]}),
        (_("Ce que le portail calcule"), {"fields": list(_COMPUTED)}),
    ]
