"""Answers on their way to who left an address."""

from __future__ import annotations

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from explorer.models.report import MESSAGE_MAX, FeatureReport


class AnswerMail(models.Model):
    """An answer that waits for the server of e-mail; it is deleted as it leaves, so that it leaves once.

    The queue of the workers names it by its number: an address stays neither in its jobs nor in its log. ``email`` is
    empty when the message was given up, which who handles the report is told.
    """

    report = models.ForeignKey(
        FeatureReport, on_delete=models.CASCADE, related_name="mails", verbose_name=_("signalement")
    )
    email = models.EmailField(_("adresse électronique"), blank=True)
    answer = models.TextField(_("réponse"), validators=[MaxLengthValidator(MESSAGE_MAX)])
    is_linked = models.BooleanField(_("avec un lien vers la fiche"), default=True)
    created_at = models.DateTimeField(_("écrit le"), auto_now_add=True)

    class Meta:
        verbose_name = _("réponse à envoyer")
        verbose_name_plural = _("réponses à envoyer")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.pk}"
