"""Problems that people report on a feature."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from explorer.vocabulary import ReportCategory, ReportState

MESSAGE_MAX = 2_000
FEATURE_TITLE_MAX = 200


class FeatureReport(models.Model):
    """A problem reported on a feature, named by its layer's slug and its id: any layer, also after it is gone.

    ``title`` is what the feature was called for who reported it. ``email`` is only there to answer: it is emptied when
    the report is closed, and a constraint holds to it.
    """

    layer = models.SlugField(_("couche"), max_length=63)
    feature = models.BigIntegerField(_("objet"))
    title = models.CharField(_("nom de l’objet"), max_length=FEATURE_TITLE_MAX, blank=True, default="")
    category = models.CharField(_("nature du problème"), max_length=20, choices=ReportCategory)
    message = models.TextField(_("description"), validators=[MaxLengthValidator(MESSAGE_MAX)])
    email = models.EmailField(_("adresse électronique"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("compte"),
    )
    state = models.CharField(_("état"), max_length=15, choices=ReportState, default=ReportState.NEW)
    answer = models.TextField(
        _("réponse"), blank=True, default="", validators=[MaxLengthValidator(MESSAGE_MAX)]
    )
    answered_at = models.DateTimeField(_("répondu le"), null=True, blank=True)
    created_at = models.DateTimeField(_("reçu le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True)

    class Meta:
        verbose_name = _("signalement")
        verbose_name_plural = _("signalements")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["layer", "feature"], name="report_feature")]
        constraints = [
            models.CheckConstraint(
                condition=Q(category__in=ReportCategory.values), name="report_category_known"
            ),
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="report_state_known"),
            models.CheckConstraint(
                condition=~Q(message="") & Q(LessThanOrEqual(Length("message"), MESSAGE_MAX)),
                name="report_message_length",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("answer"), MESSAGE_MAX)
                & (~Q(state=ReportState.ANSWERED) | ~Q(answer="")),
                name="report_answered_in_words",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.CLOSED) | Q(email=""), name="report_closed_forgets_email"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()} · {self.title or f'{self.layer}/{self.feature}'}"
