"""A dataset, the versions of its schema, and its deliveries: one physical table each, one of them online.

The rows of delivery 7 of dataset 12 live in ``datasets.d12_v7`` (PostgreSQL schema ``datasets``). Putting a delivery
online moves one pointer: readers see the table before or the table after, never half of either, and wait for nobody.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from datasets.definitions import DatasetSchema
from datasets.sql.names import Names
from datasets.vocabulary import DeliveryState, Severity
from layers.models import Layer

DATABASE_SCHEMA = "datasets"


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
    def table(self) -> str:
        """The name of the delivery's table in the database schema ``datasets``."""
        return self.names.table


class ReportLine(models.Model):
    """One finding about a delivery. All are counted in ``Delivery.report``; the first ones are kept here."""

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
