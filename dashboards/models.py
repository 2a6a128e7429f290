"""Dashboards, the versions of what they show, favourites, library panels, and their files on paper and by e-mail.

Rights stand on the row of a dashboard and are never part of a version: bringing an old version back never opens what
was closed since.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.models import AccessGrant, AccessGrantQuerySet, Commune, FileJob, JobQuerySet, Theme
from layers.vocabulary import UNFINISHED, JobState

SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
SLUG_MAX, TITLE_MAX, SUMMARY_MAX, NOTE_MAX = 60, 120, 600, 300
DECISION_MAX, DECIDED_BY_MAX, PLAN_MAX, ACTION_MAX, AXIS_MAX = 300, 150, 40, 20, 180
SLUG_VALIDATOR = RegexValidator(
    SLUG_PATTERN, _("Des minuscules sans accent et des chiffres, en mots séparés d’un seul tiret.")
)


class Dashboard(models.Model):
    """A page of panels. ``title`` and ``summary`` are those of what is published, of the draft before that.

    ``revision`` grows with each write: a change says which one it starts from. ``portal`` narrows it to a commune.
    ``decision`` and ``decided_by`` say why it exists. ``plan`` is the code of the plan that it follows, with the
    code of an action or the title of an axis: plans are another application's, and may be loaded again.
    """

    slug = models.CharField(_("identifiant"), max_length=SLUG_MAX, unique=True, validators=[SLUG_VALIDATOR])
    title = models.CharField(_("titre"), max_length=TITLE_MAX)
    summary = models.CharField(_("résumé"), max_length=SUMMARY_MAX, blank=True)
    theme = models.ForeignKey(
        Theme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dashboards",
        verbose_name=_("thème"),
    )
    producer = models.ForeignKey(
        Group,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="produced_dashboards",
        verbose_name=_("producteur"),
        help_text=_("Ses membres qui ont le droit de changer des tableaux de bord changent celui-ci."),
    )
    is_public = models.BooleanField(_("public"), default=False)
    is_requestable = models.BooleanField(
        _("s’annonce"),
        default=False,
        help_text=_(
            "Son titre et son résumé paraissent à toute personne connectée, qui peut en demander l’accès."
        ),
    )
    portal = models.ForeignKey(
        Commune,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("portail"),
        help_text=_("Commune à laquelle ses données se limitent. Vide : tout le territoire."),
    )
    decision = models.CharField(_("décision éclairée"), max_length=DECISION_MAX, blank=True)
    decided_by = models.CharField(_("décision de"), max_length=DECIDED_BY_MAX, blank=True)
    plan = models.CharField(_("plan suivi"), max_length=PLAN_MAX, blank=True)
    plan_action = models.CharField(_("action suivie"), max_length=ACTION_MAX, blank=True)
    plan_axis = models.CharField(_("axe suivi"), max_length=AXIS_MAX, blank=True)
    draft = models.ForeignKey(
        "DashboardVersion",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("brouillon"),
    )
    published = models.ForeignKey(
        "DashboardVersion",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version publiée"),
    )
    revision = models.PositiveIntegerField(_("révision"), default=1, editable=False)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True)

    class Meta:
        verbose_name = _("tableau de bord")
        verbose_name_plural = _("tableaux de bord")
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(slug__regex=SLUG_PATTERN), name="dashboard_slug_format"),
            models.CheckConstraint(condition=~Q(title=""), name="dashboard_has_title"),
            models.CheckConstraint(
                condition=Q(plan_action="", plan_axis="")
                | (~Q(plan="") & (Q(plan_action="") | Q(plan_axis=""))),
                name="dashboard_follows_one_part_of_a_plan",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class DashboardGrant(AccessGrant):
    """A group or a person reads a dashboard, for a time or without end.

    It opens no data: each panel is read with the rights of its reader. Undated grants are the readers that the builder
    and the file of a dashboard write.
    """

    dashboard = models.ForeignKey(
        Dashboard, on_delete=models.CASCADE, related_name="grants", verbose_name=_("tableau de bord")
    )

    objects = AccessGrantQuerySet.as_manager()

    class Meta(AccessGrant.Meta):
        abstract = False
        verbose_name = _("droit sur un tableau de bord")
        verbose_name_plural = _("droits sur des tableaux de bord")
        ordering = ["dashboard", "group", "person"]

    def __str__(self) -> str:
        return f"{self.recipient} → {self.dashboard}"


class DashboardVersion(models.Model):
    """What a dashboard shows, at one time. Only the draft changes; what was published or set aside never does.

    ``document`` holds the keys of the published form that are no rights: see ``documents.writing.version_values``.
    """

    dashboard = models.ForeignKey(
        Dashboard, on_delete=models.CASCADE, related_name="versions", verbose_name=_("tableau de bord")
    )
    number = models.PositiveIntegerField(_("numéro"))
    document = models.JSONField(_("document"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("auteur"),
    )
    note = models.CharField(_("note"), max_length=NOTE_MAX, blank=True)
    created_at = models.DateTimeField(_("créée le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifiée le"), auto_now=True)
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("version de tableau de bord")
        verbose_name_plural = _("versions de tableaux de bord")
        ordering = ["dashboard", "-number"]
        constraints = [models.UniqueConstraint(fields=["dashboard", "number"], name="dashboard_version_once")]

    def __str__(self) -> str:
        return f"{self.dashboard} · version {self.number}"


class Favourite(models.Model):
    """A dashboard among somebody's favourites."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="favourite_dashboards",
        verbose_name=_("compte"),
    )
    dashboard = models.ForeignKey(
        Dashboard, on_delete=models.CASCADE, related_name="favourites", verbose_name=_("tableau de bord")
    )
    created_at = models.DateTimeField(_("ajouté le"), auto_now_add=True)

    class Meta:
        verbose_name = _("favori")
        verbose_name_plural = _("favoris")
        ordering = ["-created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "dashboard"], name="favourite_once")]

    def __str__(self) -> str:
        return f"{self.owner} · {self.dashboard}"


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


class PaperSize(models.TextChoices):
    """The sheet (ISO 216); the value is also that of CSS."""

    A4 = "a4", "A4"
    A3 = "a3", "A3"


class Orientation(models.TextChoices):
    """Which side of the sheet is up."""

    PORTRAIT = "portrait", _("Portrait")
    LANDSCAPE = "paysage", _("Paysage")


class PaperForm(models.TextChoices):
    """What kind of file a dashboard is written to; the value is its extension."""

    PDF = "pdf", _("PDF")
    HTML = "html", _("Page HTML autonome")


class MailFrequency(models.TextChoices):
    """How often a group gets a dashboard: on Mondays, or on the first of the month."""

    WEEKLY = "weekly", _("Chaque semaine")
    MONTHLY = "monthly", _("Chaque mois")


class LaidOut(models.Model):
    """How a dashboard is laid out in its file; ``has_tables``: with the data of its charts and maps."""

    size = models.CharField(_("papier"), max_length=2, choices=PaperSize.choices, default=PaperSize.A4)
    orientation = models.CharField(
        _("orientation"), max_length=8, choices=Orientation.choices, default=Orientation.PORTRAIT
    )
    has_tables = models.BooleanField(_("avec les données des graphiques"), default=False)

    class Meta:
        abstract = True


class PaperJob(LaidOut, FileJob):
    """A dashboard that a worker writes to a file. ``parameters`` are the filters of the page, as its address has them.

    ``rights_key`` stands for all the rights that it shows: those on every layer of the dashboard.
    """

    dashboard = models.ForeignKey(
        Dashboard, on_delete=models.CASCADE, related_name="+", verbose_name=_("tableau de bord")
    )
    total_panels = models.PositiveSmallIntegerField(_("panneaux demandés"))

    objects = JobQuerySet["PaperJob"].as_manager()

    class Meta(FileJob.Meta):
        abstract = False
        verbose_name = _("tableau de bord imprimé")
        verbose_name_plural = _("tableaux de bord imprimés")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="paper_job_state_known"),
            # Somebody who asks twice waits for one; nobody's requests are never put together.
            models.UniqueConstraint(
                fields=["owner", "digest"],
                condition=Q(state__in=UNFINISHED, owner__isnull=False),
                name="paper_job_once_for_each_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dashboard}.{self.extension}"

    @classmethod
    def folder(cls) -> Path:
        """Return where the files of these jobs are."""
        return Path(settings.DASHBOARD_FOLDER)

    @property
    def written_panels(self) -> int:
        """Panels that are written, while the file is."""
        return int(self.progress.get("panels", 0))

    @property
    def share(self) -> int:
        """Whole percents of the panels that are written: never all of them before the file is there."""
        if self.state == JobState.READY:
            return 100
        return min(95, 95 * self.written_panels // self.total_panels) if self.total_panels else 0


class DashboardSubscription(LaidOut):
    """A group whose members get a dashboard by e-mail, each with their own rights.

    ``portal`` is the commune of the portal it was set on. ``sent_on`` is the day of the last mailing; at first that of
    the subscription, so that the first one goes at the beginning of the next period.
    """

    dashboard = models.ForeignKey(
        Dashboard, on_delete=models.CASCADE, related_name="subscriptions", verbose_name=_("tableau de bord")
    )
    group = models.ForeignKey(
        Group, on_delete=models.CASCADE, related_name="dashboard_subscriptions", verbose_name=_("groupe")
    )
    frequency = models.CharField(_("fréquence"), max_length=7, choices=MailFrequency.choices)
    extension = models.CharField(_("format"), max_length=4, choices=PaperForm.choices, default=PaperForm.PDF)
    parameters = models.JSONField(_("filtres"), default=dict, blank=True)
    portal = models.CharField(_("commune du portail"), max_length=5, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("auteur"),
    )
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)
    sent_on = models.DateField(_("dernier envoi"))

    class Meta:
        verbose_name = _("envoi par courriel")
        verbose_name_plural = _("envois par courriel")
        ordering = ["dashboard", "group", "frequency"]
        constraints = [
            models.UniqueConstraint(
                fields=["dashboard", "group", "frequency"], name="dashboard_subscription_once"
            ),
            models.CheckConstraint(
                condition=Q(frequency__in=MailFrequency.values), name="dashboard_subscription_frequency_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dashboard} · {self.group}"
