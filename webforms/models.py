"""Forms of a layer, their versions, the links that open them without an account, and the answers that came."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

from django.conf import settings
from django.contrib.gis.db.models import GeometryField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from interface.wording import last_day
from layers.models import AuthoredModel, FeaturePhoto, Layer
from webforms.documents import FormDocument, read_document
from webforms.vocabulary import INTRO_MAX, REASON_MAX, TITLE_MAX, AnswerState, Audience, FormState


class Form(models.Model):
    """A form that adds rows to a layer; ``published`` is the version that people fill, None before the first.

    ``opens_on`` and ``closes_on`` are the first and the last day of its answers, in the time zone of the portal; None
    for no bound.
    """

    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="forms", verbose_name=_("couche"))
    slug = models.SlugField(_("adresse"), max_length=80, unique=True)
    title = models.CharField(_("titre"), max_length=TITLE_MAX)
    intro = models.TextField(_("introduction"), blank=True, max_length=INTRO_MAX)
    thanks = models.TextField(_("remerciement"), blank=True, max_length=INTRO_MAX)
    audience = models.CharField(_("qui répond"), max_length=10, choices=Audience, default=Audience.ACCOUNTS)
    state = models.CharField(_("état"), max_length=10, choices=FormState, default=FormState.DRAFT)
    opens_on = models.DateField(_("ouvert à partir du"), null=True, blank=True)
    closes_on = models.DateField(
        _("ouvert jusqu’au"), null=True, blank=True, help_text=_("Ce jour compris ; vide : sans fin.")
    )
    published = models.ForeignKey(
        "webforms.FormVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version en ligne"),
    )
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)

    class Meta:
        verbose_name = _("formulaire")
        verbose_name_plural = _("formulaires")
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=FormState.values), name="form_state_known"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="form_audience_known"),
            models.CheckConstraint(
                condition=~Q(state=FormState.OPEN) | Q(published__isnull=False), name="form_open_is_published"
            ),
            models.CheckConstraint(
                condition=Q(opens_on=None) | Q(closes_on=None) | Q(opens_on__lte=F("closes_on")),
                name="form_days_in_order",
                violation_error_message=_("Le dernier jour précède le premier."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def takes_answers(self, day: dt.date) -> bool:
        """Whether a day lies within those of its answers."""
        is_begun = self.opens_on is None or self.opens_on <= day
        return is_begun and (self.closes_on is None or day <= self.closes_on)


class FormVersion(AuthoredModel):
    """A state of the document of a form; a published one never changes, a draft is the last of its form."""

    form = models.ForeignKey(
        Form, on_delete=models.CASCADE, related_name="versions", verbose_name=_("formulaire")
    )
    number = models.PositiveIntegerField(_("numéro"))
    document = models.JSONField(_("document"))
    digest = models.CharField(_("empreinte"), max_length=64)
    updated_at = models.DateTimeField(_("modifiée le"), auto_now=True)
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("version de formulaire")
        verbose_name_plural = _("versions de formulaires")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="form_version_number")]

    def __str__(self) -> str:
        return f"{self.form_id} v{self.number}"

    @cached_property
    def content(self) -> FormDocument:
        """The document, read."""
        return read_document(self.document)


class FormLink(AuthoredModel):
    """A link that opens a form to who holds it, until its end; only the SHA-256 of its token is stored."""

    form = models.ForeignKey(
        Form, on_delete=models.CASCADE, related_name="links", verbose_name=_("formulaire")
    )
    title = models.CharField(_("pour qui"), max_length=TITLE_MAX)
    digest = models.CharField(_("empreinte"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)
    expires_at = models.DateTimeField(_("fin"))
    revoked_at = models.DateTimeField(_("révoqué le"), null=True, blank=True)

    class Meta:
        verbose_name = _("lien de formulaire")
        verbose_name_plural = _("liens de formulaires")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def last_day(self) -> dt.date:
        """The last day on which it opens the form."""
        return last_day(self.expires_at)

    def is_living(self, at: dt.datetime) -> bool:
        """Whether it opens the form at an instant."""
        return self.revoked_at is None and at < self.expires_at


class Answer(models.Model):
    """What somebody sent by a version of a form, as it was read: nothing of it is lost, whatever its row holds.

    ``values`` are by name of item, lists of records by name of relation; ``geom`` is in EPSG:4326 (longitude,
    latitude). ``row`` is the id of the row that was written. ``sender`` is the keyed digest of the network or account,
    emptied after a month. ``problem`` says why no row could be written, ``digest`` is that of all that was sent.
    """

    key = models.UUIDField(_("identifiant d’envoi"), unique=True)
    version = models.ForeignKey(
        FormVersion, on_delete=models.PROTECT, related_name="answers", verbose_name=_("version")
    )
    values = models.JSONField(_("réponses"))
    geom = GeometryField(_("position"), srid=4326, null=True, blank=True, spatial_index=False)
    digest = models.CharField(_("empreinte"), max_length=64)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("compte"),
    )
    link = models.ForeignKey(
        FormLink,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name=_("lien"),
    )
    sender = models.CharField(_("expéditeur"), max_length=64, blank=True)
    state = models.CharField(_("état"), max_length=10, choices=AnswerState, default=AnswerState.WAITING)
    row = models.BigIntegerField(_("ligne"), null=True, blank=True)
    problem = models.TextField(_("empêchement"), blank=True)
    reason = models.CharField(_("motif"), max_length=REASON_MAX, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("décidée par"),
    )
    decided_at = models.DateTimeField(_("décidée le"), null=True, blank=True)
    received_at = models.DateTimeField(_("reçue le"), auto_now_add=True)

    class Meta:
        verbose_name = _("réponse")
        verbose_name_plural = _("réponses")
        ordering = ["-received_at", "-pk"]
        indexes = [models.Index(fields=["version", "state"], name="form_answer_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AnswerState.values), name="form_answer_state_known"),
            models.CheckConstraint(
                condition=~Q(state=AnswerState.REFUSED) | ~Q(reason=""), name="form_answer_refused_in_words"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number that its sender reads."""
        return self.key.hex[:8].upper()


class AnswerPhoto(FeaturePhoto):
    """A photo of an answer, until it becomes one of the row; ``item`` is the name of its item."""

    answer = models.ForeignKey(
        Answer, on_delete=models.CASCADE, related_name="photos", verbose_name=_("réponse")
    )
    item = models.CharField(_("question"), max_length=63)

    class Meta(FeaturePhoto.Meta):
        verbose_name = _("photo d’une réponse")
        verbose_name_plural = _("photos de réponses")
