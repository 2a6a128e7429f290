"""Features without geometry that are written one by one: a plan's indicators, the vehicles of a fleet."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from layers.models.version import VersionedModel


class TabularFeature(VersionedModel):
    """A row of a layer without geometry: ``GeometryType.NONE``.

    Its rows are those of the whole territory, unless the model has a ``commune`` (``LayerDefinition.is_placed``).
    """

    id = models.BigAutoField(_("identifiant"), primary_key=True)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True, db_default=Now())
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True, db_default=Now())

    class Meta(VersionedModel.Meta):
        abstract = True
