"""Administration of plans with their axes, of indicators with what was measured, of actions with their follow-up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.db import models
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from administration.feature_admin import FeatureAdmin
from administration.portal_admin import PortalAdmin, TabularInline
from plans.access import editable_plans, edits_every_row, plan_scopes, visible_plans
from plans.forms import AxisLines, MeasureLines, MilestoneLines
from plans.models import (
    Action,
    ActionNote,
    ActionStep,
    Axis,
    BudgetLine,
    Indicator,
    LinkedIndicator,
    Measure,
    Milestone,
    Plan,
)

_NOTHING = "–"


class ComputedColumn:
    """A column of an indicator that the rule writes: Django's lists and forms call it with the indicator.

    ``name`` is that of the column, by which the administration knows who reads it.
    """

    def __init__(self, name: str) -> None:
        column = Indicator._meta.get_field(name)
        assert isinstance(column, models.Field)
        self.name = self.__name__ = self.admin_order_field = name
        self.short_description = column.verbose_name
        self._is_year = isinstance(column, models.PositiveSmallIntegerField)

    def __call__(self, indicator: Any) -> str:
        """Return the value in words."""
        value = getattr(indicator, self.name)
        if value is None:
            return _NOTHING
        if self._is_year:
            return str(value)
        decimals = indicator.decimales
        return f"{number_format(round(value, decimals), decimal_pos=decimals)}\u00a0{indicator.unite}"


_LAST: list[Any] = [ComputedColumn(name) for name in ("annee_mesure", "valeur_mesure", "valeur_attendue")]
_GAPS: list[Any] = [ComputedColumn(name) for name in ("ecart", "projection", "ecart_projete")]
# Years of the measures of communes in the form of an indicator: more would be more fields than a form may hold.
_YEARS_OF_COMMUNES = 5


class AxisInline(TabularInline):
    """Axes of a plan."""

    model = Axis
    formset = AxisLines
    extra = 0
    fields = ["code", "titre", "parent", "rang"]

    def get_field_queryset(self, db: str | None, db_field: Any, request: Any) -> Any:
        """Offer as axes above those of the same plan."""
        plan = request.resolver_match.kwargs.get("object_id")
        return Axis.objects.filter(plan=plan) if db_field.name == "parent" else None

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Read the choices once for all the lines."""
        return _read_once(super().formfield_for_foreignkey(db_field, request, **kwargs))

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        """Whether somebody sees the axes: who sees the plan."""
        return obj is None or visible_plans(request).filter(pk=obj.pk).exists()

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        """Whether somebody adds axes: who changes the plan."""
        return _changes(request, obj)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Whether somebody changes axes: who changes the plan."""
        return _changes(request, obj)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Whether somebody deletes axes: who changes the plan."""
        return _changes(request, obj)


def _changes(request: Any, plan: Any) -> bool:
    if edits_every_row(request):
        return True
    return plan is not None and editable_plans(request).filter(pk=plan.pk).exists()


def _read_once(field: Any) -> Any:
    """Give a choice among rows its list: each line of a table would read it again."""
    if field is not None:
        field.choices = list(field.choices)
    return field


@admin.register(Plan)
class PlanAdmin(PortalAdmin):
    """Plans, and the rule of their states."""

    list_display = ["titre", "nature", "debut", "fin", "tolerance", "derive", "anciennete"]
    inlines = [AxisInline]
    fieldsets = [
        (None, {"fields": ["titre", "code", "nature", ("debut", "fin"), "description"]}),
        (_("Règle des états"), {"fields": ["tolerance", "derive", "anciennete"]}),
    ]

    def get_queryset(self, request: Any) -> models.QuerySet[Any]:
        """Select the plans whose rows are seen."""
        return visible_plans(request)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[Any]:
        """Fix the code of a plan that is there: its rows are known by it."""
        return ["code"] if obj is not None else []

    def has_module_permission(self, request: Any) -> bool:
        """Whether the index names the plans: to who sees a layer of theirs."""
        return bool(plan_scopes(request)) and super().has_module_permission(request)

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        """Whether somebody sees the plans."""
        return bool(plan_scopes(request)) and super().has_view_permission(request, obj)

    def has_add_permission(self, request: Any) -> bool:
        """Whether somebody adds plans: who edits every row of both layers."""
        return edits_every_row(request) and super().has_add_permission(request)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Whether somebody changes a plan: its rule decides of all its rows."""
        allowed = super().has_change_permission(request, obj)
        if obj is None:  # asked by every page: no question to the database for who edits everything
            return allowed and (edits_every_row(request) or editable_plans(request).exists())
        return allowed and _changes(request, obj)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Whether somebody deletes a plan."""
        return edits_every_row(request) and super().has_delete_permission(request, obj)


class PlacedAdmin(FeatureAdmin):
    """What is somewhere in a plan."""

    def get_field_queryset(self, db: str | None, db_field: Any, request: Any) -> Any:
        """Offer the axes of the plans that are seen."""
        if db_field.name == "position":
            return Axis.objects.filter(plan__in=visible_plans(request)).select_related("plan")
        return super().get_field_queryset(db, db_field, request)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Say the plan of each axis offered."""
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "position":
            field.label_from_instance = lambda axis: f"{axis.plan_id} · {axis}"
        return field


class RecordLines(TabularInline):
    """Records of an indicator or an action, one a line."""

    extra = 0
    # Narrower than a form's: a line holds six of them.
    formfield_overrides = {
        models.CharField: {"widget": AdminTextInputWidget(attrs={"class": "", "size": 14})},
        models.FloatField: {"widget": forms.NumberInput(attrs={"step": "any", "size": 10})},
        models.TextField: {"widget": AdminTextareaWidget(attrs={"class": "", "rows": 1, "cols": 18})},
    }

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Read the choices once for all the lines."""
        return _read_once(super().formfield_for_foreignkey(db_field, request, **kwargs))


class MilestoneInline(RecordLines):
    """The trajectory."""

    model = Milestone
    formset = MilestoneLines


class MeasureInline(RecordLines):
    """Measures of the whole territory."""

    model = Measure
    formset = MeasureLines
    fields = ["annee", "valeur", "source", "provisoire", "commentaire"]

    def get_queryset(self, request: Any) -> models.QuerySet[Any]:
        """Select what is about no commune."""
        return super().get_queryset(request).filter(commune=None)


class CommuneMeasureInline(RecordLines):
    """Measures of communes, of the last years."""

    model = Measure
    formset = MeasureLines
    fields = ["annee", "commune", "valeur", "source", "provisoire", "commentaire"]
    verbose_name_plural = _("Mesures par commune, des cinq dernières années (les autres : page Saisir)")
    classes = ["collapse"]

    def get_queryset(self, request: Any) -> models.QuerySet[Any]:
        """Select the last measures of each commune."""
        first = timezone.localdate().year - _YEARS_OF_COMMUNES
        return super().get_queryset(request).filter(commune__isnull=False, annee__gte=first)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Ask for the commune: a measure of the whole territory is in the other table."""
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.required = True
        return field


@admin.register(Indicator)
class IndicatorAdmin(PlacedAdmin):
    """Indicators; what the rule computes is shown, never typed."""

    list_display = [
        "titre",
        "plan",
        "axe",
        "etat",
        *_LAST,
    ]
    list_filter = ["plan", "etat", "secteur", "polluant"]
    search_fields = ["titre", "code", "pilote"]
    inlines = [MilestoneInline, MeasureInline, CommuneMeasureInline]
    readonly_fields = [
        "etat",
        "axe",
        *_LAST,
        *_GAPS,
    ]
    fieldsets = [
        (None, {"fields": ["titre", "code", "plan", "position", "parent"]}),
        (
            _("Ce qui est mesuré"),
            {"fields": ["unite", "decimales", "sens", "frequence", "secteur", "polluant"]},
        ),
        (_("État calculé"), {"fields": [*readonly_fields]}),
        (_("Origine"), {"fields": ["source", "perimetre", "methode", "pilote", "commentaire"]}),
    ]


class StepInline(RecordLines):
    """Steps."""

    model = ActionStep


class LinkInline(RecordLines):
    """Linked indicators."""

    model = LinkedIndicator


class BudgetInline(RecordLines):
    """Money, year by year."""

    model = BudgetLine


class NoteInline(RecordLines):
    """Comments."""

    model = ActionNote


@admin.register(Action)
class ActionAdmin(PlacedAdmin):
    """Actions with their steps, money and comments."""

    list_display = ["code", "titre", "plan", "axe", "etat", "priorite", "avancement", "pilote", "fin"]
    list_filter = ["plan", "etat", "priorite", "pilote"]
    search_fields = ["titre", "code", "pilote", "description"]
    inlines = [StepInline, LinkInline, BudgetInline, NoteInline]
    fieldsets = [
        (None, {"fields": ["titre", "code", "plan", "position", "description"]}),
        (_("Suivi"), {"fields": ["etat", "priorite", "avancement", "debut", "fin"]}),
        (_("Acteurs"), {"fields": ["pilote", "elu_referent", "partenaires"]}),
    ]
