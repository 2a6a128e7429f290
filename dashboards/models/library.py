"""Panels that stand on several dashboards: a change here shows on all of them."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dashboards.models.dashboard import SLUG_MAX, SLUG_PATTERN, SLUG_VALIDATOR, TITLE_MAX


class LibraryPanel(models.Model):
    """A panel under a name. It holds a question, not its answer, which depends on the rights of its reader.

    ``document`` is a panel in the published form, without ``id`` nor ``library``.
    """

    slug = models.CharField(_("identifiant"), max_length=SLUG_MAX, unique=True, validators=[SLUG_VALIDATOR])
    title = models.CharField(_("titre"), max_length=TITLE_MAX)
    producer = models.ForeignKey(
        Group,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("producteur"),
    )
    document = models.JSONField(_("document"))
    revision = models.PositiveIntegerField(_("révision"), default=1, editable=False)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True)

    class Meta:
        verbose_name = _("panneau de bibliothèque")
        verbose_name_plural = _("panneaux de bibliothèque")
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(slug__regex=SLUG_PATTERN), name="library_panel_slug_format")
        ]

    def __str__(self) -> str:
        return self.title
