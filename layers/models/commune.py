"""The communes of the territory: a layer like the others, and the boundaries every feature is placed in."""

from __future__ import annotations

from django.contrib.gis.db.models import MultiPolygonField
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.models.feature import LocatedModel

CODE_PATTERN = r"^([013-9]\d|2[AB1-9])\d{3}$"


class Commune(LocatedModel):
    """A commune and its boundary. ``code`` is the INSEE code: text, since a leading zero counts."""

    code = models.CharField(
        _("code INSEE"),
        max_length=5,
        unique=True,
        validators=[RegexValidator(CODE_PATTERN)],
        help_text="92048",
    )
    nom = models.CharField(_("nom"), max_length=80)
    slug = models.SlugField(_("nom de portail"), max_length=60, unique=True)
    siren = models.CharField(_("SIREN"), max_length=9)
    codes_postaux = ArrayField(models.CharField(max_length=5), verbose_name=_("codes postaux"), default=list)
    population = models.PositiveIntegerField(_("population municipale"), null=True, blank=True)
    population_totale = models.PositiveIntegerField(_("population totale"), null=True, blank=True)
    population_annee = models.PositiveSmallIntegerField(_("année de la population"), null=True, blank=True)
    geom = MultiPolygonField(_("limite"), srid=4326, spatial_index=False)

    class Meta(LocatedModel.Meta):
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        ordering = ["nom"]
        constraints = [
            *LocatedModel.Meta.constraints,
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="commune_code_format"),
            models.CheckConstraint(condition=Q(siren__regex=r"^\d{9}$"), name="commune_siren_format"),
        ]

    def __str__(self) -> str:
        return self.nom
