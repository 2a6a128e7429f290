"""Playgrounds and their file: equipment, inspections, works and photos.

French law (décret 96-1136) binds whoever runs a playground to regular upkeep and to a register of it; the
fields follow what such a file holds. Names of fields are the published names, hence French.
"""

from __future__ import annotations

from django.contrib.gis.db.models import PointField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from amenities.vocabulary import (
    EquipmentState,
    EquipmentType,
    InspectionResult,
    InspectionType,
    InterventionKind,
    InterventionState,
    PhotoZone,
    PlaygroundState,
    Shade,
    Surfacing,
)
from layers.models import Feature, FeaturePhoto, VersionedModel, keep_history


@keep_history()
class Playground(Feature):
    """A place where children play, at the point of its entrance or its middle."""

    nom = models.CharField(_("nom"), max_length=120)
    adresse = models.CharField(_("adresse"), max_length=200, blank=True)
    age_min = models.PositiveSmallIntegerField(_("âge minimal"), null=True, blank=True)
    age_max = models.PositiveSmallIntegerField(_("âge maximal"), null=True, blank=True)
    surface_m2 = models.FloatField(_("surface"), null=True, blank=True)
    sol_amortissant = models.CharField(_("sol amortissant"), max_length=20, choices=Surfacing, blank=True)
    cloture = models.BooleanField(_("clôture"), null=True, blank=True)
    accessibilite_pmr = models.BooleanField(
        _("accessible aux personnes à mobilité réduite"), null=True, blank=True
    )
    ombrage = models.CharField(_("ombrage"), max_length=10, choices=Shade, blank=True)
    point_eau = models.BooleanField(_("point d’eau"), null=True, blank=True)
    eclairage = models.BooleanField(_("éclairage"), null=True, blank=True)
    horaires = models.CharField(_("horaires"), max_length=200, blank=True)
    exploitant = models.CharField(_("exploitant"), max_length=120, blank=True)
    date_ouverture = models.DateField(_("date d’ouverture"), null=True, blank=True)
    etat = models.CharField(_("état"), max_length=10, choices=PlaygroundState, default=PlaygroundState.OUVERT)
    geom = PointField(_("position"), srid=4326, spatial_index=False)

    class Meta(Feature.Meta):
        verbose_name = _("aire de jeux")
        verbose_name_plural = _("aires de jeux")
        ordering = ["nom", "pk"]
        constraints = [
            *Feature.Meta.constraints,
            models.CheckConstraint(
                condition=Q(age_min__isnull=True) | Q(age_max__isnull=True) | Q(age_min__lte=F("age_max")),
                name="playground_ages_ordered",
                violation_error_message=_("L’âge minimal dépasse l’âge maximal."),
            ),
            models.CheckConstraint(
                condition=Q(surface_m2__isnull=True) | Q(surface_m2__gt=0),
                name="playground_surface_positive",
                violation_error_message=_("La surface doit être supérieure à zéro."),
            ),
            models.CheckConstraint(
                condition=Q(sol_amortissant__in=["", *Surfacing.values]), name="playground_surfacing_known"
            ),
            models.CheckConstraint(
                condition=Q(ombrage__in=["", *Shade.values]), name="playground_shade_known"
            ),
            models.CheckConstraint(
                condition=Q(etat__in=PlaygroundState.values), name="playground_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.nom


@keep_history()
class Equipment(VersionedModel):
    """A piece of play equipment.

    ``annee_pose`` is the year it was set up, ``hauteur_chute_m`` the free fall height in metres.
    """

    id = models.BigAutoField(_("identifiant"), primary_key=True)
    playground = models.ForeignKey(
        Playground, on_delete=models.CASCADE, related_name="equipment", verbose_name=_("aire de jeux")
    )
    type = models.CharField(_("type"), max_length=20, choices=EquipmentType)
    fabricant = models.CharField(_("fabricant"), max_length=120, blank=True)
    modele = models.CharField(_("modèle"), max_length=120, blank=True)
    n_serie = models.CharField(_("numéro de série"), max_length=60, blank=True)
    annee_pose = models.PositiveSmallIntegerField(_("année de pose"), null=True, blank=True)
    norme = models.CharField(_("norme"), max_length=60, blank=True, help_text=_("Par exemple NF EN 1176-3."))
    hauteur_chute_m = models.FloatField(_("hauteur de chute libre"), null=True, blank=True)
    age_min = models.PositiveSmallIntegerField(_("âge minimal"), null=True, blank=True)
    age_max = models.PositiveSmallIntegerField(_("âge maximal"), null=True, blank=True)
    certificat_url = models.URLField(_("certificat de conformité"), max_length=400, blank=True)
    etat = models.CharField(_("état"), max_length=15, choices=EquipmentState, default=EquipmentState.BON)

    class Meta(VersionedModel.Meta):
        verbose_name = _("équipement")
        verbose_name_plural = _("équipements")
        ordering = ["playground", "type", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(age_min__isnull=True) | Q(age_max__isnull=True) | Q(age_min__lte=F("age_max")),
                name="equipment_ages_ordered",
                violation_error_message=_("L’âge minimal dépasse l’âge maximal."),
            ),
            models.CheckConstraint(
                condition=Q(hauteur_chute_m__isnull=True) | Q(hauteur_chute_m__gte=0),
                name="equipment_fall_height_positive",
                violation_error_message=_("La hauteur de chute ne peut pas être négative."),
            ),
            models.CheckConstraint(
                condition=Q(annee_pose__isnull=True) | Q(annee_pose__range=(1900, 2100)),
                name="equipment_year_plausible",
                violation_error_message=_("L’année de pose s’écrit sur quatre chiffres, entre 1900 et 2100."),
            ),
            models.CheckConstraint(condition=Q(type__in=EquipmentType.values), name="equipment_type_known"),
            models.CheckConstraint(condition=Q(etat__in=EquipmentState.values), name="equipment_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.modele}".strip()


@keep_history()
class Inspection(VersionedModel):
    """A check of a playground, as the register keeps it. Internal."""

    id = models.BigAutoField(_("identifiant"), primary_key=True)
    playground = models.ForeignKey(
        Playground, on_delete=models.CASCADE, related_name="inspections", verbose_name=_("aire de jeux")
    )
    type = models.CharField(_("type"), max_length=20, choices=InspectionType)
    date = models.DateField(_("date"))
    organisme = models.CharField(_("organisme"), max_length=120, blank=True)
    controleur = models.CharField(_("contrôleur"), max_length=120, blank=True)
    resultat = models.CharField(_("résultat"), max_length=20, choices=InspectionResult)
    observations = models.TextField(_("observations"), blank=True)
    rapport_url = models.URLField(_("rapport"), max_length=400, blank=True)
    prochaine_echeance = models.DateField(_("prochaine échéance"), null=True, blank=True)

    class Meta(VersionedModel.Meta):
        verbose_name = _("contrôle")
        verbose_name_plural = _("contrôles")
        ordering = ["-date", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(prochaine_echeance__isnull=True) | Q(prochaine_echeance__gte=F("date")),
                name="inspection_next_after_date",
                violation_error_message=_("La prochaine échéance précède la date du contrôle."),
            ),
            models.CheckConstraint(condition=Q(type__in=InspectionType.values), name="inspection_type_known"),
            models.CheckConstraint(
                condition=Q(resultat__in=InspectionResult.values), name="inspection_result_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.date:%d/%m/%Y}"


@keep_history()
class Intervention(VersionedModel):
    """Work done or planned on a playground. ``cout_eur`` includes VAT. Internal.

    ``date_demande`` is the day it was asked for, ``date`` the day it is done or planned: between them is its delay.
    """

    id = models.BigAutoField(_("identifiant"), primary_key=True)
    playground = models.ForeignKey(
        Playground, on_delete=models.CASCADE, related_name="interventions", verbose_name=_("aire de jeux")
    )
    date_demande = models.DateField(_("date de la demande"), null=True, blank=True)
    date = models.DateField(_("date"))
    nature = models.CharField(_("nature"), max_length=20, choices=InterventionKind)
    description = models.TextField(_("description"), blank=True)
    entreprise = models.CharField(_("entreprise"), max_length=120, blank=True)
    cout_eur = models.DecimalField(_("coût TTC"), max_digits=10, decimal_places=2, null=True, blank=True)
    statut = models.CharField(
        _("statut"), max_length=10, choices=InterventionState, default=InterventionState.PREVUE
    )

    class Meta(VersionedModel.Meta):
        verbose_name = _("intervention")
        verbose_name_plural = _("interventions")
        ordering = ["-date", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cout_eur__isnull=True) | Q(cout_eur__gte=0),
                name="intervention_cost_positive",
                violation_error_message=_("Le coût ne peut pas être négatif."),
            ),
            models.CheckConstraint(
                condition=Q(date_demande__isnull=True) | Q(date_demande__lte=F("date")),
                name="intervention_asked_before_date",
                violation_error_message=_("La demande ne peut pas suivre l’intervention."),
            ),
            models.CheckConstraint(
                condition=Q(nature__in=InterventionKind.values), name="intervention_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(statut__in=InterventionState.values), name="intervention_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} {self.date:%d/%m/%Y}"


@keep_history()
class Photo(FeaturePhoto):
    """A picture of a playground."""

    playground = models.ForeignKey(
        Playground, on_delete=models.CASCADE, related_name="photos", verbose_name=_("aire de jeux")
    )

    zone = models.CharField(_("zone"), max_length=10, choices=PhotoZone, blank=True)

    class Meta(FeaturePhoto.Meta):
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(zone__in=["", *PhotoZone.values]), name="photo_zone_known")
        ]
