"""Administration of the PLUi: the document with its communes, zones, prescriptions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from layers.admin import FeatureAdmin
from layers.admin.generic import ModelAdmin, TabularInline
from plui.models import DocUrba, DocUrbaCom, PrescriptionLin, PrescriptionPct, PrescriptionSurf, ZoneUrba

_ORIGIN: Any = (
    _("Document"),
    {"fields": ["idurba", "nomfic", "urlfic", "datvalid", "date_validite", "created_at", "updated_at"]},
)


# Addresses typed without a scheme are https.
_OVERRIDES: dict[type[models.Field[Any, Any]], dict[str, Any]] = {models.URLField: {"assume_scheme": "https"}}


class DocUrbaComInline(TabularInline):
    """Communes covered by a document."""

    model = DocUrbaCom
    extra = 0


@admin.register(DocUrba)
class DocUrbaAdmin(ModelAdmin):
    """Planning documents."""

    formfield_overrides = _OVERRIDES
    list_display = ["idurba", "typedoc", "etat", "nomproc", "datappro"]
    list_filter = ["typedoc", "etat"]
    search_fields = ["idurba"]
    inlines = [DocUrbaComInline]


@admin.register(ZoneUrba)
class ZoneUrbaAdmin(FeatureAdmin):
    """Zones."""

    list_display = ["libelle", "typezone", "libelong", "commune", "idurba"]
    list_filter = ["typezone", "libelle"]
    search_fields = ["libelle", "libelong", "lib_idzone"]
    readonly_fields = ["date_validite"]
    fieldsets = [
        (None, {"fields": ["libelle", "libelong", "typezone", "geom", "commune", "lib_idzone"]}),
        (_("Destinations"), {"fields": ["formdomi", "destoui", "destcdt", "destnon", "symbole"]}),
        _ORIGIN,
    ]


@admin.register(PrescriptionSurf, PrescriptionLin, PrescriptionPct)
class PrescriptionAdmin(FeatureAdmin):
    """Prescriptions; their three geometries are edited alike."""

    list_display = ["libelle", "code", "nature", "commune", "idurba"]
    list_filter = ["typepsc", "nature"]
    search_fields = ["libelle", "lib_idpsc", "txt"]
    readonly_fields = ["code", "date_validite"]
    fieldsets = [
        (None, {"fields": ["libelle", ("typepsc", "stypepsc"), "code", "geom", "commune"]}),
        (_("Description"), {"fields": ["nature", "txt", "lib_idpsc", "symbole"]}),
        _ORIGIN,
    ]
