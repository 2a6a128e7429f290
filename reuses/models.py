"""A reuse of some layers, as its maker declares it."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from layers.models import Layer
from reuses.links import check_public_address
from reuses.vocabulary import ADDRESS_MAX, CLOSED_STATES, TEXT_MAX, TITLE_MAX, ReuseState


class Reuse(models.Model):
    """A site, an application, a study made of some layers. An accepted one is on their pages.

    ``email`` is only there to answer and is never shown: it is emptied once the answer to a refusal or a withdrawal
    left. ``answer`` is what the team said of its decision.
    """

    title = models.CharField(_("titre"), max_length=TITLE_MAX)
    address = models.URLField(_("adresse"), max_length=ADDRESS_MAX, validators=[check_public_address])
    description = models.TextField(_("description"), validators=[MaxLengthValidator(TEXT_MAX)])
    organisation = models.CharField(_("organisme"), max_length=TITLE_MAX)
    email = models.EmailField(_("adresse électronique"), blank=True)
    layers = models.ManyToManyField(Layer, related_name="reuses", verbose_name=_("couches"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("compte"),
    )
    state = models.CharField(_("état"), max_length=10, choices=ReuseState, default=ReuseState.WAITING)
    answer = models.TextField(_("réponse"), blank=True, validators=[MaxLengthValidator(TEXT_MAX)])
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("décidée par"),
    )
    decided_at = models.DateTimeField(_("décidée le"), null=True, blank=True)
    created_at = models.DateTimeField(_("déclarée le"), auto_now_add=True)

    class Meta:
        verbose_name = _("réutilisation")
        verbose_name_plural = _("réutilisations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReuseState.values), name="reuse_state_known"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("description"), TEXT_MAX)
                & LessThanOrEqual(Length("answer"), TEXT_MAX),
                name="reuse_text_lengths",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReuseState.REFUSED) | ~Q(answer=""), name="reuse_refused_in_words"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_closed(self) -> bool:
        """Whether it was refused or withdrawn."""
        return self.state in CLOSED_STATES
