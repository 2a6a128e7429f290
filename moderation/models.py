"""Steps of the rows of moderated layers, and the messages between their authors and who approves them.

The state itself is a column of the row: these tables say how it came there. A row is named by its layer and its id.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.gis.db.models import GeometryField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from layers.models import Layer

REASON_MAX, MESSAGE_MAX = 1_000, 1_000


class ModeratedRow(models.Model):
    """Where a row of a layer is in its moderation: since when it is in its state, and who reads what it waits for.

    ``is_to_review``: it went public at once, because it was urgent, and somebody has still to look at it.
    """

    layer = models.ForeignKey(
        Layer, on_delete=models.CASCADE, related_name="moderated_rows", verbose_name=_("couche")
    )
    row = models.BigIntegerField(_("objet"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("auteur"),
    )
    state = models.CharField(_("état"), max_length=20)
    since = models.DateTimeField(_("depuis"))
    is_to_review = models.BooleanField(_("à revoir"), default=False)

    class Meta:
        verbose_name = _("objet modéré")
        verbose_name_plural = _("objets modérés")
        ordering = ["layer", "since", "row"]
        constraints = [models.UniqueConstraint(fields=["layer", "row"], name="moderated_row_once")]
        indexes = [
            models.Index(fields=["layer", "state", "since"], name="moderated_row_by_state"),
            models.Index(fields=["author", "since"], name="moderated_row_by_author"),
            models.Index(
                fields=["layer", "since"],
                condition=models.Q(is_to_review=True),
                name="moderated_row_to_review",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.layer} · {self.row}"


class RowStep(models.Model):
    """A step of a row: who, when, from which state to which, why. Of the first one, ``source`` is empty."""

    moderated = models.ForeignKey(
        ModeratedRow, on_delete=models.CASCADE, related_name="steps", verbose_name=_("objet modéré")
    )
    at = models.DateTimeField(_("instant"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("auteur"),
        help_text=_("Vide : le portail lui-même, ou une personne sans compte."),
    )
    transition = models.CharField(_("étape"), max_length=40)
    source = models.CharField(_("état de départ"), max_length=20, blank=True)
    target = models.CharField(_("état d’arrivée"), max_length=20)
    reason = models.CharField(_("motif"), max_length=REASON_MAX, blank=True)

    class Meta:
        verbose_name = _("étape d’un objet modéré")
        verbose_name_plural = _("étapes des objets modérés")
        ordering = ["moderated", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.moderated} · {self.target}"


class RowMessage(models.Model):
    """What the author of a row and who approves it say to each other; nobody else reads it."""

    moderated = models.ForeignKey(
        ModeratedRow, on_delete=models.CASCADE, related_name="messages", verbose_name=_("objet modéré")
    )
    at = models.DateTimeField(_("instant"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("auteur"),
    )
    text = models.CharField(_("message"), max_length=MESSAGE_MAX)

    class Meta:
        verbose_name = _("message sur un objet modéré")
        verbose_name_plural = _("messages sur les objets modérés")
        ordering = ["moderated", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.moderated} · {self.at:%Y-%m-%d}"


class ProposedChange(models.Model):
    """A change of a public row by somebody who does not approve it: it waits, and the public version stays.

    ``before`` and ``after`` are the values of the fields that change, by published name; ``geom`` is the new place, in
    EPSG:4326, empty where the row does not move. ``related`` are ``layers.services.moderation.RelatedChange`` values.
    Who approves accepts it or refuses it: then it is no more, and the step says so.
    """

    moderated = models.ForeignKey(
        ModeratedRow, on_delete=models.CASCADE, related_name="changes", verbose_name=_("objet modéré")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("auteur")
    )
    at = models.DateTimeField(_("proposée le"))
    before = models.JSONField(_("avant"), default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("après"), default=dict, encoder=DjangoJSONEncoder)
    geom = GeometryField(_("nouvel emplacement"), srid=4326, null=True, spatial_index=False)
    related = models.JSONField(_("ce qui change avec"), default=list, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("modification proposée")
        verbose_name_plural = _("modifications proposées")
        ordering = ["moderated", "at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["moderated", "author"], name="proposed_change_once_by_author")
        ]

    def __str__(self) -> str:
        return f"{self.moderated} · {self.author}"


class QueueReminder(models.Model):
    """That a person was reminded, on a day of Paris, of rows that wait for too long; one message a day."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("compte")
    )
    day = models.DateField(_("jour"))

    class Meta:
        verbose_name = _("rappel de modération")
        verbose_name_plural = _("rappels de modération")
        ordering = ["day", "person"]
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="queue_reminder_once")]

    def __str__(self) -> str:
        return f"{self.person} · {self.day:%Y-%m-%d}"
