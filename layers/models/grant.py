"""Who may see and do what: grants of a group on a layer, and the readers of protected fields."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from layers.models.layer import Layer


class GrantQuerySet(models.QuerySet["Grant"]):
    """Grants, in the words of access."""

    def in_force(self, *, at: dt.datetime) -> Self:
        """Keep the grants that have begun and have not ended at this instant (start included, end excluded)."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=at),
            Q(valid_until__isnull=True) | Q(valid_until__gt=at),
        )

    def held_by(self, *, groups: frozenset[int]) -> Self:
        """Keep the grants of these groups."""
        return self.filter(group_id__in=groups)

    def on_every_row(self) -> Self:
        """Keep the grants without a row filter: those whose ``has_every_row`` is true."""
        return self.filter(rows__regex=r"^\s*$")


class Grant(models.Model):
    """A group sees a layer, or part of its rows, for a time. Grants of several groups add up."""

    group = models.ForeignKey(
        Group, on_delete=models.CASCADE, related_name="layer_grants", verbose_name=_("groupe")
    )
    layer = models.ForeignKey(
        Layer, on_delete=models.CASCADE, related_name="grants", verbose_name=_("couche")
    )
    rows = models.TextField(
        _("lignes"),
        blank=True,
        help_text=_("Filtre CQL2, par exemple commune = '92048'. Vide : toutes les lignes."),
    )
    can_download = models.BooleanField(_("peut télécharger"), default=True)
    can_edit = models.BooleanField(_("peut modifier"), default=False)
    can_approve = models.BooleanField(_("peut approuver"), default=False)
    valid_from = models.DateTimeField(_("à partir du"), null=True, blank=True)
    valid_until = models.DateTimeField(_("jusqu’au"), null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("droit")
        verbose_name_plural = _("droits")
        ordering = ["layer", "group"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_from__lt=F("valid_until")),
                name="grant_period_ordered",
                violation_error_message=_("La fin du droit doit suivre son début."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} → {self.layer}"

    @property
    def has_every_row(self) -> bool:
        """Whether no filter limits the rows."""
        return not self.rows.strip()


class ProtectedField(models.Model):
    """A field or a relation of a layer that only some groups read."""

    layer = models.ForeignKey(
        Layer, on_delete=models.CASCADE, related_name="protected", verbose_name=_("couche")
    )
    name = models.CharField(_("champ ou relation"), max_length=63)
    groups = models.ManyToManyField(Group, blank=True, related_name="+", verbose_name=_("groupes lecteurs"))

    class Meta:
        verbose_name = _("champ protégé")
        verbose_name_plural = _("champs protégés")
        ordering = ["layer", "name"]
        constraints = [models.UniqueConstraint(fields=["layer", "name"], name="protected_field_once")]

    def __str__(self) -> str:
        return f"{self.layer} · {self.name}"
