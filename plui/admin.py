"""Administration of the PLUi: the document with its communes, and its objects by table of the standard."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from administration.feature_admin import FeatureAdmin, scopes_by_model
from administration.portal_admin import PortalAdmin, TabularInline
from layers.access import Scope
from plui.models import (
    TABLES,
    DocUrba,
    DocUrbaCom,
    HabillageLin,
    HabillagePct,
    HabillageSurf,
    HabillageTxt,
    InfoLin,
    InfoPct,
    InfoSurf,
    PrescriptionLin,
    PrescriptionPct,
    PrescriptionSurf,
    ZoneUrba,
)

_OBJECTS = tuple(live for live, _twin in TABLES.values())
_ORIGIN: Any = (
    _("Document"),
    {"fields": ["idurba", "nomfic", "urlfic", "datvalid", "date_validite", "created_at", "updated_at"]},
)


# Addresses typed without a scheme are https.
_OVERRIDES: dict[type[models.Field[Any, Any]], dict[str, Any]] = {models.URLField: {"assume_scheme": "https"}}


def _scopes(request: Any) -> list[Scope]:
    """Return what the visitor of a request may know of the layers that are made of documents."""
    scopes = scopes_by_model(request)
    return [scopes[model] for model in _OBJECTS if model in scopes]


def _edits_every_object(request: Any) -> bool:
    """Whether the visitor may replace every row of each of the layers."""
    scopes = _scopes(request)
    return len(scopes) == len(_OBJECTS) and all(scope.can_load for scope in scopes)


class DocUrbaComInline(TabularInline):
    """Communes covered by a document."""

    model = DocUrbaCom
    extra = 0


@admin.register(DocUrba)
class DocUrbaAdmin(PortalAdmin):
    """Planning documents."""

    formfield_overrides = _OVERRIDES
    list_display = ["idurba", "typedoc", "etat", "nomproc", "datappro"]
    list_filter = ["typedoc", "etat"]
    search_fields = ["idurba"]
    inlines = [DocUrbaComInline]

    def get_queryset(self, request: Any) -> models.QuerySet[Any]:
        """Select every document, or none where no layer of the PLUi is seen."""
        documents = super().get_queryset(request)
        return documents if _scopes(request) else documents.none()

    def has_module_permission(self, request: Any) -> bool:
        """Whether the index names the documents: to who sees a layer of theirs."""
        return bool(_scopes(request)) and super().has_module_permission(request)

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        """Whether somebody sees the documents: who sees a layer of theirs."""
        return bool(_scopes(request)) and super().has_view_permission(request, obj)

    def has_add_permission(self, request: Any) -> bool:
        """Whether somebody adds documents: who edits every row of each of their layers."""
        return _edits_every_object(request) and super().has_add_permission(request)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Whether somebody changes a document: the name of it is a field of all its objects."""
        return _edits_every_object(request) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Whether somebody deletes a document, with all its objects."""
        return _edits_every_object(request) and super().has_delete_permission(request, obj)


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


@admin.register(InfoSurf, InfoLin, InfoPct)
class InformationAdmin(FeatureAdmin):
    """Informations; their three geometries are edited alike."""

    list_display = ["libelle", "code", "commune", "idurba"]
    list_filter = ["typeinf"]
    search_fields = ["libelle", "lib_idinfo", "txt"]
    readonly_fields = ["code", "date_validite"]
    fieldsets = [
        (None, {"fields": ["libelle", ("typeinf", "stypeinf"), "code", "geom", "commune"]}),
        (_("Description"), {"fields": ["txt", "lib_idinfo", "symbole"]}),
        _ORIGIN,
    ]


_DRAWING: Any = (_("Document"), {"fields": ["idurba", "lib_idhab", "created_at", "updated_at"]})


@admin.register(HabillageSurf, HabillageLin, HabillagePct)
class DressingAdmin(FeatureAdmin):
    """Drawings of the paper plan; their three geometries are edited alike."""

    list_display = ["nattrac", "couleur", "commune", "idurba"]
    search_fields = ["nattrac", "lib_idhab"]
    fieldsets = [(None, {"fields": ["nattrac", "couleur", "geom", "commune"]}), _DRAWING]


@admin.register(HabillageTxt)
class TextDressingAdmin(FeatureAdmin):
    """Texts of the paper plan."""

    list_display = ["txt", "natecr", "commune", "idurba"]
    search_fields = ["txt", "natecr", "lib_idhab"]
    fieldsets = [
        (None, {"fields": ["txt", "natecr", "geom", "commune"]}),
        (_("Écriture"), {"fields": [("police", "taille"), ("style", "angle"), "couleur"]}),
        _DRAWING,
    ]
