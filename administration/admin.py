"""Administration of the catalogue: layers with who sees them, themes, communes.

Layers come from definitions in code (``manage.py publish_layers``) and leave by being archived: here they are neither
added nor deleted, since a row without a definition answers nothing and its grants would go with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial, update_wrapper
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from administration.feature_admin import ScopedAdmin, geometry_form_field
from administration.forms import (
    GrantForm,
    LayerForm,
    OfLayerFormSet,
    ProtectedFieldForm,
    filter_faults,
    grant_match,
)
from administration.portal_admin import PortalAdmin, StackedInline, TabularInline
from interface.wording import number
from layers import access, registry
from layers.access.grants import readers, with_readers
from layers.errors import UnknownLayer
from layers.models import Commune, Grant, Layer, ProtectedField, Raster, Theme
from layers.registry import coded_definitions
from layers.services.catalogue import assign_communes
from layers.services.rights import check_right
from layers.styles.documents import read_style
from layers.visitor import Visitor, visitor_of
from layers.vocabulary import STYLE_KINDS


class GrantInline(StackedInline):
    """Who sees the layer, which rows, until when."""

    model = Grant
    form = GrantForm
    formset = OfLayerFormSet
    extra = 0
    fields = [
        ("group", "person"),
        "rows",
        "is_confirmed",
        "matched_rows",
        "margin_m",
        ("can_download", "can_add", "can_change_own", "can_change", "can_delete", "can_approve"),
        "fields",
        "written_fields",
        ("valid_from", "valid_until"),
        "reason",
    ]
    raw_id_fields = ["person"]

    readonly_fields = ["matched_rows"]

    def get_formset(self, request: Any, obj: Layer | None = None, **kwargs: Any) -> Any:
        """Return the table, which knows who changes it: see ``services.rights``."""
        self.visitor = visitor_of(request)  # Django makes the inline anew for each request
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.visitor = self.visitor
        return formset

    @admin.display(description=_("lignes vues"))
    def matched_rows(self, grant: Grant) -> str:
        """Return how many rows the filter gives, as it stands in the form, and what is doubtful of it."""
        if grant.has_every_row:
            return str(_("toutes"))
        match = grant_match(self.visitor, grant.layer, grant.rows) if grant.layer else None
        if match is None:
            return "–"
        count = ngettext("%s ligne", "%s lignes", match.count) % number(match.count)
        return " ".join([count, "·", *filter_faults(match)]) if match.is_doubtful else count


class ProtectedFieldInline(TabularInline):
    """Fields and relations that only some groups read: those that the visitor reads."""

    model = ProtectedField
    form = ProtectedFieldForm
    formset = OfLayerFormSet
    extra = 0
    filter_horizontal = ["groups"]

    def get_formset(self, request: Any, obj: Layer | None = None, **kwargs: Any) -> Any:
        """Return the table, which knows who changes it: see ``services.rights``."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.visitor = visitor_of(request)
        return formset

    def get_queryset(self, request: Any) -> QuerySet[ProtectedField]:
        """Select the protections of what the visitor reads."""
        rows = super().get_queryset(request)
        visitor = visitor_of(request)
        if visitor.is_administrator:
            return rows
        read = Q(pk__in=[])
        for scope in access.visible(visitor):
            read |= Q(layer=scope.layer, name__in=scope.readable_names)
        return rows.filter(read)


# What links without an account may not give.
_LINKS = ("allows_links", "is_sensitive", "sensitive_fields")


@admin.register(Layer)
class LayerAdmin(PortalAdmin):
    """What people read about a layer, and its rights."""

    form = LayerForm
    list_display = ["title", "slug", "theme", "visibility", "state", "producer", "is_sample", "updated_at"]
    list_filter = ["visibility", "state", "theme", "is_sample"]
    search_fields = ["title", "slug", "abstract"]
    list_select_related = ["theme", "producer"]
    # What is online changes on the page of publication, with its history.
    readonly_fields = ["slug", "state", "drawing", "created_at", "updated_at"]
    inlines = [GrantInline, ProtectedFieldInline]
    save_on_top = True
    fieldsets = [
        (None, {"fields": ["slug", "title", "abstract", "theme", "keywords", "synonyms"]}),
        (_("Dans les phrases"), {"fields": ["noun", "noun_gender", "noun_plural"]}),
        (
            _("Diffusion"),
            {
                "fields": [
                    "visibility",
                    "state",
                    "is_sample",
                    "licence",
                    "smallest_count",
                    "is_requestable",
                    "is_use_public",
                ]
            },
        ),
        (_("Liens sans compte"), {"fields": _LINKS}),
        (_("Origine"), {"fields": ["producer", "contact", "source", "frequency"]}),
        (_("Dessin"), {"fields": ["drawing"]}),
        (_("Avancé"), {"classes": ["collapse"], "fields": ["created_at", "updated_at"]}),
    ]

    def get_queryset(self, request: Any) -> QuerySet[Layer]:
        """Select the layers that the visitor sees or feeds."""
        visible = access.listed_layers(visitor_of(request))
        rows = super().get_queryset(request).filter(pk__in=visible.values("pk"))
        is_list = request.resolver_match.url_name.endswith("_changelist")
        return with_readers(visitor_of(request), rows) if is_list else rows

    def get_list_display(self, request: Any) -> Any:
        """Tell administrators, who know every grant, who sees each layer."""
        columns = super().get_list_display(request)
        visitor = visitor_of(request)
        readers_column = partial(_reader_names, cache(partial(_filtered_scopes, visitor)))
        update_wrapper(readers_column, _reader_names)
        return (
            ["title", "visibility", readers_column, "state", "theme", "producer"]
            if visitor.is_administrator
            else columns
        )

    def has_change_permission(self, request: Any, obj: Layer | None = None) -> bool:
        """Whether somebody changes layers, or one: who may replace or publish its every row, and does so here."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or _feeds(request, obj))

    def get_readonly_fields(self, request: Any, obj: Layer | None = None) -> Any:
        """Leave who sees the layer to who publishes its every row."""
        facts = super().get_readonly_fields(request, obj)
        if obj is not None and not access.rights(visitor_of(request), obj).can_publish:
            facts = [*facts, "visibility", "smallest_count", "is_requestable", *_LINKS]
        return facts

    def get_fieldsets(self, request: Any, obj: Layer | None = None) -> Any:
        """Give rasters their style in JSON; that of other layers is made in the studio, and told here.

        Nouns are those of datasets: code says those of its layers, and a raster has no feature.
        """
        fieldsets = super().get_fieldsets(request, obj)
        is_raster = obj is not None and Raster.objects.filter(layer=obj).exists()
        if obj is None or is_raster or any(each.slug == obj.slug for each in coded_definitions()):
            fieldsets = [each for each in fieldsets if "noun" not in each[1]["fields"]]
        if not is_raster:
            return fieldsets
        return [
            (title, {**options, "fields": ["style"] if "drawing" in options["fields"] else options["fields"]})
            for title, options in fieldsets
        ]

    @admin.display(description=_("style"))
    def drawing(self, layer: Layer) -> str:
        """Return how the layer is drawn, in words: the studio changes it."""
        return style_words(layer)

    def get_inlines(self, request: Any, obj: Layer | None) -> Any:
        """Show rights to who feeds the layer."""
        return super().get_inlines(request, obj) if obj is not None and _feeds(request, obj) else []

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:
        """Save rights that are the visitor's to give: their forms have said it already.

        Raises:
            Forbidden: they are not.
        """
        for table in formset.forms:
            if table in formset.deleted_forms:
                check_right(visitor_of(request), table.instance, None, ())
            elif table.has_changed():
                before = table._meta.model.objects.filter(pk=table.instance.pk).first()
                groups = table.cleaned_data.get("groups", ())
                if isinstance(table.instance, Grant) and before is None:
                    table.instance.author_id = visitor_of(request).user_id
                check_right(visitor_of(request), before, table.instance, groups)
        super().save_formset(request, form, formset, change)

    def get_form(self, request: Any, obj: Layer | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Return a form that knows who changes the layer."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.visitor = visitor_of(request)
        return form

    def has_add_permission(self, request: object) -> bool:
        """Layers are published by code."""
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """Layers are archived."""
        return False


@admin.display(description=_("vue par"))
def _reader_names(scopes: Callable[[], Mapping[str, access.Scope]], layer: Layer) -> str:
    """Return everybody, or the groups whose grants are in force: « (en partie) » where they see some rows.

    A group whose filters match no row, or name a value that no row has, is told; ``scopes`` reads those of all layers
    with filters together.
    """
    if layer.is_open:
        return gettext("tout le monde")
    groups = [
        _reader_name(scopes().get(layer.slug), name, filters) if filters else name
        for name, filters in readers(layer).items()
    ]
    return ", ".join(groups) or gettext("administrateurs seuls")


def _filtered_scopes(visitor: Visitor) -> Mapping[str, access.Scope]:
    """Return what a visitor may know of the layers of which somebody sees some rows, by slug."""
    slugs = Grant.objects.exclude(rows="").values_list("layer__slug", flat=True).distinct().order_by()
    return access.scopes_by_slug(visitor, list(slugs))


def _reader_name(scope: access.Scope | None, name: str, filters: Sequence[str]) -> str:
    """Return the name of a group with the part of the rows that it sees."""
    matches = [access.filter_match(scope, rows) for rows in filters] if scope else []
    if matches and all(match is not None and not match.count for match in matches):
        return gettext("%s (aucune ligne : filtre à revoir)") % name
    if any(match is not None and match.is_doubtful for match in matches):
        return gettext("%s (en partie : filtre à revoir)") % name
    return gettext("%s (en partie)") % name


def _feeds(request: Any, layer: Layer) -> bool:
    """Whether the visitor may replace or publish every row of a layer, from the portal that is asked."""
    rights = access.rights(visitor_of(request), layer)
    return rights.is_feeder and not rights.obstacle


@admin.register(Theme)
class ThemeAdmin(PortalAdmin):
    """Headings of the catalogue."""

    list_display = ["title", "slug", "rank", "token", "icon"]
    list_editable = ["rank"]
    prepopulated_fields = {"slug": ["title"]}


@admin.register(Commune)
class CommuneAdmin(ScopedAdmin):
    """Communes and their boundaries; changing one places every feature again."""

    list_display = ["nom", "code", "slug", "population", "population_annee"]
    search_fields = ["nom", "code"]
    readonly_fields = ["created_at", "updated_at"]
    save_on_top = True

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """Features refer to their commune, and the database would place them there again."""
        return False

    def save_model(self, request: Any, obj: Commune, form: Any, change: bool) -> None:
        """Save the commune; when its boundary moved, place the features of every layer again."""
        super().save_model(request, obj, form, change)
        if "geom" in form.changed_data:
            assign_communes()

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Give the boundary the portal's own map."""
        return geometry_form_field(db_field, **kwargs) or super().formfield_for_dbfield(
            db_field, request, **kwargs
        )


def style_words(layer: Layer) -> str:
    """Return the kind of the published style, its field and its number of classes; who it hides from reads no value."""
    try:
        definition = registry.definition(layer.slug)
        style = read_style(definition.style, layer.style)
    except (UnknownLayer, ValueError):
        return gettext("Cette couche n’est pas dessinée.")
    words = [str(STYLE_KINDS[style.kind])]
    classes = len(style.categories or style.intervals)
    if classes:
        words.append(ngettext("%d classe", "%d classes", classes) % classes)
    if style.labels:
        words.append(gettext("étiquettes"))
    return ", ".join(words)
