"""Submissions and their history, remarks of reviewers, and the rules of publication of a layer."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.models import Layer
from publication.vocabulary import OPEN_STATES, SubjectKind, SubmissionState

REASON_MAX, REMARK_MAX = 1_000, 1_000


class Submission(models.Model):
    """A version that its producer brings to approval, and what became of it.

    ``version`` is the number of the version, 0 for a layer as a whole. ``content_hash`` (SHA-256) is that of what was
    reviewed: an approval is of this content alone. ``starts_at`` and ``ends_at`` are the instants planned,
    ``started_at`` and ``ended_at`` the real ones; moving one changes no identifier.
    """

    kind = models.CharField(_("nature"), max_length=10, choices=SubjectKind)
    layer = models.ForeignKey(
        Layer, on_delete=models.CASCADE, null=True, related_name="submissions", verbose_name=_("couche")
    )
    dashboard = models.ForeignKey(
        "dashboards.Dashboard",
        on_delete=models.CASCADE,
        null=True,
        related_name="submissions",
        verbose_name=_("tableau de bord"),
    )
    version = models.PositiveIntegerField(_("version"), default=0)
    content_hash = models.CharField(_("empreinte du contenu"), max_length=64)
    state = models.CharField(
        _("état"), max_length=10, choices=SubmissionState, default=SubmissionState.SUBMITTED
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("soumise par"),
    )
    submitted_at = models.DateTimeField(_("soumise le"))
    note = models.CharField(_("mot du producteur"), max_length=REASON_MAX, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("décidée par"),
    )
    decided_at = models.DateTimeField(_("décidée le"), null=True)
    reason = models.CharField(_("motif"), max_length=REASON_MAX, blank=True)
    starts_at = models.DateTimeField(_("mise en ligne prévue"), null=True)
    started_at = models.DateTimeField(_("mise en ligne"), null=True)
    ends_at = models.DateTimeField(_("retrait prévu"), null=True)
    ended_at = models.DateTimeField(_("retrait"), null=True)
    reminded_at = models.DateTimeField(_("dernier rappel"), null=True)

    class Meta:
        verbose_name = _("soumission")
        verbose_name_plural = _("soumissions")
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SubjectKind.values), name="submission_kind_known"),
            models.CheckConstraint(
                condition=Q(state__in=SubmissionState.values), name="submission_state_known"
            ),
            models.CheckConstraint(
                condition=Q(layer__isnull=False, dashboard__isnull=True)
                | Q(layer__isnull=True, dashboard__isnull=False),
                name="submission_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True)
                | Q(starts_at__isnull=True)
                | Q(ends_at__gt=models.F("starts_at")),
                name="submission_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["kind", "layer", "dashboard", "version"],
                condition=Q(state__in=OPEN_STATES),
                name="submission_open_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["state", "starts_at"], name="submission_by_start"),
            models.Index(fields=["state", "ends_at"], name="submission_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.layer or self.dashboard} · {self.get_kind_display()} {self.version}"


class SubmissionEvent(models.Model):
    """A step of a submission: who, when, to which state, for which planned instant, why."""

    submission = models.ForeignKey(
        Submission, on_delete=models.CASCADE, related_name="events", verbose_name=_("soumission")
    )
    at = models.DateTimeField(_("instant"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("auteur"),
        help_text=_("Vide : le portail lui-même."),
    )
    state = models.CharField(_("état"), max_length=10, choices=SubmissionState)
    planned_at = models.DateTimeField(_("instant prévu"), null=True)
    reason = models.CharField(_("motif"), max_length=REASON_MAX, blank=True)

    class Meta:
        verbose_name = _("étape d’une soumission")
        verbose_name_plural = _("étapes des soumissions")
        ordering = ["submission", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.submission} · {self.get_state_display()}"


class Remark(models.Model):
    """What a reviewer says of a row, or of the whole when ``row_key`` is empty; the producer answers.

    Without ``sent_at`` only its author reads it: remarks leave with the decision.
    """

    submission = models.ForeignKey(
        Submission, on_delete=models.CASCADE, related_name="remarks", verbose_name=_("soumission")
    )
    answer_to = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        related_name="answers",
        verbose_name=_("réponse à"),
    )
    row_key = models.CharField(_("ligne"), max_length=200, blank=True)
    text = models.CharField(_("remarque"), max_length=REMARK_MAX)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("auteur"),
    )
    created_at = models.DateTimeField(_("écrite le"), auto_now_add=True)
    sent_at = models.DateTimeField(_("envoyée le"), null=True)

    class Meta:
        verbose_name = _("remarque")
        verbose_name_plural = _("remarques")
        ordering = ["submission", "created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.submission} · {self.row_key or '—'}"


class CheckAcceptance(models.Model):
    """A check that does not pass, accepted by who decides: signed, dated, with why. It is of one submission alone."""

    submission = models.ForeignKey(
        Submission, on_delete=models.CASCADE, related_name="acceptances", verbose_name=_("soumission")
    )
    code = models.CharField(_("contrôle"), max_length=60)
    title = models.CharField(_("constat"), max_length=300)
    reason = models.CharField(_("motif"), max_length=REASON_MAX)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("accepté par"),
    )
    accepted_at = models.DateTimeField(_("accepté le"))

    class Meta:
        verbose_name = _("contrôle accepté")
        verbose_name_plural = _("contrôles acceptés")
        ordering = ["submission", "accepted_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "code"], name="check_accepted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.submission} · {self.code}"


class PublicationPolicy(models.Model):
    """How the versions of a layer go online; a layer without one has the defaults.

    Shares are percents of what is online. With ``is_automatic`` a version that stays within all of the limits goes
    online by itself; another one waits, and what is online stays.
    """

    layer = models.OneToOneField(
        Layer, on_delete=models.CASCADE, related_name="publication_policy", verbose_name=_("couche")
    )
    producers_approve = models.BooleanField(
        _("qui dépose peut approuver"),
        default=False,
        help_text=_("Sinon une autre personne approuve ce qu’une première a soumis."),
    )
    is_automatic = models.BooleanField(
        _("se publie sans relecture"),
        default=False,
        help_text=_("Tant que rien ne sort de l’ordinaire ; sinon la version attend, celle d’hier reste."),
    )
    most_lost_rows = models.PositiveSmallIntegerField(
        _("lignes perdues, au plus (%)"), default=5, validators=[MaxValueValidator(100)]
    )
    most_extent_shift = models.PositiveSmallIntegerField(
        _("emprise déplacée, au plus (%)"), default=10, validators=[MaxValueValidator(100)]
    )
    reminder_days = models.PositiveSmallIntegerField(
        _("rappel après (jours)"), default=3, validators=[MaxValueValidator(90)], help_text=_("0 : aucun.")
    )

    class Meta:
        verbose_name = _("règle de publication")
        verbose_name_plural = _("règles de publication")
        ordering = ["layer"]

    def __str__(self) -> str:
        return str(self.layer)
