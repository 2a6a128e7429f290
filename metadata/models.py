"""What catalogues say of a layer beyond its row of the catalogue, its attachments, and the history of both.

A layer without a row here has only what its catalogue row says. Nothing names a person: a contact is a role.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.models import Layer
from metadata.vocabulary import (
    AccessReason,
    AccessRights,
    HvdCategory,
    InspireTheme,
    Language,
    TopicCategory,
)

ATTACHMENT_FOLDER = "attachments"


def attachment_folder() -> Path:
    """Return the private folder of the attachments; writers make it."""
    return Path(settings.MEDIA_ROOT) / ATTACHMENT_FOLDER


class LayerMetadata(models.Model):
    """The metadata of a layer. An empty value is unknown, or computed where the data say it.

    ``bounds`` (west, south, east, north in degrees) and the two dates replace what is computed of the rows.
    ``former_id`` is the identifier of the dataset on the portal that it comes from: its addresses are served for good.
    """

    layer = models.OneToOneField(
        Layer, on_delete=models.CASCADE, related_name="metadata", verbose_name=_("couche")
    )
    title_en = models.CharField(_("titre en anglais"), max_length=120, blank=True)
    abstract_en = models.TextField(_("résumé en anglais"), blank=True)
    keywords_en = ArrayField(
        models.CharField(max_length=60), verbose_name=_("mots-clés en anglais"), default=list, blank=True
    )
    lineage = models.TextField(_("généalogie"), blank=True)
    lineage_en = models.TextField(_("généalogie en anglais"), blank=True)
    quality = models.TextField(_("qualité"), blank=True)
    quality_en = models.TextField(_("qualité en anglais"), blank=True)
    language = models.CharField(_("langue"), max_length=3, choices=Language, default=Language.FRA)
    publisher = models.CharField(_("organisme qui publie"), max_length=255, blank=True)
    contact_name = models.CharField(
        _("service à contacter"), max_length=255, blank=True, help_text=_("Un service, jamais une personne.")
    )
    contact_url = models.URLField(_("formulaire de contact"), blank=True)
    bounds = ArrayField(models.FloatField(), verbose_name=_("emprise"), size=4, null=True, blank=True)
    starts_on = models.DateField(_("données depuis le"), null=True, blank=True)
    ends_on = models.DateField(_("données jusqu’au"), null=True, blank=True)
    access_rights = models.CharField(_("droits d’accès"), max_length=10, choices=AccessRights, blank=True)
    access_reason = models.CharField(
        _("motif de restriction"), max_length=40, choices=AccessReason, blank=True
    )
    hvd_category = models.CharField(
        _("données de forte valeur"), max_length=10, choices=HvdCategory, blank=True
    )
    schema_url = models.URLField(
        _("schéma"), blank=True, help_text=_("Adresse du schéma sur schema.data.gouv.fr.")
    )
    inspire_theme = models.CharField(_("thème INSPIRE"), max_length=2, choices=InspireTheme, blank=True)
    topic_category = models.CharField(
        _("catégorie ISO 19115"), max_length=40, choices=TopicCategory, blank=True
    )
    resolution_m = models.FloatField(_("résolution (m)"), null=True, blank=True)
    former_id = models.CharField(_("identifiant d’origine"), max_length=255, blank=True)
    updated_at = models.DateTimeField(_("modifiées le"), auto_now=True)

    class Meta:
        verbose_name = _("métadonnées d’une couche")
        verbose_name_plural = _("métadonnées des couches")
        ordering = ["layer"]
        constraints = [
            models.UniqueConstraint(
                fields=["former_id"], condition=~Q(former_id=""), name="metadata_former_id_once"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=models.F("starts_on")),
                name="metadata_period_ordered",
            ),
        ]

    def __str__(self) -> str:
        return str(self.layer)


class Attachment(models.Model):
    """A document of a layer: a notice, a picture. The file has a random name in a folder that no address lists."""

    layer = models.ForeignKey(
        Layer, on_delete=models.CASCADE, related_name="attachments", verbose_name=_("couche")
    )
    title = models.CharField(_("titre"), max_length=120)
    file_name = models.CharField(_("nom du fichier"), max_length=255)
    stored_name = models.CharField(_("nom dans le dossier"), max_length=80, unique=True, editable=False)
    media_type = models.CharField(_("type"), max_length=80)
    size = models.PositiveIntegerField(_("taille (octets)"))
    sha256 = models.CharField(_("empreinte"), max_length=64)
    former_id = models.CharField(_("identifiant d’origine"), max_length=255, blank=True)
    created_at = models.DateTimeField(_("ajoutée le"), auto_now_add=True)

    class Meta:
        verbose_name = _("pièce jointe")
        verbose_name_plural = _("pièces jointes")
        ordering = ["layer", "title", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def path(self) -> Path:
        """Where the file is."""
        return attachment_folder() / self.stored_name

    def delete_file(self) -> None:
        """Delete the file once the transaction that deletes the row is committed."""
        path = self.path
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


class MetadataChange(models.Model):
    """A change of the metadata of a layer: ``changes`` maps a field to its value before and after."""

    layer = models.ForeignKey(
        Layer, on_delete=models.CASCADE, related_name="metadata_changes", verbose_name=_("couche")
    )
    at = models.DateTimeField(_("instant"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("auteur"),
    )
    changes = models.JSONField(_("changements"))

    class Meta:
        verbose_name = _("changement de métadonnées")
        verbose_name_plural = _("changements de métadonnées")
        ordering = ["layer", "-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.layer} · {self.at:%d/%m/%Y}"
