"""Actions of a plan: who leads them, where they stand, what they cost, and what was said of them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from layers.models import TabularFeature, VersionedModel, keep_history
from layers.models.features import BUMP_VERSION
from plans.models.indicator import Indicator
from plans.models.plan import Axis, Plan, check_axis_plan
from plans.models.triggers import SAME_PLAN
from plans.vocabulary import ActionState, BudgetKind, Priority


@keep_history("axe", "sous_axe")
class Action(TabularFeature):
    """Something to do by somebody before a date. ``avancement`` goes from 0 to 100."""

    code = models.CharField(_("code"), max_length=20)
    titre = models.CharField(_("titre"), max_length=200)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="actions", verbose_name=_("plan"))
    position = models.ForeignKey(
        Axis, on_delete=models.PROTECT, related_name="actions", verbose_name=_("axe du plan")
    )
    axe = models.CharField(_("axe"), max_length=180, editable=False, blank=True)
    sous_axe = models.CharField(_("sous-axe"), max_length=180, editable=False, blank=True)
    description = models.TextField(_("description"), blank=True)
    etat = models.CharField(_("état"), max_length=10, choices=ActionState, default=ActionState.PLANNED)
    priorite = models.CharField(_("priorité"), max_length=5, choices=Priority, blank=True)
    pilote = models.CharField(_("pilote"), max_length=120)
    elu_referent = models.CharField(_("élu référent"), max_length=120, blank=True)
    partenaires = ArrayField(
        models.CharField(max_length=120), verbose_name=_("partenaires"), default=list, blank=True
    )
    debut = models.DateField(_("début"), null=True, blank=True)
    fin = models.DateField(_("échéance"), null=True, blank=True)
    avancement = models.PositiveSmallIntegerField(_("avancement"), null=True, blank=True)

    class Meta(TabularFeature.Meta):
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["plan", "position__rang", "code"]
        triggers = [BUMP_VERSION, SAME_PLAN]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="action_code_once"),
            models.CheckConstraint(
                condition=Q(debut__isnull=True) | Q(fin__isnull=True) | Q(debut__lte=F("fin")),
                name="action_dates_ordered",
                violation_error_message=_("Le début suit l’échéance."),
            ),
            models.CheckConstraint(
                condition=Q(avancement__isnull=True) | Q(avancement__lte=100),
                name="action_progress_percent",
                violation_error_message=_("L’avancement va de 0 à 100."),
            ),
            models.CheckConstraint(condition=Q(etat__in=ActionState.values), name="action_state_known"),
            models.CheckConstraint(
                condition=Q(priorite__in=["", *Priority.values]), name="action_priority_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.titre}"

    def clean(self) -> None:
        """Refuse an axis of another plan."""
        check_axis_plan(self)


class ActionRecord(VersionedModel):
    """What belongs to an action."""

    id = models.BigAutoField(_("identifiant"), primary_key=True)

    class Meta(VersionedModel.Meta):
        abstract = True


@keep_history()
class ActionNote(ActionRecord):
    """A comment, dated and signed."""

    action = models.ForeignKey(
        Action, on_delete=models.CASCADE, related_name="notes", verbose_name=_("action")
    )
    date = models.DateField(_("date"))
    auteur = models.CharField(_("auteur"), max_length=120, blank=True)
    texte = models.TextField(_("texte"))

    class Meta(ActionRecord.Meta):
        verbose_name = _("commentaire")
        verbose_name_plural = _("commentaires")
        ordering = ["-date", "-pk"]

    def __str__(self) -> str:
        return self.texte[:60]


@keep_history()
class ActionStep(ActionRecord):
    """A step of an action, in its order."""

    action = models.ForeignKey(
        Action, on_delete=models.CASCADE, related_name="steps", verbose_name=_("action")
    )
    rang = models.PositiveSmallIntegerField(_("rang"), default=0)
    titre = models.CharField(_("titre"), max_length=200)
    faite = models.BooleanField(_("faite"), default=False)

    class Meta(ActionRecord.Meta):
        verbose_name = _("étape")
        verbose_name_plural = _("étapes")
        ordering = ["rang", "pk"]

    def __str__(self) -> str:
        return self.titre


@keep_history()
class BudgetLine(ActionRecord):
    """Money of a year, in euros: what is planned and what was spent, empty as long as nobody knows."""

    action = models.ForeignKey(
        Action, on_delete=models.CASCADE, related_name="budget_lines", verbose_name=_("action")
    )
    annee = models.PositiveSmallIntegerField(_("année"))
    nature = models.CharField(_("nature"), max_length=14, choices=BudgetKind, default=BudgetKind.INVESTMENT)
    financeur = models.CharField(_("financeur"), max_length=120, blank=True)
    prevu = models.DecimalField(_("prévu"), max_digits=12, decimal_places=2, default=0)
    depense = models.DecimalField(_("dépensé"), max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta(ActionRecord.Meta):
        verbose_name = _("ligne de budget")
        verbose_name_plural = _("budget")
        ordering = ["annee", "nature", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(nature__in=BudgetKind.values), name="budget_kind_known"),
            models.CheckConstraint(
                condition=Q(prevu__gte=0, depense__gte=0),
                name="budget_positive",
                violation_error_message=_("Un budget n’est pas négatif."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.annee} {self.get_nature_display()}"


@keep_history()
class LinkedIndicator(ActionRecord):
    """An indicator that an action acts on."""

    action = models.ForeignKey(
        Action, on_delete=models.CASCADE, related_name="links", verbose_name=_("action")
    )
    indicator = models.ForeignKey(
        Indicator,
        on_delete=models.CASCADE,
        to_field="code",
        related_name="links",
        verbose_name=_("indicateur"),
    )

    class Meta(ActionRecord.Meta):
        verbose_name = _("indicateur lié")
        verbose_name_plural = _("indicateurs liés")
        ordering = ["action", "indicator"]
        constraints = [models.UniqueConstraint(fields=["action", "indicator"], name="linked_indicator_once")]

    def __str__(self) -> str:
        return self.indicator_id
