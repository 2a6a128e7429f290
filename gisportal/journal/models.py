"""The one table of the journal. What makes it append-only and chained is in the database: see the first migration."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gisportal.journal.vocabulary import Event


class JournalEntry(models.Model):
    """Something that happened.

    The database writes ``at``, and at the end of the transaction seals the entry: ``number`` (no gap), ``previous``
    (the digest of the entry before) and ``digest`` (SHA-256 of all the rest). Then it refuses every change.
    ``actor_id`` is no foreign key: an account that leaves stays named here.
    """

    at = models.DateTimeField(_("instant"), db_index=True, db_default=Now())
    event = models.CharField(_("événement"), max_length=20, choices=Event)
    actor_id = models.BigIntegerField(_("compte"), null=True)
    actor_name = models.CharField(_("auteur"), max_length=150, blank=True, default="")
    address = models.CharField(_("adresse"), max_length=45, blank=True, default="")
    portal = models.CharField(_("commune du portail"), max_length=5, blank=True, default="")
    subject = models.CharField(_("concerne"), max_length=200, blank=True, default="")
    detail = models.JSONField(_("détail"), default=dict)
    number = models.BigIntegerField(_("numéro"), null=True, unique=True, editable=False)
    previous = models.CharField(_("empreinte précédente"), max_length=64, default="", editable=False)
    digest = models.CharField(_("empreinte"), max_length=64, default="", editable=False)

    class Meta:
        verbose_name = _("entrée du journal")
        verbose_name_plural = _("entrées du journal")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["event", "-at"], name="journal_by_event"),
            models.Index(fields=["actor_id", "-at"], name="journal_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.number or '—'} · {self.get_event_display()}"
