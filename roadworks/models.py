"""Sites of road works with their phases, effects, road sections and orders. Names of fields are the published names.

A site is what is dug, by whom, when; an order (arrêté) is what gives it legal value, and is linked to it. Dates of a
site are those of its phases; its status, its disturbance and what becomes of traffic are computed, never typed.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib.gis.db.models import LineStringField, MultiLineStringField, PointField
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from layers.models import ExtendedFeature, FeaturePhoto, FileJob, JobQuerySet, VersionedModel, keep_history
from layers.vocabulary import UNFINISHED, JobState
from roadworks.vocabulary import (
    Direction,
    Disturbance,
    Impact,
    Mode,
    SiteOrigin,
    SiteState,
    SiteStatus,
    Traffic,
    WorkNature,
)


@keep_history()
class RoadWorks(ExtendedFeature):
    """A site of works: ``geom`` is along road sections, ``trace`` is what the author drew.

    ``etat`` is the state of its moderation, ``auteur_id`` the account that declared it. ``fin_reelle`` is the instant
    at which it ended before or after its planned end. ``source_id`` identifies it where it came from.
    """

    identifiant = models.CharField(_("identifiant"), max_length=40, unique=True)
    objet = models.CharField(_("objet"), max_length=200)
    description = models.TextField(_("description"), max_length=2_000, blank=True)
    voie = models.CharField(_("voie"), max_length=300, blank=True)
    nature = models.CharField(_("nature"), max_length=20, choices=WorkNature)
    maitre_ouvrage = models.CharField(_("maître d’ouvrage"), max_length=160)
    entreprise = models.CharField(_("entreprise"), max_length=160, blank=True)
    contact = models.CharField(
        _("contact"), max_length=160, blank=True, help_text=_("Nom et téléphone, jamais publics.")
    )
    date_debut = models.DateField(_("date de début"))
    date_fin = models.DateField(_("date de fin"))
    fin_reelle = models.DateTimeField(_("fin réelle"), null=True, blank=True)
    debut_confirme = models.BooleanField(_("début confirmé sur place"), default=False)
    fin_confirmee = models.BooleanField(_("fin confirmée sur place"), default=False)
    est_urgent = models.BooleanField(_("travaux urgents"), default=False)
    refait_chaussee = models.BooleanField(_("refait la chaussée"), default=False)
    deviation = models.TextField(_("déviation"), max_length=1_000, blank=True)
    trace_deviation = MultiLineStringField(
        _("tracé de la déviation"), srid=4326, null=True, blank=True, spatial_index=False
    )
    trace = MultiLineStringField(_("tracé saisi"), srid=4326, null=True, blank=True, spatial_index=False)
    statut = models.CharField(
        _("statut"), max_length=10, choices=SiteStatus, default=SiteStatus.TO_COME, editable=False
    )
    niveau_perturbation = models.CharField(
        _("niveau de perturbation"),
        max_length=20,
        choices=Disturbance,
        default=Disturbance.NONE,
        editable=False,
    )
    impact_circulation = models.CharField(
        _("impact sur la circulation"), max_length=24, choices=Traffic, default=Traffic.FREE, editable=False
    )
    etat = models.CharField(
        _("état"), max_length=10, choices=SiteState, default=SiteState.DRAFT, editable=False
    )
    auteur_id = models.BigIntegerField(_("compte de l’auteur"), null=True, editable=False)
    source = models.CharField(
        _("provenance"), max_length=10, choices=SiteOrigin, default=SiteOrigin.ENTERED, editable=False
    )
    source_id = models.CharField(_("identifiant d’origine"), max_length=80, blank=True, editable=False)
    geom = MultiLineStringField(_("tracé"), srid=4326, spatial_index=False)

    class Meta(ExtendedFeature.Meta):
        verbose_name = _("chantier")
        verbose_name_plural = _("chantiers")
        ordering = ["-date_debut", "pk"]
        constraints = [
            *ExtendedFeature.Meta.constraints,
            models.CheckConstraint(condition=Q(nature__in=WorkNature.values), name="road_works_nature_known"),
            models.CheckConstraint(condition=Q(etat__in=SiteState.values), name="road_works_state_known"),
            models.CheckConstraint(
                condition=Q(date_fin__gte=F("date_debut")),
                name="road_works_dates_ordered",
                violation_error_message=_("La fin des travaux suit leur début."),
            ),
            models.UniqueConstraint(
                fields=["source", "source_id"],
                condition=~Q(source_id=""),
                name="road_works_source_once",
            ),
        ]
        indexes = [
            *ExtendedFeature.Meta.indexes,
            models.Index(fields=["etat", "date_debut", "date_fin"], name="road_works_by_dates"),
            # One's own rows: ``etat IN (…) OR auteur_id = %s`` of everybody who signed in, ``auteur_id = %s`` of rights
            # on one's own rows alone (``layers.access``).
            models.Index(fields=["auteur_id"], name="road_works_by_author"),
        ]

    def __str__(self) -> str:
        return self.objet


@keep_history()
class Phase(VersionedModel):
    """Days and hours of a site: ``jours`` are ISO days of the week, all when empty; no hours means day and night.

    Hours that end before they begin go on until the next morning.
    """

    id = models.BigAutoField(_("identifiant"), primary_key=True)
    chantier = models.ForeignKey(
        RoadWorks, on_delete=models.CASCADE, related_name="phases", verbose_name=_("chantier")
    )
    numero = models.PositiveSmallIntegerField(_("numéro"))
    titre = models.CharField(_("titre"), max_length=120, blank=True)
    date_debut = models.DateField(_("du"))
    date_fin = models.DateField(_("au"))
    heure_debut = models.TimeField(_("de"), null=True, blank=True)
    heure_fin = models.TimeField(_("à"), null=True, blank=True)
    jours = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7)]),
        verbose_name=_("jours"),
        default=list,
        blank=True,
    )
    sauf_feries = models.BooleanField(_("sauf jours fériés"), default=False)

    class Meta(VersionedModel.Meta):
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        ordering = ["chantier", "numero"]
        constraints = [
            models.UniqueConstraint(fields=["chantier", "numero"], name="phase_number_once"),
            models.CheckConstraint(
                condition=Q(date_fin__gte=F("date_debut")),
                name="phase_dates_ordered",
                violation_error_message=_("La fin d’une phase suit son début."),
            ),
            models.CheckConstraint(
                condition=Q(heure_debut__isnull=True, heure_fin__isnull=True)
                | Q(heure_debut__isnull=False, heure_fin__isnull=False),
                name="phase_hours_both",
                violation_error_message=_("Une phase a ses deux heures, ou aucune."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chantier} · {self.numero}"


@keep_history()
class Effect(VersionedModel):
    """What a site does to a mode in a direction, in one phase, or in all of them when ``phase`` is empty."""

    id = models.BigAutoField(_("identifiant"), primary_key=True)
    chantier = models.ForeignKey(
        RoadWorks, on_delete=models.CASCADE, related_name="effets", verbose_name=_("chantier")
    )
    phase = models.ForeignKey(
        Phase,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="effets",
        verbose_name=_("phase"),
    )
    mode = models.CharField(_("mode"), max_length=14, choices=Mode)
    impact = models.CharField(_("effet"), max_length=8, choices=Impact)
    sens = models.CharField(_("sens"), max_length=7, choices=Direction, default=Direction.BOTH)

    class Meta(VersionedModel.Meta):
        verbose_name = _("effet")
        verbose_name_plural = _("effets")
        ordering = ["chantier", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["chantier", "phase", "mode", "sens"], name="effect_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="effect_mode_known"),
            models.CheckConstraint(condition=Q(impact__in=Impact.values), name="effect_impact_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_mode_display()} · {self.get_impact_display()}"


class SiteSection(VersionedModel):
    """The part of a road section (between two crossings) that a site takes, in the order of its line.

    ``cleabs`` identifies the section (IGN BD TOPO); feeds name their incidents by site, section and phase.
    """

    id = models.BigAutoField(_("identifiant"), primary_key=True)
    chantier = models.ForeignKey(
        RoadWorks, on_delete=models.CASCADE, related_name="troncons", verbose_name=_("chantier")
    )
    rang = models.PositiveSmallIntegerField(_("rang"))
    cleabs = models.CharField(_("tronçon"), max_length=24)
    voie = models.CharField(_("voie"), max_length=160, blank=True)
    nature = models.CharField(_("nature du tronçon"), max_length=24, blank=True)
    longueur_m = models.FloatField(_("longueur"))
    geom = LineStringField(_("tracé"), srid=4326)

    class Meta(VersionedModel.Meta):
        verbose_name = _("tronçon d’un chantier")
        verbose_name_plural = _("tronçons d’un chantier")
        ordering = ["chantier", "rang"]
        constraints = [models.UniqueConstraint(fields=["chantier", "rang"], name="site_section_rank_once")]
        indexes = [models.Index(fields=["cleabs"], name="site_section_by_road")]

    def __str__(self) -> str:
        return f"{self.chantier} · {self.rang}"


@keep_history()
class Order(VersionedModel):
    """An order (arrêté) that a site rests on; ``fichier`` is served to the public only when ``est_public``."""

    id = models.BigAutoField(_("identifiant"), primary_key=True)
    chantier = models.ForeignKey(
        RoadWorks, on_delete=models.CASCADE, related_name="arretes", verbose_name=_("chantier")
    )
    numero = models.CharField(_("numéro"), max_length=60)
    autorite = models.CharField(_("autorité"), max_length=160, blank=True)
    date = models.DateField(_("date"), null=True, blank=True)
    adresse = models.URLField(_("adresse du document"), max_length=400, blank=True)
    fichier = models.CharField(_("fichier"), max_length=200, blank=True, editable=False)
    est_public = models.BooleanField(_("déjà public"), default=False)

    class Meta(VersionedModel.Meta):
        verbose_name = _("arrêté")
        verbose_name_plural = _("arrêtés")
        ordering = ["chantier", "date", "pk"]
        constraints = [models.UniqueConstraint(fields=["chantier", "numero"], name="order_number_once")]

    def __str__(self) -> str:
        return self.numero


@keep_history()
class SitePhoto(FeaturePhoto):
    """The photo of a site; served to the public only when ``est_publique``: it has neither faces nor plates."""

    chantier = models.ForeignKey(
        RoadWorks, on_delete=models.CASCADE, related_name="photos", verbose_name=_("chantier")
    )
    est_publique = models.BooleanField(_("ni visage ni plaque"), default=False)

    class Meta(FeaturePhoto.Meta):
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["chantier", "pk"]


class WithdrawnSite(models.Model):
    """How a public site ended that was cancelled: what feeds say of it for an hour, without any text of its author.

    ``site`` is the id of the row, ``communes`` those that it goes into, ``content`` its road sections, phases and
    effects (``roadworks.feeds.withdrawals``).
    """

    site = models.BigIntegerField(_("chantier"), unique=True)
    at = models.DateTimeField(_("annulé le"), db_index=True)
    communes = ArrayField(models.CharField(max_length=5), verbose_name=_("communes"), default=list)
    content = models.JSONField(_("fin du chantier"), default=dict)

    class Meta:
        verbose_name = _("chantier annulé")
        verbose_name_plural = _("chantiers annulés")
        ordering = ["site"]

    def __str__(self) -> str:
        return str(self.site)


class CalendarJob(FileJob):
    """The works of a year on one A3 sheet that a worker writes; ``grouping`` is by commune or by company."""

    year = models.PositiveSmallIntegerField(_("année"))
    grouping = models.CharField(_("regroupement"), max_length=10)

    objects = JobQuerySet["CalendarJob"].as_manager()

    class Meta(FileJob.Meta):
        abstract = False
        verbose_name = _("calendrier de travaux imprimé")
        verbose_name_plural = _("calendriers de travaux imprimés")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="works_calendar_state_known"),
            # Somebody who asks twice waits for one; nobody's requests are never put together.
            models.UniqueConstraint(
                fields=["owner", "digest"],
                condition=Q(state__in=UNFINISHED, owner__isnull=False),
                name="works_calendar_once_for_each_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.grouping}.{self.extension}"

    @classmethod
    def folder(cls) -> Path:
        """Return where the files of these jobs are."""
        return Path(settings.ROAD_WORKS_FOLDER)


class StreetSubscription(models.Model):
    """An e-mail address that is told of the works around a place, without an account.

    Nothing but the link that confirms is sent before ``confirmed_at``. ``seen`` holds the last news of each site by
    its id, a digest and a title: what is equal is no news. ``version`` is that of the layer which they were read in.
    The place is in EPSG:4326, the radius in metres.
    """

    email = models.EmailField(_("adresse électronique"))
    label = models.CharField(_("lieu"), max_length=200)
    place = PointField(_("position"), srid=4326, spatial_index=False)
    radius_m = models.PositiveSmallIntegerField(_("rayon"), default=300)
    portal = models.CharField(_("portail"), max_length=5, blank=True)
    token = models.CharField(_("clé des liens"), max_length=43, unique=True)
    created_at = models.DateTimeField(_("demandé le"), auto_now_add=True)
    sent_at = models.DateTimeField(_("lien envoyé le"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmé le"), null=True, blank=True)
    version = models.BigIntegerField(_("version des travaux"), default=0)
    seen = models.JSONField(_("dit la dernière fois"), default=dict)

    class Meta:
        verbose_name = _("abonnement à une rue")
        verbose_name_plural = _("abonnements à une rue")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["email", "place", "portal"], name="street_subscription_once")
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.radius_m} m)"
