"""The catalogue: themes, layers as administrators edit them, versions of styles."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.vocabulary import Frequency, Gender, LayerState, Licence, StyleState, Visibility

MAX_SMALLEST_COUNT = 1_000
# Collections of the API that are no layer.
RESERVED_SLUGS = ("catalogue",)


class Theme(models.Model):
    """A heading of the catalogue. ``token`` names its colour in the design tokens, ``icon`` its pictogram."""

    slug = models.SlugField(_("identifiant"), unique=True)
    title = models.CharField(_("titre"), max_length=80)
    token = models.CharField(_("couleur"), max_length=30, default="t-territory")
    icon = models.CharField(_("pictogramme"), max_length=40, default="map")
    rank = models.PositiveSmallIntegerField(_("rang"), default=100)

    class Meta:
        verbose_name = _("thème")
        verbose_name_plural = _("thèmes")
        ordering = ["rank", "title"]

    def __str__(self) -> str:
        return self.title


class Layer(models.Model):
    """What people read about a layer and who sees it. Its features are read through ``layers.access``."""

    slug = models.SlugField(_("identifiant"), max_length=63, unique=True)
    title = models.CharField(_("titre"), max_length=120)
    abstract = models.TextField(_("résumé"), blank=True)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="layers", verbose_name=_("thème"))
    producer = models.ForeignKey(
        Group,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("producteur"),
    )
    keywords = ArrayField(
        models.CharField(max_length=60), verbose_name=_("mots-clés"), default=list, blank=True
    )
    synonyms = models.JSONField(
        _("aussi appelé"),
        default=dict,
        blank=True,
        help_text=_(
            "D’autres mots pour la couche, ses champs et leurs valeurs, que la recherche et les questions comprennent."
        ),
    )
    noun = models.CharField(
        _("un objet s’appelle"),
        max_length=80,
        blank=True,
        help_text=_("Sans article, comme dans une phrase : station de vélos."),
    )
    noun_plural = models.CharField(
        _("plusieurs s’appellent"), max_length=80, blank=True, help_text=_("Vide : d’après le singulier.")
    )
    noun_gender = models.CharField(_("genre du nom"), max_length=1, choices=Gender, default=Gender.MASCULINE)
    licence = models.CharField(_("licence"), max_length=20, choices=Licence, default=Licence.ETALAB_2)
    frequency = models.CharField(_("fréquence"), max_length=20, choices=Frequency, default=Frequency.UNKNOWN)
    contact = models.EmailField(_("contact"), blank=True)
    source = models.CharField(_("source"), max_length=400, blank=True)
    is_sample = models.BooleanField(
        _("données d’exemple"), default=False, help_text=_("Affiché sur la couche et sur chaque fiche.")
    )
    state = models.CharField(_("état"), max_length=10, choices=LayerState, default=LayerState.PUBLISHED)
    visibility = models.CharField(
        _("visibilité"), max_length=10, choices=Visibility, default=Visibility.INTERNAL
    )
    style = models.JSONField(
        _("style"), default=dict, blank=True, help_text=_("Remplace le style de la définition.")
    )
    smallest_count = models.PositiveSmallIntegerField(
        _("plus petit effectif publié"),
        default=0,
        validators=[MaxValueValidator(MAX_SMALLEST_COUNT)],
        help_text=_(
            "Les statistiques masquent les groupes qui comptent moins d’objets, et ceux qui les feraient déduire. "
            "0 : aucun."
        ),
    )
    is_requestable = models.BooleanField(
        _("s’annonce à qui ne la lit pas"),
        default=False,
        help_text=_(
            "Les comptes qui ne lisent pas la couche voient sa carte, sans donnée, et peuvent demander l’accès."
        ),
    )
    is_use_public = models.BooleanField(
        _("montre ses usages"),
        default=False,
        help_text=_("Qui voit la couche lit aussi combien elle est consultée, téléchargée et moissonnée."),
    )
    allows_links = models.BooleanField(
        _("se donne par un lien"),
        default=True,
        help_text=_("Un lien sans compte vers un tableau de bord ou une carte peut la lire."),
    )
    is_sensitive = models.BooleanField(_("sensible"), default=False, help_text=_("Aucun lien ne l’ouvre."))
    sensitive_fields = ArrayField(
        models.CharField(max_length=63),
        verbose_name=_("champs sensibles"),
        default=list,
        blank=True,
        help_text=_(
            "Identifiants de champs ou de relations qu’aucun lien n’ouvre, séparés par des virgules."
        ),
    )
    suppression_seed = models.UUIDField(_("graine du secret statistique"), default=uuid4, editable=False)
    created_at = models.DateTimeField(_("créée le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifiée le"), auto_now=True)
    # Written by a trigger when everybody first sees the layer, whoever publishes it, and never changed (ADR 0080).
    first_published_at = models.DateTimeField(
        _("publique pour la première fois"), null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("couche")
        verbose_name_plural = _("couches")
        ordering = ["theme__rank", "title"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LayerState.values), name="layer_state_known"),
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_SLUGS),
                name="layer_slug_not_reserved",
                violation_error_message=_(
                    "Cet identifiant est celui du catalogue dans l’API : choisissez-en un autre."
                ),
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="layer_visibility_known"
            ),
            models.CheckConstraint(
                condition=Q(smallest_count__lte=MAX_SMALLEST_COUNT), name="layer_smallest_count_bounded"
            ),
            models.CheckConstraint(
                condition=~Q(visibility=Visibility.STATISTICS) | Q(smallest_count__gte=2),
                name="layer_statistics_suppressed",
                violation_error_message=_(
                    "Des statistiques ouvertes d’une couche interne taisent les petits effectifs : "
                    "donnez le plus petit effectif publié, 2 au moins."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether the public sees the layer."""
        return self.visibility == Visibility.OPEN

    @property
    def has_open_statistics(self) -> bool:
        """Whether the public reads the counts of an internal layer, small ones suppressed, and none of its rows."""
        return self.visibility == Visibility.STATISTICS


STYLE_NOTE_MAX = 300


class AuthoredModel(models.Model):
    """A row that somebody wrote: ``author`` is None once the account is gone, or when the portal itself wrote it."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("auteur"),
    )

    class Meta:
        abstract = True


class StyleVersion(AuthoredModel):
    """A style of a layer at one time. Only the draft changes; what was published or set aside never does.

    ``document`` is that of ``layers.styles.documents``: what differs from the style of the definition. ``base`` is the
    version that was published when the draft was begun; ``revision`` grows with each write of a draft.
    """

    layer = models.ForeignKey(
        Layer, on_delete=models.CASCADE, related_name="style_versions", verbose_name=_("couche")
    )
    number = models.PositiveIntegerField(_("numéro"))
    document = models.JSONField(_("document"), default=dict)
    state = models.CharField(_("état"), max_length=10, choices=StyleState, default=StyleState.DRAFT)
    base = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version de départ"),
    )
    revision = models.PositiveIntegerField(_("révision"), default=1)
    note = models.CharField(_("note"), max_length=STYLE_NOTE_MAX, blank=True)
    created_at = models.DateTimeField(_("créée le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifiée le"), auto_now=True)
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("version de style")
        verbose_name_plural = _("versions de styles")
        ordering = ["layer", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["layer", "number"], name="style_version_once"),
            models.UniqueConstraint(
                fields=["layer"], condition=Q(state=StyleState.DRAFT), name="style_version_one_draft"
            ),
            models.UniqueConstraint(
                fields=["layer"], condition=Q(state=StyleState.PUBLISHED), name="style_version_one_published"
            ),
            models.CheckConstraint(
                condition=Q(state__in=StyleState.values), name="style_version_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.layer} · style {self.number}"
