"""Datasets, the versions of their schema, their deliveries, and the files that wait in the wizard.

A delivery has one physical table: the rows of delivery 7 of dataset 12 are in ``datasets.d12_v7`` (PostgreSQL schema
``datasets``). Putting a delivery online moves one pointer: readers see the former table or the new one, and never
wait.

The file of an upload is private: it has a random name in a folder of the media that no address serves, only its
owner's steps of the wizard read it, and it is deleted with its row (see ``datasets.imports.uploads``).
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from datasets.definitions import DatasetSchema
from datasets.sql import Names
from datasets.vocabulary import UPLOAD_STAGES, WAITS, DeliveryState, Severity, UploadStage, UploadWork
from layers.models import Job, JobQuerySet, Layer
from layers.vocabulary import JobState

UPLOAD_FOLDER = "imports"
_UPLOAD_STATES = [state for state in JobState if state is not JobState.EXPIRED]


class Dataset(models.Model):
    """A layer without code. Its title, rights and metadata are those of its catalogue row."""

    layer = models.OneToOneField(
        Layer, on_delete=models.CASCADE, related_name="dataset", verbose_name=_("couche")
    )
    online = models.ForeignKey(
        "Delivery",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("en ligne"),
    )
    is_edited_in_place = models.BooleanField(
        _("les lignes se modifient sur place"),
        default=True,
        help_text=_(
            "Qui en a le droit ajoute, modifie et supprime ses lignes une à une, sans nouveau fichier."
        ),
    )
    is_moderated = models.BooleanField(
        _("les lignes sont modérées"),
        default=False,
        help_text=_("Ce qu’une personne ajoute ne se voit qu’une fois validé par une autre."),
    )
    moderation_rules = models.JSONField(
        _("règles de modération"), default=dict, blank=True, editable=False
    )  # ``datasets.moderation.ModerationRules``
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)

    class Meta:
        verbose_name = _("jeu de données")
        verbose_name_plural = _("jeux de données")
        ordering = ["layer__title"]

    def __str__(self) -> str:
        return str(self.layer)


class SchemaVersion(models.Model):
    """A version of a dataset's schema. It never changes once a delivery uses it."""

    dataset = models.ForeignKey(
        Dataset, on_delete=models.CASCADE, related_name="schemas", verbose_name=_("jeu")
    )
    number = models.PositiveIntegerField(_("numéro"))
    document = models.JSONField(_("descripteur"))
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)

    class Meta:
        verbose_name = _("version de schéma")
        verbose_name_plural = _("versions de schéma")
        ordering = ["dataset", "-number"]
        constraints = [models.UniqueConstraint(fields=["dataset", "number"], name="schema_number_once")]

    def __str__(self) -> str:
        return f"{self.dataset} · schéma {self.number}"

    @property
    def schema(self) -> DatasetSchema:
        """The schema as a value."""
        return DatasetSchema.from_json(self.document)


class Delivery(models.Model):
    """A file that was read into a table: its report, its comparison with what was online, its place in history."""

    dataset = models.ForeignKey(
        Dataset, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("jeu")
    )
    number = models.PositiveIntegerField(_("numéro"))
    schema_version = models.ForeignKey(
        SchemaVersion, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("schéma")
    )
    state = models.CharField(_("état"), max_length=10, choices=DeliveryState, default=DeliveryState.LOADING)
    file_name = models.CharField(_("fichier"), max_length=255)
    file_sha256 = models.CharField(_("empreinte"), max_length=64, blank=True)
    row_count = models.PositiveBigIntegerField(_("lignes"), default=0)
    report = models.JSONField(_("rapport"), default=dict)
    comparison = models.JSONField(_("comparaison"), default=dict)
    recipe = models.JSONField(
        _("lecture de la géométrie"), default=dict, editable=False
    )  # ``GeometryRecipe`` as a dictionary: what was chosen stands for the next file
    is_recorded = models.BooleanField(
        _("historique des lignes"), default=False, editable=False
    )  # not of versions loaded before rows were edited in place, until they are online
    edit_choices = models.JSONField(
        _("choix sur les lignes modifiées"), default=dict, editable=False
    )  # ``datasets.edits.choices.EditChoices`` as a dictionary; empty until somebody decides
    has_states = models.BooleanField(
        _("les lignes ont un état"), default=False, editable=False
    )  # its table has the columns of moderation
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("livré par"),
    )
    created_at = models.DateTimeField(_("livrée le"), auto_now_add=True)
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("publiée par"),
    )
    is_restored = models.BooleanField(_("remise en ligne"), default=False)

    class Meta:
        verbose_name = _("livraison")
        verbose_name_plural = _("livraisons")
        ordering = ["dataset", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="delivery_number_once"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset} · version {self.number}"

    @property
    def names(self) -> Names:
        """The names of its tables in the database schema ``datasets``."""
        return Names(self.dataset_id, self.number)

    @property
    def derived_from(self) -> int | None:
        """The number of the version whose rows it was made from, without a file; None for any other."""
        number: int | None = self.report.get("derived_from")
        return number

    @property
    def origin(self) -> str:
        """The name of its file; without one, that its rows come from the version before, or from nowhere yet."""
        if self.file_name:
            return self.file_name
        return (
            gettext("schéma modifié")
            if self.derived_from is not None
            else gettext("couche créée sans fichier")
        )

    @property
    def waits(self) -> bool:
        """Whether it waits for somebody, who may give it up."""
        return self.state in WAITS

    @property
    def is_outdated(self) -> bool:
        """Whether it waits to be published while a later version is online."""
        online = self.dataset.online
        return self.state == DeliveryState.READY and online is not None and self.number < online.number

    @property
    def table(self) -> str:
        """The name of the delivery's table in the database schema ``datasets``."""
        return self.names.table


class ReportLine(models.Model):
    """One finding about a delivery. All are counted in ``Delivery.report``; the first ones are stored here."""

    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="report_lines", verbose_name=_("livraison")
    )
    line = models.PositiveBigIntegerField(_("ligne"), default=0, help_text=_("0 : le fichier entier."))
    severity = models.CharField(_("gravité"), max_length=10, choices=Severity)
    code = models.CharField(_("code"), max_length=40)
    field = models.CharField(_("champ"), max_length=200, blank=True)
    value = models.CharField(_("valeur"), max_length=200, blank=True)
    reason = models.CharField(_("motif"), max_length=300)

    class Meta:
        verbose_name = _("constat")
        verbose_name_plural = _("constats")
        ordering = ["severity", "pk"]

    def __str__(self) -> str:
        return f"{self.line} · {self.field} · {self.reason}"


class Upload(Job):
    """One passage through the wizard: a job that is read, then loaded. ``dataset`` is empty for one still to be made.

    ``options`` holds what the portal understood and what the person said: how to read the file, the schema and the
    geometry they settled on. ``work`` is what the job is about, done or not; ``error`` says why the last work stopped;
    ``delivery`` is the last thing that came out of the file.
    """

    # Somebody's, where other jobs may be nobody's.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("déposé par")
    )
    dataset = models.ForeignKey(
        Dataset, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("jeu")
    )
    delivery = models.ForeignKey(
        Delivery,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("livraison"),
    )
    path = models.CharField(_("emplacement"), max_length=200)
    original_name = models.CharField(_("nom du fichier"), max_length=255)
    sha256 = models.CharField(_("empreinte"), max_length=64)
    size = models.PositiveBigIntegerField(_("octets"))
    options = models.JSONField(_("réglages"), default=dict)
    work = models.CharField(_("travail"), max_length=4, choices=UploadWork, default=UploadWork.READ)

    objects = JobQuerySet["Upload"].as_manager()

    class Meta(Job.Meta):
        abstract = False
        verbose_name = _("dépôt")
        verbose_name_plural = _("dépôts")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=_UPLOAD_STATES), name="upload_state_known"),
            models.CheckConstraint(condition=Q(work__in=UploadWork.values), name="upload_work_known"),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def stage(self) -> UploadStage:
        """Where the file is, for its pages."""
        return UPLOAD_STAGES[UploadWork(self.work), JobState(self.state)]

    @property
    def stage_label(self) -> str:
        """The stage in words: a file that could not be read was refused and deleted."""
        is_refused = self.stage is UploadStage.FAILED and not self.location.exists()
        return str(_("refusé") if is_refused else self.stage.label)

    @property
    def is_understood(self) -> bool:
        """Whether the file was read: its columns can be shown."""
        return "guess" in self.options

    @property
    def location(self) -> Path:
        """Where the file is."""
        return Path(settings.MEDIA_ROOT) / UPLOAD_FOLDER / self.path


class SchemaChange(Job):
    """A change of the schema of a large dataset, for a worker: what a person read of its plan, and accepted.

    ``document`` is the schema to come, ``digest`` that of the plan, ``accepted`` the codes of the losses; ``delivery``
    is what came out of it.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("demandé par")
    )
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="+", verbose_name=_("jeu"))
    document = models.JSONField(_("schéma"))
    digest = models.CharField(_("empreinte du plan"), max_length=64)
    accepted = models.JSONField(_("pertes acceptées"), default=list)
    delivery = models.ForeignKey(
        Delivery,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("livraison"),
    )

    objects = JobQuerySet["SchemaChange"].as_manager()

    class Meta(Job.Meta):
        abstract = False
        verbose_name = _("changement de schéma")
        verbose_name_plural = _("changements de schéma")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=_UPLOAD_STATES), name="schemachange_state_known")
        ]

    def __str__(self) -> str:
        return str(self.dataset)
