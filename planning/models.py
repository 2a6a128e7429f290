"""The rules of the sheet « Ce qui s’applique ici »: which layers it reads, how, and in which words.

A rule names a layer by its slug, which may not exist: the sheet then says that it did not look. Another layer (noise,
floods, right of pre-emption) joins by a row, without code.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from layers.models import AuthoredModel, FileJob, JobQuerySet
from layers.vocabulary import UNFINISHED, JobState
from planning.vocabulary import (
    CautionLevel,
    Family,
    PlotState,
    Relation,
    ServiceRelation,
    ToolRole,
    Verdict,
)
from plui.models import PlanVersion
from plui.vocabulary import IDURBA_PATTERN
from webforms.models import Answer, Form

MAX_DISTANCE_M = 2_000
MAX_FEATURES = 200
MAX_DETAILS = 8


class ApplicableRule(models.Model):
    """What the sheet reads of a layer.

    ``rows`` is a CQL2 filter (OGC 21-065r2); ``code_field`` and ``detail_fields`` name fields of the layer: one that a
    person does not read is left out of their sheet. ``absence`` is what the sheet says when the layer is not there, or
    hidden from who reads: the same words for both. Without ``layer`` a rule is only that sentence.
    """

    title = models.CharField(_("titre"), max_length=120)
    family = models.CharField(_("famille"), max_length=20, choices=Family)
    layer = models.SlugField(_("couche"), max_length=80, blank=True)
    relation = models.CharField(
        _("relation au terrain"), max_length=10, choices=Relation, default=Relation.OVERLAPS
    )
    distance_m = models.PositiveIntegerField(
        _("distance en mètres"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_DISTANCE_M)],
    )
    at_most = models.PositiveSmallIntegerField(
        _("objets au plus"),
        default=50,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_FEATURES)],
        help_text=_("Au-delà, la fiche dit qu’il y en a d’autres."),
    )
    rows = models.CharField(
        _("lignes"), max_length=1_000, blank=True, help_text=_("Filtre CQL2 ; vide : toutes.")
    )
    code_field = models.CharField(_("champ du code"), max_length=80, blank=True)
    detail_fields = ArrayField(
        models.CharField(max_length=80),
        verbose_name=_("champs de détail"),
        default=list,
        blank=True,
        size=MAX_DETAILS,
    )
    lists_absent_codes = models.BooleanField(
        _("dire les codes sans aucun objet"),
        default=False,
        help_text=_("Les valeurs du champ du code qu’aucun objet de la couche ne porte : « non livré »."),
    )
    words = models.TextField(_("explication"), max_length=600, blank=True)
    absence = models.TextField(
        _("si la couche n’est pas lisible"),
        max_length=600,
        blank=True,
        help_text=_("Ce que la fiche dit alors ; vide : rien."),
    )
    order = models.PositiveSmallIntegerField(_("ordre"), default=100)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("règle de la fiche")
        verbose_name_plural = _("règles de la fiche")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(family__in=Family.values), name="applicablerule_family_known"),
            models.CheckConstraint(
                condition=Q(relation__in=Relation.values), name="applicablerule_relation_known"
            ),
            models.CheckConstraint(
                condition=Q(distance_m__isnull=True) | Q(distance_m__range=(1, MAX_DISTANCE_M)),
                name="applicablerule_distance_bounded",
            ),
            models.CheckConstraint(
                condition=Q(relation__in=[Relation.OVERLAPS, Relation.NEAREST]) | Q(distance_m__isnull=False),
                name="applicablerule_distance_given",
                violation_error_message=_("Cette relation demande une distance."),
            ),
            models.CheckConstraint(
                condition=Q(at_most__range=(1, MAX_FEATURES)), name="applicablerule_at_most_bounded"
            ),
            models.CheckConstraint(
                condition=~Q(layer="") | ~Q(absence=""),
                name="applicablerule_says_something",
                violation_error_message=_("Nommez une couche, ou écrivez ce que la fiche ne regarde pas."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RuleCaution(models.Model):
    """A caution about the features of a rule that a CQL2 filter selects; about all of them without one."""

    rule = models.ForeignKey(
        ApplicableRule, on_delete=models.CASCADE, related_name="cautions", verbose_name=_("règle")
    )
    rows = models.CharField(_("lignes"), max_length=1_000, blank=True)
    level = models.CharField(_("place"), max_length=10, choices=CautionLevel, default=CautionLevel.NOTE)
    words = models.TextField(_("texte"), max_length=600)
    order = models.PositiveSmallIntegerField(_("ordre"), default=100)

    class Meta:
        verbose_name = _("mise en garde de la fiche")
        verbose_name_plural = _("mises en garde de la fiche")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=CautionLevel.values), name="rulecaution_level_known"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="rulecaution_words_given"),
        ]

    def __str__(self) -> str:
        return self.words[:80]


class SheetListJob(FileJob):
    """The sheets of a list of parcels in one file that a worker writes.

    ``parameters`` hold ``parcels``, their identifiers, ``faults``, the lines that mean none (number, text, reason,
    places near), and ``layers``, those of the rules, whose rights make ``rights_key``.
    """

    total_parcels = models.PositiveIntegerField(_("parcelles demandées"))

    objects = JobQuerySet["SheetListJob"].as_manager()

    class Meta(FileJob.Meta):
        abstract = False
        verbose_name = _("fiches d’une liste de parcelles")
        verbose_name_plural = _("fiches de listes de parcelles")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="sheet_list_state_known"),
            # Somebody who asks twice waits for one; nobody's requests are never put together.
            models.UniqueConstraint(
                fields=["owner", "digest"],
                condition=Q(state__in=UNFINISHED, owner__isnull=False),
                name="sheet_list_once_for_each_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.total_parcels}.{self.extension}"

    @classmethod
    def folder(cls) -> Path:
        """Return where the files of these jobs are."""
        return Path(settings.SHEETS_FOLDER)

    @property
    def written_parcels(self) -> int:
        """Parcels that are read, while the file is written."""
        return int(self.progress.get("parcels", 0))

    @property
    def share(self) -> int:
        """Whole percents that are done: never all of them before the file is there."""
        if self.state == JobState.READY:
            return 100
        return min(99, 100 * self.written_parcels // self.total_parcels) if self.total_parcels else 0


class InventoryJob(FileJob):
    """An inventory that a worker writes: the slug of its layer; ``parameters`` are its conditions, by field."""

    layer = models.SlugField(_("couche"), max_length=80)

    objects = JobQuerySet["InventoryJob"].as_manager()

    class Meta(FileJob.Meta):
        abstract = False
        verbose_name = _("inventaire imprimé")
        verbose_name_plural = _("inventaires imprimés")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="inventory_state_known"),
            # Somebody who asks twice waits for one; nobody's requests are never put together.
            models.UniqueConstraint(
                fields=["owner", "digest"],
                condition=Q(state__in=UNFINISHED, owner__isnull=False),
                name="inventory_once_for_each_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.layer}.{self.extension}"

    @classmethod
    def folder(cls) -> Path:
        """Return where the files of these jobs are."""
        return Path(settings.INVENTORY_FOLDER)


class RegisterJob(FileJob):
    """The register of an inquiry that a worker writes; ``parameters`` has ``site``, which begins addresses in it."""

    inquiry = models.ForeignKey(
        "PublicInquiry", on_delete=models.CASCADE, related_name="+", verbose_name=_("enquête publique")
    )

    objects = JobQuerySet["RegisterJob"].as_manager()

    class Meta(FileJob.Meta):
        abstract = False
        verbose_name = _("registre imprimé")
        verbose_name_plural = _("registres imprimés")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="register_state_known"),
            models.UniqueConstraint(
                fields=["owner", "digest"],
                condition=Q(state__in=UNFINISHED, owner__isnull=False),
                name="register_once_for_each_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inquiry.slug}.{self.extension}"

    @classmethod
    def folder(cls) -> Path:
        """Return where the files of these jobs are."""
        return Path(settings.REGISTER_FOLDER)


class ToolLayer(models.Model):
    """A layer that the tools of planners read for a role; ``rows`` is a CQL2 filter (OGC 21-065r2).

    The layer may not exist, or be hidden from who reads: the tools then say that it is not loaded.
    """

    role = models.CharField(_("rôle"), max_length=20, choices=ToolRole)
    layer = models.SlugField(_("couche"), max_length=80)
    rows = models.CharField(
        _("lignes"), max_length=1_000, blank=True, help_text=_("Filtre CQL2 ; vide : toutes.")
    )
    order = models.PositiveSmallIntegerField(_("ordre"), default=100)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("couche des outils d’urbanisme")
        verbose_name_plural = _("couches des outils d’urbanisme")
        ordering = ["role", "order", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=ToolRole.values), name="toollayer_role_known"),
            models.CheckConstraint(condition=~Q(layer=""), name="toollayer_layer_given"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} : {self.layer}"


class ConsultedService(models.Model):
    """A service to consult where features of a layer are on the place, or near it; everywhere without ``layer``.

    ``occasion`` says when: for which request, of which size. ``contact`` is that of a service, not of a person.
    """

    service = models.CharField(_("service"), max_length=160)
    contact = models.CharField(_("contact"), max_length=254, blank=True)
    occasion = models.TextField(_("quand"), max_length=600, blank=True)
    legal_basis = models.CharField(_("texte"), max_length=160, blank=True)
    layer = models.SlugField(
        _("couche"), max_length=80, blank=True, help_text=_("Vide : ce service est consulté partout.")
    )
    rows = models.CharField(
        _("lignes"), max_length=1_000, blank=True, help_text=_("Filtre CQL2 ; vide : toutes.")
    )
    relation = models.CharField(
        _("relation au terrain"), max_length=10, choices=ServiceRelation, default=ServiceRelation.OVERLAPS
    )
    distance_m = models.PositiveIntegerField(
        _("distance en mètres"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_DISTANCE_M)],
    )
    order = models.PositiveSmallIntegerField(_("ordre"), default=100)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("service consulté")
        verbose_name_plural = _("services consultés")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(service=""), name="consultedservice_service_given"),
            models.CheckConstraint(
                condition=Q(relation__in=ServiceRelation.values), name="consultedservice_relation_known"
            ),
            models.CheckConstraint(
                condition=Q(distance_m__isnull=True) | Q(distance_m__range=(1, MAX_DISTANCE_M)),
                name="consultedservice_distance_bounded",
            ),
            models.CheckConstraint(
                condition=~Q(relation=ServiceRelation.WITHIN) | Q(distance_m__isnull=False),
                name="consultedservice_distance_given",
                violation_error_message=_("Cette relation demande une distance."),
            ),
        ]

    def __str__(self) -> str:
        return self.service


class ReservedPlot(models.Model):
    """What the portal knows of a reserved plot beside its drawing: who benefits, since when, in which state.

    The standard CNIG PLU has no column for the beneficiary: the plot is joined to the prescriptions 05 of its document
    (IDURBA) whose label on the plan (TXT) is ``number``; several drawings may be of one plot. ``note`` is for the team.
    """

    idurba = models.CharField(
        _("document (IDURBA)"), max_length=30, validators=[RegexValidator(IDURBA_PATTERN)]
    )
    number = models.CharField(
        _("numéro"), max_length=10, help_text=_("L’étiquette sur le plan (TXT) des prescriptions 05.")
    )
    purpose = models.CharField(_("destination"), max_length=254, blank=True)
    beneficiary = models.CharField(_("bénéficiaire"), max_length=160, blank=True)
    origin = models.DateField(_("inscrit le"), null=True, blank=True)
    state = models.CharField(_("état"), max_length=10, choices=PlotState, default=PlotState.OPEN)
    note = models.TextField(
        _("note"), max_length=2_000, blank=True, help_text=_("Lue par l’équipe seule, jamais publiée.")
    )
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True)

    class Meta:
        verbose_name = _("emplacement réservé")
        verbose_name_plural = _("emplacements réservés")
        ordering = ["idurba", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["idurba", "number"],
                name="reservedplot_number_once",
                violation_error_message=_("Cet emplacement est déjà décrit."),
            ),
            models.CheckConstraint(condition=~Q(number=""), name="reservedplot_number_given"),
            models.CheckConstraint(condition=Q(state__in=PlotState.values), name="reservedplot_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.idurba})"


class PublicInquiry(models.Model):
    """A version of a plan put to public inquiry: what is public of it before it is approved.

    ``opens_on`` and ``closes_on`` are its first and last day, both included, in the time zone of the portal, and those
    of ``form``, which takes the remarks. ``readers`` is the group of the commissioner: its members read every answer to
    the form and write their opinion of it, without any right on the layer.
    """

    slug = models.SlugField(_("adresse"), max_length=80, unique=True)
    version = models.OneToOneField(
        PlanVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("version du plan")
    )
    notice = models.TextField(_("avis d’enquête"), max_length=5_000)
    commissioner = models.CharField(_("commissaire enquêteur"), max_length=160)
    opens_on = models.DateField(_("premier jour"))
    closes_on = models.DateField(_("dernier jour"), help_text=_("Ce jour compris."))
    form = models.OneToOneField(
        Form,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("formulaire des observations"),
    )
    readers = models.ForeignKey(
        Group,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("groupe du commissaire enquêteur"),
        help_text=_("Ses membres lisent toutes les observations et écrivent leur avis."),
    )
    updated_at = models.DateTimeField(_("modifiée le"), auto_now=True)

    class Meta:
        verbose_name = _("enquête publique")
        verbose_name_plural = _("enquêtes publiques")
        ordering = ["-opens_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("closes_on")),
                name="publicinquiry_days_in_order",
                violation_error_message=_("Le dernier jour précède le premier."),
            ),
        ]

    def __str__(self) -> str:
        return self.version.title


class RemarkOpinion(AuthoredModel):
    """What the commissioner thinks of a remark: an answer to the form of an inquiry."""

    answer = models.OneToOneField(
        Answer, on_delete=models.CASCADE, related_name="opinion", verbose_name=_("observation")
    )
    verdict = models.CharField(_("avis"), max_length=12, choices=Verdict, blank=True)
    text = models.TextField(_("réponse"), max_length=4_000, blank=True)
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True)

    class Meta:
        verbose_name = _("avis sur une observation")
        verbose_name_plural = _("avis sur des observations")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="") | Q(verdict__in=Verdict.values), name="remarkopinion_verdict_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_verdict_display()
