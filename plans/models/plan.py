"""A plan and its axes. Names of fields are the published names, hence French."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from layers.models import VersionedModel
from layers.models.features import BUMP_VERSION
from plans.models.triggers import REFRESH_OF_PLAN, RELABEL, TREE
from plans.vocabulary import PlanKind


class Plan(VersionedModel):
    """A plan with targets, and the rule that the states of its indicators are computed by.

    ``tolerance`` and ``derive`` are percents of the expected value: what a measure may miss and be on track, and what
    it may miss and only be behind. ``anciennete`` is how many years a measure may be old.
    """

    code = models.SlugField(_("code"), max_length=40, primary_key=True)
    titre = models.CharField(_("titre"), max_length=160)
    nature = models.CharField(_("nature"), max_length=10, choices=PlanKind, default=PlanKind.OTHER)
    debut = models.PositiveSmallIntegerField(_("première année"))
    fin = models.PositiveSmallIntegerField(_("dernière année"))
    description = models.TextField(_("description"), blank=True)
    tolerance = models.DecimalField(
        _("écart toléré"),
        max_digits=4,
        decimal_places=1,
        default=2,
        validators=[MinValueValidator(0), MaxValueValidator(50)],
        help_text=_("En pourcents de la valeur attendue."),
    )
    derive = models.DecimalField(
        _("écart qui sort de la trajectoire"),
        max_digits=4,
        decimal_places=1,
        default=10,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("En pourcents de la valeur attendue."),
    )
    anciennete = models.PositiveSmallIntegerField(
        _("ancienneté admise"),
        default=2,
        validators=[MaxValueValidator(10)],
        help_text=_("En années : une mesure plus ancienne n’est plus une donnée."),
    )

    class Meta(VersionedModel.Meta):
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["code"]
        triggers = [BUMP_VERSION, REFRESH_OF_PLAN]
        constraints = [
            models.CheckConstraint(
                condition=Q(debut__lte=F("fin")),
                name="plan_years_ordered",
                violation_error_message=_("La première année dépasse la dernière."),
            ),
            models.CheckConstraint(
                condition=Q(tolerance__gte=0, tolerance__lte=F("derive")),
                name="plan_thresholds_ordered",
                violation_error_message=_("L’écart toléré dépasse celui qui sort de la trajectoire."),
            ),
            models.CheckConstraint(condition=Q(nature__in=PlanKind.values), name="plan_kind_known"),
        ]

    def __str__(self) -> str:
        return self.titre


class Axis(VersionedModel):
    """A part of a plan: ``code`` says its place in the tree (``1``, ``1.3``), ``parent`` the axis it is under."""

    id = models.BigAutoField(_("identifiant"), primary_key=True)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="axes", verbose_name=_("plan"))
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("axe au-dessus"),
    )
    code = models.CharField(_("code"), max_length=12)
    titre = models.CharField(_("titre"), max_length=160)
    rang = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta(VersionedModel.Meta):
        verbose_name = _("axe")
        verbose_name_plural = _("axes")
        ordering = ["plan", "rang", "code"]
        triggers = [BUMP_VERSION, RELABEL, TREE]
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="axis_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.titre}"

    def clean(self) -> None:
        """Refuse an axis that is under one of another plan, or under itself.

        Raises:
            ValidationError: naming the axis above.
        """
        if self.parent is not None:
            check_parent(self, self.parent)


def check_parent(axis: Axis, parent: Axis) -> None:
    """Refuse a place for an axis that would make no tree.

    Raises:
        ValidationError: naming the axis above.
    """
    if parent.plan_id != axis.plan_id:
        raise ValidationError(gettext("L’axe « %s » est d’un autre plan.") % parent)
    above: Axis | None = parent
    visited: set[int] = set()
    while above is not None and above.pk not in visited:
        if above.pk == axis.pk:
            raise ValidationError(gettext("L’axe « %s » est déjà au-dessous de celui-ci.") % parent)
        visited.add(above.pk)
        above = above.parent


def check_axis_plan(row: Any) -> None:
    """Refuse an indicator or an action whose axis is not of its plan: the database would, without saying which.

    Raises:
        ValidationError: naming the axis and the plan.
    """
    if row.position_id is None:
        raise ValidationError(gettext("Un axe du plan est nécessaire : il se choisit dans l’administration."))
    if row.plan_id and row.position.plan_id != row.plan_id:
        values = {"axis": row.position, "plan": row.plan_id}
        raise ValidationError(gettext("L’axe « %(axis)s » n’est pas du plan « %(plan)s ».") % values)
