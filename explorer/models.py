"""What people write in the explorer: reports on features and their answers, saved views, files of entries."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from explorer.vocabulary import ReportCategory, ReportState

MESSAGE_MAX = 2_000
FEATURE_TITLE_MAX = 200
ADDRESS_MAX = 20_000
TITLE_MAX = 120
__all__ = [
    "ADDRESS_MAX",
    "FEATURE_TITLE_MAX",
    "MESSAGE_MAX",
    "TITLE_MAX",
    "AnswerMail",
    "EntryImport",
    "EntryImportState",
    "FeatureReport",
    "SavedView",
]


class FeatureReport(models.Model):
    """A problem reported on a feature, named by its layer's slug and its id: any layer, also after it is gone.

    ``title`` is what the feature was called for who reported it. ``email`` is only there to answer: it is emptied when
    the report is closed, and a constraint holds to it.
    """

    layer = models.SlugField(_("couche"), max_length=63)
    feature = models.BigIntegerField(_("objet"))
    title = models.CharField(_("nom de l’objet"), max_length=FEATURE_TITLE_MAX, blank=True, default="")
    category = models.CharField(_("nature du problème"), max_length=20, choices=ReportCategory)
    message = models.TextField(_("description"), validators=[MaxLengthValidator(MESSAGE_MAX)])
    email = models.EmailField(_("adresse électronique"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("compte"),
    )
    state = models.CharField(_("état"), max_length=15, choices=ReportState, default=ReportState.NEW)
    answer = models.TextField(
        _("réponse"), blank=True, default="", validators=[MaxLengthValidator(MESSAGE_MAX)]
    )
    answered_at = models.DateTimeField(_("répondu le"), null=True, blank=True)
    created_at = models.DateTimeField(_("reçu le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True)

    class Meta:
        verbose_name = _("signalement")
        verbose_name_plural = _("signalements")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["layer", "feature"], name="report_feature")]
        constraints = [
            models.CheckConstraint(
                condition=Q(category__in=ReportCategory.values), name="report_category_known"
            ),
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="report_state_known"),
            models.CheckConstraint(
                condition=~Q(message="") & Q(LessThanOrEqual(Length("message"), MESSAGE_MAX)),
                name="report_message_length",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("answer"), MESSAGE_MAX)
                & (~Q(state=ReportState.ANSWERED) | ~Q(answer="")),
                name="report_answered_in_words",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.CLOSED) | Q(email=""), name="report_closed_forgets_email"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()} · {self.title or f'{self.layer}/{self.feature}'}"


class AnswerMail(models.Model):
    """An answer waiting for the e-mail server; it is deleted when it leaves, so that it leaves once.

    The queue of the workers has its number alone, so no address is in jobs or logs. ``email`` is empty when the
    message was given up, which is shown to who handles the report.
    """

    report = models.ForeignKey(
        FeatureReport, on_delete=models.CASCADE, related_name="mails", verbose_name=_("signalement")
    )
    email = models.EmailField(_("adresse électronique"), blank=True)
    answer = models.TextField(_("réponse"), validators=[MaxLengthValidator(MESSAGE_MAX)])
    is_linked = models.BooleanField(_("avec un lien vers la fiche"), default=True)
    created_at = models.DateTimeField(_("écrit le"), auto_now_add=True)

    class Meta:
        verbose_name = _("réponse à envoyer")
        verbose_name_plural = _("réponses à envoyer")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.pk}"


class SavedView(models.Model):
    """An address of the map under a name. It holds a question, not its answer, which depends on the reader.

    ``address`` is the query string, and ``#zoom/latitude/longitude`` when the view was framed.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("compte")
    )
    title = models.CharField(_("nom"), max_length=TITLE_MAX)
    address = models.TextField(_("adresse"), validators=[MaxLengthValidator(ADDRESS_MAX)])
    created_at = models.DateTimeField(_("enregistrée le"), auto_now_add=True)

    class Meta:
        verbose_name = _("vue enregistrée")
        verbose_name_plural = _("vues enregistrées")
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "title"], name="view_title_once"),
            models.CheckConstraint(condition=~Q(title=""), name="view_has_title"),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("address"), ADDRESS_MAX)), name="view_address_length"
            ),
        ]

    def __str__(self) -> str:
        return self.title


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
