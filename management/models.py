"""Who takes care of what waits for the team."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

KEY_MAX = 120


class Assignment(models.Model):
    """A person who takes care of something that waits, named as the journal names it: « report 12 », « layer arbres ».

    What waited may be over before the row is released: it is then no longer on any page.
    """

    subject = models.CharField(_("concerne"), max_length=KEY_MAX, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("compte")
    )
    assigned_at = models.DateTimeField(_("depuis le"), auto_now_add=True)

    class Meta:
        verbose_name = _("prise en charge")
        verbose_name_plural = _("prises en charge")
        ordering = ["assigned_at"]

    def __str__(self) -> str:
        return f"{self.subject} → {self.user}"
