"""Who takes care of what waits for the team, the access that people request, reminders, backups, the certificate."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dashboards.models import Dashboard
from layers.models import Layer
from layers.models.grants import exactly_one

KEY_MAX = 120
WORDS_MAX = 500


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


class RequestState(models.TextChoices):
    """Where a request of access is."""

    WAITING = "waiting", _("attend une réponse")
    ACCEPTED = "accepted", _("acceptée")
    REFUSED = "refused", _("refusée")


class AccessRequest(models.Model):
    """A person who requests an announced layer or dashboard until an instant (excluded), for a reason.

    ``rows`` says in their words which rows of a layer, empty for all; ``answer`` is what they read of the decision.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("compte")
    )
    layer = models.ForeignKey(
        Layer, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("couche")
    )
    dashboard = models.ForeignKey(
        Dashboard,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tableau de bord"),
    )
    rows = models.CharField(_("lignes"), max_length=WORDS_MAX, blank=True)
    valid_until = models.DateTimeField(_("jusqu’au"))
    reason = models.CharField(_("motif"), max_length=WORDS_MAX)
    state = models.CharField(
        _("état"), max_length=10, choices=RequestState, default=RequestState.WAITING, editable=False
    )
    answer = models.CharField(_("réponse"), max_length=WORDS_MAX, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("décidée par"),
    )
    decided_at = models.DateTimeField(_("décidée le"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("envoyée le"), auto_now_add=True)

    class Meta:
        verbose_name = _("demande d’accès")
        verbose_name_plural = _("demandes d’accès")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RequestState.values), name="access_request_state_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="access_request_with_reason"),
            models.CheckConstraint(
                condition=~Q(state=RequestState.REFUSED) | ~Q(answer=""),
                name="access_request_refused_in_words",
            ),
            models.UniqueConstraint(
                fields=["person", "layer"],
                condition=Q(state=RequestState.WAITING),
                name="access_request_waits_once",
            ),
            models.UniqueConstraint(
                fields=["person", "dashboard"],
                condition=Q(state=RequestState.WAITING),
                name="access_request_of_dashboard_waits_once",
            ),
            models.CheckConstraint(
                condition=exactly_one("layer", "dashboard"), name="access_request_one_subject"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.subject}"

    @property
    def subject(self) -> Layer | Dashboard:
        """The layer or the dashboard that is requested."""
        subject = self.layer or self.dashboard
        assert subject is not None
        return subject

    @property
    def last_day(self) -> dt.date:
        """The last day that is requested, in the time zone of the portal."""
        return timezone.localdate(self.valid_until - dt.timedelta(microseconds=1))


class EndReminder(models.Model):
    """A reminder that was sent: so many days before something of a person ended. Each leaves once."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("compte")
    )
    ends_at = models.DateTimeField(_("fin"))
    days = models.PositiveSmallIntegerField(_("jours avant"))

    class Meta:
        verbose_name = _("rappel de fin")
        verbose_name_plural = _("rappels de fin")
        ordering = ["ends_at", "days"]
        constraints = [
            models.UniqueConstraint(fields=["person", "ends_at", "days"], name="end_reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.ends_at:%Y-%m-%d} · {self.days}"


class Backup(models.Model):
    """A backup that an operator recorded: when it was made, its size in bytes, and when it was restored in a trial."""

    made_at = models.DateTimeField(_("faite le"), default=timezone.now)
    size = models.PositiveBigIntegerField(_("octets"))
    restored_at = models.DateTimeField(_("restauration essayée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("sauvegarde")
        verbose_name_plural = _("sauvegardes")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"


class CertificateReading(models.Model):
    """What was last read of the certificate of the portal, one row: its end, or why it was not readable."""

    source = models.CharField(_("fichier ou adresse"), max_length=500)
    ends_at = models.DateTimeField(_("fin"), null=True, blank=True)
    fault = models.CharField(_("défaut"), max_length=300, blank=True)
    read_at = models.DateTimeField(_("lu le"))

    class Meta:
        verbose_name = _("lecture du certificat")
        verbose_name_plural = _("lectures du certificat")

    def __str__(self) -> str:
        return self.source
