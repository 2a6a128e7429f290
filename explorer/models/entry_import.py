"""Files of records that people import: compared first, saved once, undone by who saved them."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EntryImportState(models.TextChoices):
    """How far an import is."""

    COMPARED = "compared", _("Comparé")
    SAVED = "saved", _("Enregistré")
    UNDONE = "undone", _("Annulé")


class EntryImport(models.Model):
    """A file read for a layer: of the records of ``relation``, of the features' own fields when it is empty.

    ``lines`` are its texts; ``changes`` what it wrote, from which it is undone. It is its author's alone.
    """

    layer = models.CharField(_("couche"), max_length=100)
    relation = models.CharField(_("saisie"), max_length=100, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("compte")
    )
    file_name = models.CharField(_("fichier"), max_length=200)
    lines = models.JSONField(_("lignes"), encoder=DjangoJSONEncoder)
    changes = models.JSONField(_("changements"), encoder=DjangoJSONEncoder, default=list)
    state = models.CharField(
        _("état"), max_length=10, choices=EntryImportState, default=EntryImportState.COMPARED
    )
    created_at = models.DateTimeField(_("déposé le"), auto_now_add=True)
    saved_at = models.DateTimeField(_("enregistré le"), null=True, editable=False)

    class Meta:
        verbose_name = _("import de saisie")
        verbose_name_plural = _("imports de saisie")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=EntryImportState.values), name="entry_import_state_known"
            )
        ]

    def __str__(self) -> str:
        return self.file_name
