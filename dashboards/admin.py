"""Administration of dashboards: who makes and reads them, where they stand, their versions; and the library panels.

What a dashboard shows is written by the builder and by files; here it is neither made nor drawn.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from administration.forms import ProducedForm
from administration.portal_admin import PortalAdmin, TabularInline
from dashboards import access
from dashboards.forms import LibraryPanelForm
from dashboards.models import Dashboard, DashboardGrant, DashboardVersion, LibraryPanel
from layers.visitor import visitor_of


class VersionInline(TabularInline):
    """The versions of a dashboard, to be read."""

    model = DashboardVersion
    fk_name = "dashboard"
    extra = 0
    fields = readonly_fields = ("number", "note", "author", "created_at", "published_at")
    can_delete = False
    ordering = ["-number"]

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        """Versions come of drafts."""
        return False


class GrantInline(TabularInline):
    """Who reads a dashboard, for a time or without end: given by administrators."""

    model = DashboardGrant
    extra = 0
    fields = ("group", "person", "valid_from", "valid_until", "reason")
    raw_id_fields = ["person"]


class _ProducedAdmin(PortalAdmin):
    """What groups produce: each write is the next revision."""

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return a form that knows who writes."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.visitor = visitor_of(request)
        return form

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Save under the next revision, so that a page opened before gets a conflict."""
        obj.revision += 1 if change else 0
        super().save_model(request, obj, form, change)


@admin.register(Dashboard)
class DashboardAdmin(_ProducedAdmin):
    """Dashboards that one may change."""

    form = ProducedForm
    list_display = ["title", "slug", "producer", "is_public", "is_published", "theme", "portal", "updated_at"]
    list_filter = ["is_public", "theme"]
    list_select_related = ["producer", "theme", "portal"]
    search_fields = ["title", "slug", "summary"]
    readonly_fields = ["slug", "title", "summary", "published", "draft", "created_at", "updated_at"]
    inlines = [VersionInline]
    fieldsets = [
        (None, {"fields": ["slug", "title", "summary", "theme", "portal"]}),
        (_("Diffusion"), {"fields": ["producer", "is_public", "is_requestable"]}),
        (_("Versions"), {"fields": ["published", "draft", "created_at", "updated_at"]}),
    ]

    def get_queryset(self, request: Any) -> QuerySet[Dashboard]:
        """Select the dashboards that the visitor may change."""
        ours = access.editable(visitor_of(request))
        return super().get_queryset(request).filter(pk__in=ours.values("pk"))

    def get_inlines(self, request: Any, obj: Dashboard | None) -> Any:
        """Leave readers to administrators: others do not see every account; the builder has theirs."""
        inlines = super().get_inlines(request, obj)
        return [GrantInline, *inlines] if visitor_of(request).is_administrator else inlines

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:
        """Sign new grants with the account that gives them."""
        for row in formset.forms:
            if isinstance(row.instance, DashboardGrant) and row.instance._state.adding:
                row.instance.author_id = visitor_of(request).user_id
        super().save_formset(request, form, formset, change)

    def has_add_permission(self, request: Any) -> bool:
        """Dashboards come of the builder and of files."""
        return False

    @admin.display(description=_("publié"), boolean=True)
    def is_published(self, dashboard: Dashboard) -> bool:
        """Whether readers see something of it."""
        return dashboard.published_id is not None


@admin.register(LibraryPanel)
class LibraryPanelAdmin(_ProducedAdmin):
    """Panels that several dashboards use: changed by the members of the group that produces them."""

    form = LibraryPanelForm
    list_display = ["title", "slug", "producer", "updated_at"]
    list_select_related = ["producer"]
    search_fields = ["title", "slug"]
    fields = ["slug", "title", "producer", "document", "created_at", "updated_at"]
    readonly_fields = ["created_at", "updated_at"]

    def get_queryset(self, request: Any) -> QuerySet[LibraryPanel]:
        """Select the library panels that the visitor may use."""
        panels = access.library(visitor_of(request))
        return super().get_queryset(request).filter(pk__in=panels.values("pk"))

    def has_change_permission(self, request: Any, obj: LibraryPanel | None = None) -> bool:
        """Whether the account may change library panels, or one."""
        return super().has_change_permission(request, obj) and _is_ours(request, obj)

    def has_delete_permission(self, request: Any, obj: LibraryPanel | None = None) -> bool:
        """Whether the account may delete library panels, or one."""
        return super().has_delete_permission(request, obj) and _is_ours(request, obj)


def _is_ours(request: Any, panel: LibraryPanel | None) -> bool:
    visitor = visitor_of(request)
    return panel is None or visitor.is_administrator or panel.producer_id in visitor.groups
