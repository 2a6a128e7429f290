"""Buildings and remarkable trees, with their pictures.

Of a building: what is known of it, how sure it is, and how well it is placed. Trees have the attribute names of
schema-arbre 0.3.1 (schema.data.gouv.fr, urban trees).
"""

from __future__ import annotations

from django.contrib.gis.db.models import PointField
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from heritage.vocabulary import (
    MERIMEE_PATTERN,
    PLUI_CODE_PATTERN,
    BuildingInterest,
    BuildingProtection,
    Century,
    Confidence,
    InventoryState,
    Landholding,
    TreeCriterion,
    TreeHealth,
    TreeProtection,
    TreeStage,
)
from layers.models import Feature, FeaturePhoto, keep_history

_CHECKS = ("position_verifiee_le", "merimee_verifiee_le", "protection_verifiee_le")


@keep_history("etat_inventaire")
class HeritageBuilding(Feature):
    """A building or site of heritage interest; ``precision_position`` is the probable error in metres.

    Each check of the inventory has the day it was made, None before: the state of the inventory follows from them.
    """

    denomination = models.CharField(_("dénomination"), max_length=160)
    adresse = models.CharField(_("adresse"), max_length=160, blank=True)
    datation = models.CharField(_("datation"), max_length=80, blank=True)
    siecle = models.CharField(_("siècle"), max_length=2, choices=Century, blank=True)
    auteur = models.CharField(_("auteur"), max_length=120, blank=True)
    protection = models.CharField(
        _("protection"), max_length=20, choices=BuildingProtection, default=BuildingProtection.A_VERIFIER
    )
    date_protection = models.DateField(_("date de protection"), null=True, blank=True)
    detail_protection = models.CharField(_("détail de la protection"), max_length=200, blank=True)
    ref_merimee = models.CharField(
        _("référence Mérimée"),
        max_length=13,
        blank=True,
        validators=[RegexValidator(MERIMEE_PATTERN)],
        help_text=_(
            "Référence de la notice POP, par exemple PA00088117 ; vide si elle n’a pas été vérifiée."
        ),
    )
    interet = ArrayField(
        models.CharField(max_length=15, choices=BuildingInterest),
        verbose_name=_("intérêt"),
        default=list,
        blank=True,
    )
    code_plui = models.CharField(
        _("code PLUi"),
        max_length=5,
        blank=True,
        validators=[RegexValidator(PLUI_CODE_PATTERN)],
        help_text=_("TYPEPSC-STYPEPSC du standard CNIG PLU, par exemple 07-01 : patrimoine bâti à protéger."),
    )
    precision_position = models.PositiveIntegerField(
        _("précision de la position"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(5000)],
        help_text=_("Erreur probable de la position, en mètres."),
    )
    source = models.CharField(_("source"), max_length=160, blank=True)
    confiance = models.CharField(_("confiance"), max_length=10, choices=Confidence, default=Confidence.MEDIUM)
    position_verifiee_le = models.DateField(
        _("position vérifiée le"),
        null=True,
        blank=True,
        help_text=_("Sur place, ou sur un plan plus précis que la source."),
    )
    merimee_verifiee_le = models.DateField(
        _("référence Mérimée vérifiée le"),
        null=True,
        blank=True,
        help_text=_("Dans la base POP, même si aucune notice n’y a été trouvée."),
    )
    protection_verifiee_le = models.DateField(
        _("protection vérifiée le"),
        null=True,
        blank=True,
        help_text=_("Sur l’arrêté ou dans le PLUi approuvé."),
    )
    etat_inventaire = models.GeneratedField(
        expression=Case(
            When(
                Q(**{f"{name}__isnull": False for name in _CHECKS}), then=Value(InventoryState.COMPLETE.value)
            ),
            When(Q(**{f"{name}__isnull": True for name in _CHECKS}), then=Value(InventoryState.TO_DO.value)),
            default=Value(InventoryState.STARTED.value),
        ),
        output_field=models.CharField(max_length=10),
        db_persist=True,
        choices=InventoryState.choices,
        verbose_name=_("état de l’inventaire"),
    )
    geom = PointField(_("position"), srid=4326, spatial_index=False)

    class Meta(Feature.Meta):
        verbose_name = _("bâtiment patrimonial")
        verbose_name_plural = _("bâtiments patrimoniaux")
        ordering = ["denomination", "pk"]
        constraints = [
            *Feature.Meta.constraints,
            models.CheckConstraint(
                condition=Q(protection__in=BuildingProtection.values), name="building_protection_known"
            ),
            models.CheckConstraint(
                condition=Q(siecle__in=["", *Century.values]), name="building_siecle_known"
            ),
            models.CheckConstraint(
                condition=Q(confiance__in=Confidence.values), name="building_confiance_known"
            ),
            models.CheckConstraint(
                condition=Q(interet__contained_by=BuildingInterest.values), name="building_interet_known"
            ),
            models.CheckConstraint(
                condition=Q(ref_merimee="") | Q(ref_merimee__regex=MERIMEE_PATTERN),
                name="building_merimee_format",
                violation_error_message=_("La référence Mérimée n’a pas la forme attendue."),
            ),
            models.CheckConstraint(
                condition=Q(code_plui="") | Q(code_plui__regex=PLUI_CODE_PATTERN),
                name="building_code_plui_format",
            ),
        ]

    def __str__(self) -> str:
        return self.denomination


@keep_history()
class RemarkableTree(Feature):
    """A remarkable tree; criteria, protection, ground, diagnosis, precision are ours, not schema-arbre's."""

    matricule = models.CharField(_("matricule"), max_length=30, blank=True)
    nom_vernaculaire = models.CharField(_("nom vernaculaire"), max_length=100)
    genre = models.CharField(_("genre"), max_length=50, blank=True)
    espece = models.CharField(_("espèce"), max_length=60, blank=True)
    famille = models.CharField(_("famille"), max_length=50, blank=True)
    cultivar_variete = models.CharField(_("cultivar ou variété"), max_length=60, blank=True)
    adresse = models.CharField(_("adresse"), max_length=160, blank=True)
    date_releve = models.DateField(_("date du relevé"), null=True, blank=True)
    date_plantation = models.DateField(_("date de plantation"), null=True, blank=True)
    stade_developpement = models.CharField(
        _("stade de développement"), max_length=2, choices=TreeStage, blank=True
    )
    hauteur = models.FloatField(
        _("hauteur"), null=True, blank=True, validators=[MinValueValidator(0)], help_text=_("En mètres.")
    )
    circonference = models.FloatField(
        _("circonférence"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Du tronc à 1,30 m du sol, en centimètres."),
    )
    diametre_couronne = models.FloatField(
        _("diamètre de la couronne"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("En mètres."),
    )
    remarquable = models.BooleanField(_("remarquable"), default=True)
    protege = models.BooleanField(_("protégé"), default=False)
    critere = ArrayField(
        models.CharField(max_length=20, choices=TreeCriterion),
        verbose_name=_("critères"),
        default=list,
        blank=True,
        help_text=_("Critères de l’inventaire des Hauts-de-Seine."),
    )
    protection = models.CharField(
        _("protection"), max_length=12, choices=TreeProtection, default=TreeProtection.AUCUNE
    )
    statut_foncier = models.CharField(
        _("statut foncier"), max_length=6, choices=Landholding, default=Landholding.PUBLIC
    )
    etat_sanitaire = models.CharField(_("état sanitaire"), max_length=12, choices=TreeHealth, blank=True)
    date_dernier_diagnostic = models.DateField(_("date du dernier diagnostic"), null=True, blank=True)
    precision_position = models.PositiveIntegerField(
        _("précision de la position"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(5000)],
        help_text=_("Erreur probable de la position, en mètres."),
    )
    source = models.CharField(_("source"), max_length=160, blank=True)
    geom = PointField(_("position"), srid=4326, spatial_index=False)

    class Meta(Feature.Meta):
        verbose_name = _("arbre remarquable")
        verbose_name_plural = _("arbres remarquables")
        ordering = ["nom_vernaculaire", "pk"]
        constraints = [
            *Feature.Meta.constraints,
            models.CheckConstraint(
                condition=Q(stade_developpement__in=["", *TreeStage.values]), name="tree_stade_known"
            ),
            models.CheckConstraint(
                condition=Q(critere__contained_by=TreeCriterion.values), name="tree_critere_known"
            ),
            models.CheckConstraint(
                condition=Q(protection__in=TreeProtection.values), name="tree_protection_known"
            ),
            models.CheckConstraint(
                condition=Q(statut_foncier__in=Landholding.values), name="tree_statut_known"
            ),
            models.CheckConstraint(
                condition=Q(etat_sanitaire__in=["", *TreeHealth.values]), name="tree_etat_sanitaire_known"
            ),
            models.CheckConstraint(
                condition=(
                    (Q(hauteur__isnull=True) | Q(hauteur__gt=0, hauteur__lte=120))
                    & (Q(circonference__isnull=True) | Q(circonference__gt=0, circonference__lte=3000))
                    & (
                        Q(diametre_couronne__isnull=True)
                        | Q(diametre_couronne__gt=0, diametre_couronne__lte=80)
                    )
                ),
                name="tree_measures_plausible",
                violation_error_message=_("Une mesure de l’arbre est hors des valeurs possibles."),
            ),
        ]

    def __str__(self) -> str:
        return self.nom_vernaculaire


@keep_history()
class BuildingPhoto(FeaturePhoto):
    """A picture of a heritage building."""

    building = models.ForeignKey(
        HeritageBuilding,
        on_delete=models.CASCADE,
        related_name="photos",
        verbose_name=_("bâtiment patrimonial"),
    )

    class Meta(FeaturePhoto.Meta):
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["pk"]


@keep_history()
class TreePhoto(FeaturePhoto):
    """A picture of a remarkable tree."""

    tree = models.ForeignKey(
        RemarkableTree, on_delete=models.CASCADE, related_name="photos", verbose_name=_("arbre remarquable")
    )

    class Meta(FeaturePhoto.Meta):
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["pk"]
