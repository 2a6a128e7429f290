"""Who reads what: grants to a group or a person, and fields that only some read. ``layers.access`` applies them."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from layers.errors import LayersError
from layers.models.catalogue import Layer, Theme
from layers.parsing.cql2 import parse_filter
from layers.parsing.cql2.implication import commune_codes, conjunct_nodes
from layers.vocabulary import GrantState

REASON_MAX = 300
ENDING_WITHIN = dt.timedelta(days=30)
NAME_MAX = 63
MAX_MARGIN_M = 5_000
"""The widest margin around the communes of a grant: beyond, it is another commune that is meant."""


def exactly_one(first: str, second: str) -> Q:
    """Return the condition that one of two columns has a value, and the other none."""
    return Q(**{f"{first}__isnull": False, f"{second}__isnull": True}) | Q(
        **{f"{first}__isnull": True, f"{second}__isnull": False}
    )


class AccessGrantQuerySet(models.QuerySet[Any]):
    """Grants of any subject, in the words of access."""

    def in_force(self, *, at: dt.datetime) -> Self:
        """Select the grants that have begun and have not ended at this instant (start included, end excluded)."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=at),
            Q(valid_until__isnull=True) | Q(valid_until__gt=at),
        )

    def not_ended(self, *, at: dt.datetime) -> Self:
        """Select the grants that are in force at this instant or come into force later."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at))

    def undated(self) -> Self:
        """Select the grants that have neither a beginning nor an end."""
        return self.filter(valid_from__isnull=True, valid_until__isnull=True)

    def in_state(self, state: GrantState, *, at: dt.datetime) -> Self:
        """Select the grants that are in a state at this instant."""
        match state:
            case GrantState.TO_COME:
                return self.filter(valid_from__gt=at)
            case GrantState.ENDED:
                return self.filter(valid_until__lte=at)
            case GrantState.ENDING:
                return self.in_force(at=at).filter(valid_until__lte=at + ENDING_WITHIN)
        return self.in_force(at=at)

    def granted_to(self, *, groups: frozenset[int], person: int | None) -> Self:
        """Select the grants of these groups, and those of an account by itself; both are ids."""
        recipients = Q(group_id__in=groups)
        return self.filter(recipients if person is None else recipients | Q(person_id=person))


class AccessGrant(models.Model):
    """A group or one person has access to something for a time; ``author`` gave it, for a ``reason``."""

    group = models.ForeignKey(
        Group,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="%(app_label)s_grants",
        verbose_name=_("groupe"),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="%(app_label)s_grants",
        verbose_name=_("personne"),
    )
    valid_from = models.DateTimeField(_("à partir du"), null=True, blank=True)
    valid_until = models.DateTimeField(_("jusqu’au"), null=True, blank=True)
    reason = models.CharField(_("motif"), max_length=REASON_MAX, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("donné par"),
    )
    created_at = models.DateTimeField(_("donné le"), auto_now_add=True, null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_from__lt=F("valid_until")),
                name="%(class)s_period_ordered",
                violation_error_message=_("La fin du droit doit suivre son début."),
            ),
            models.CheckConstraint(
                condition=exactly_one("group", "person"),
                name="%(class)s_one_recipient",
                violation_error_message=_("Un droit se donne à un groupe, ou à une personne."),
            ),
        ]

    @property
    def recipient(self) -> models.Model | None:
        """The group or the account that has the access; None on a form that names none yet."""
        return self.group or self.person


class GrantQuerySet(AccessGrantQuerySet):
    """Grants on layers and themes, in the words of access."""

    def on_every_row(self) -> Self:
        """Select the grants without a row filter: those whose ``has_every_row`` is true."""
        return self.filter(rows__regex=r"^\s*$")


class Grant(AccessGrant):
    """Access to a layer, or to every layer of a theme, those to come too; all rows or some. Grants add up.

    ``fields`` are the protected fields and relations of the layer that the grant opens, beside those that
    ``ProtectedField`` opens to a group: they are read on every row that the recipient reads. ``can_change`` is about
    every row of the grant, ``can_change_own`` about those that the account wrote; ``can_delete`` deletes what either
    lets change. ``written_fields`` are the only fields, relations and ``geometry`` that the grant lets write; empty for
    all that the recipient reads. ``margin_m`` widens the communes that ``rows`` names by so many metres.
    """

    layer = models.ForeignKey(
        Layer,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="grants",
        verbose_name=_("couche"),
    )
    theme = models.ForeignKey(
        Theme,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="grants",
        verbose_name=_("thème"),
    )
    rows = models.TextField(
        _("lignes"),
        blank=True,
        help_text=_("Filtre CQL2, par exemple commune = '92048'. Vide : toutes les lignes."),
    )
    fields = ArrayField(
        models.CharField(max_length=NAME_MAX), verbose_name=_("champs ouverts"), default=list, blank=True
    )
    margin_m = models.PositiveSmallIntegerField(
        _("marge autour des communes (m)"),
        default=0,
        validators=[MaxValueValidator(MAX_MARGIN_M)],
        help_text=_(
            "Lit et écrit aussi ce qui touche le contour des communes du filtre, élargi d’autant de mètres."
        ),
    )
    can_download = models.BooleanField(_("peut télécharger"), default=True)
    can_add = models.BooleanField(_("peut ajouter"), default=False)
    can_change_own = models.BooleanField(_("peut modifier ce que le compte a écrit"), default=False)
    can_change = models.BooleanField(_("peut tout modifier"), default=False)
    can_delete = models.BooleanField(_("peut supprimer ce qui se modifie"), default=False)
    written_fields = ArrayField(
        models.CharField(max_length=NAME_MAX), verbose_name=_("champs à écrire"), default=list, blank=True
    )
    can_approve = models.BooleanField(_("peut approuver"), default=False)

    objects = GrantQuerySet.as_manager()

    class Meta(AccessGrant.Meta):
        abstract = False
        verbose_name = _("droit")
        verbose_name_plural = _("droits")
        ordering = ["layer", "theme", "group", "person"]
        constraints = [
            *AccessGrant.Meta.constraints,
            models.CheckConstraint(
                condition=exactly_one("layer", "theme"),
                name="grant_one_subject",
                violation_error_message=_("Un droit porte sur une couche, ou sur un thème."),
            ),
            models.CheckConstraint(
                condition=Q(theme__isnull=True) | Q(fields=[]),
                name="grant_fields_of_layer",
                violation_error_message=_("Les champs protégés s’ouvrent couche par couche."),
            ),
            models.CheckConstraint(
                condition=Q(theme__isnull=True) | Q(written_fields=[]),
                name="grant_written_fields_of_layer",
                violation_error_message=_("Les champs à écrire se choisissent couche par couche."),
            ),
            models.CheckConstraint(
                condition=Q(can_delete=False) | Q(can_change=True) | Q(can_change_own=True),
                name="grant_deletes_what_it_changes",
                violation_error_message=_("Supprimer s’ajoute au droit de modifier : donnez aussi celui-ci."),
            ),
            models.CheckConstraint(
                condition=Q(margin_m=0) | ~Q(rows__regex=r"^\s*$"),
                name="grant_margin_of_communes",
                violation_error_message=_("Une marge élargit des communes : choisissez-les."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient} → {self.subject}"

    @property
    def subject(self) -> Layer | Theme | None:
        """The layer or the theme; None on a form that names none yet."""
        return self.layer or self.theme

    @property
    def has_every_row(self) -> bool:
        """Whether no filter limits the rows."""
        return not self.rows.strip()

    @property
    def writes(self) -> bool:
        """Whether the grant lets add or change rows."""
        return self.can_add or self.can_change or self.can_change_own

    def clean(self) -> None:
        """Refuse a margin around nothing.

        Raises:
            ValidationError: the filter of rows has no condition on communes that every row matches.
        """
        super().clean()
        if not self.margin_m or self.has_every_row:
            return  # the constraint says it of every row
        try:
            conditions = conjunct_nodes(parse_filter(self.rows, parameter="rows").tree)
        except LayersError:
            return  # the forms name the fault of the filter
        if not any(map(commune_codes, conditions)):
            raise ValidationError(
                {
                    "margin_m": _(
                        "Une marge élargit des communes : le filtre doit en nommer, par commune = '92048'."
                    )
                }
            )


class ProtectedField(models.Model):
    """A field or a relation of a layer that only some groups read."""

    layer = models.ForeignKey(
        Layer, on_delete=models.CASCADE, related_name="protected", verbose_name=_("couche")
    )
    name = models.CharField(_("champ ou relation"), max_length=NAME_MAX)
    groups = models.ManyToManyField(Group, blank=True, related_name="+", verbose_name=_("groupes lecteurs"))

    class Meta:
        verbose_name = _("champ protégé")
        verbose_name_plural = _("champs protégés")
        ordering = ["layer", "name"]
        constraints = [models.UniqueConstraint(fields=["layer", "name"], name="protected_field_once")]

    def __str__(self) -> str:
        return f"{self.layer} · {self.name}"
