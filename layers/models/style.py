"""How a layer was drawn, draft by draft and publication by publication: the versions of its style.

What the map draws is ``Layer.style``: publishing a version writes it there.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.models.layer import Layer
from layers.vocabulary import StyleState

STYLE_NOTE_MAX = 300


class StyleVersion(models.Model):
    """A style of a layer at one time. Only the draft changes; what was published or set aside never does.

    ``document`` is that of ``layers.styles.documents``: what differs from the style of the definition. ``base`` is the
    version that was published when the draft was begun; ``revision`` grows with each write of a draft.
    """

    layer = models.ForeignKey(
        Layer, on_delete=models.CASCADE, related_name="style_versions", verbose_name=_("couche")
    )
    number = models.PositiveIntegerField(_("numéro"))
    document = models.JSONField(_("document"), default=dict)
    state = models.CharField(_("état"), max_length=10, choices=StyleState, default=StyleState.DRAFT)
    base = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version de départ"),
    )
    revision = models.PositiveIntegerField(_("révision"), default=1)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("auteur"),
    )
    note = models.CharField(_("note"), max_length=STYLE_NOTE_MAX, blank=True)
    created_at = models.DateTimeField(_("créée le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifiée le"), auto_now=True)
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("version de style")
        verbose_name_plural = _("versions de styles")
        ordering = ["layer", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["layer", "number"], name="style_version_once"),
            models.UniqueConstraint(
                fields=["layer"], condition=Q(state=StyleState.DRAFT), name="style_version_one_draft"
            ),
            models.UniqueConstraint(
                fields=["layer"], condition=Q(state=StyleState.PUBLISHED), name="style_version_one_published"
            ),
            models.CheckConstraint(
                condition=Q(state__in=StyleState.values), name="style_version_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.layer} · style {self.number}"
