"""Charging stations and charge points: the 40 fields of the IRVE static schema 2.3.1 by official name.

A row of an IRVE file is one charge point and repeats its station. Fields are cut in two by what they describe
in the schema's own words (its next version marks each field "station" or "pdc", and in the real national file
only the fields put here on the charge point differ inside a station):

* station: who equips, runs and brands it, its identifiers, name, place, number of points, and what the schema
  says *of the station*: ``condition_acces``, ``horaires``, ``restriction_gabarit``, ``station_deux_roues``,
  ``raccordement``, ``num_pdl``, ``date_mise_en_service``;
* charge point: its identifiers, power, sockets, payment, price, ``reservation``, ``accessibilite_pmr``,
  ``observations``, ``cable_t2_attache``, ``date_maj``.

``date_maj`` is on both: a point keeps its own, a station the latest of its points. ``coordonneesXY`` is the
geometry; the text the schema asks for is generated from it.

Source of patterns, enumerations and minimums: etalab/schema-irve, statique/schema-statique.json, 2.3.1.
"""

from __future__ import annotations

from django.contrib.gis.db.models import PointField
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from amenities.vocabulary import (
    HORAIRES_PATTERN,
    ID_ITINERANCE_PATTERN,
    NON_CONCERNE,
    SIREN_PATTERN,
    AccessibilitePmr,
    ConditionAcces,
    ImplantationStation,
    Raccordement,
)
from layers.models import Feature, VersionedModel, keep_history
from layers.parsing.cells import CODE_INSEE_PATTERN

_ID_ITINERANCE = RegexValidator(
    ID_ITINERANCE_PATTERN,
    _("Deux lettres de pays puis 4 à 33 majuscules ou chiffres, sans séparateur, ou « Non concerné »."),
)
_HORAIRES = RegexValidator(
    HORAIRES_PATTERN, _("Des horaires s’écrivent « 24/7 » ou comme « Mo-Fr 08:00-18:00 ».")
)


@keep_history("coordonneesXY")
class ChargingStation(Feature):
    """A charging station.

    Outside roaming (« Non concerné ») its local identifier and its position identify it.
    """

    nom_amenageur = models.CharField(_("aménageur"), max_length=200, blank=True)
    siren_amenageur = models.CharField(
        _("SIREN de l’aménageur"), max_length=9, blank=True, validators=[RegexValidator(SIREN_PATTERN)]
    )
    contact_amenageur = models.EmailField(_("contact de l’aménageur"), blank=True)
    nom_operateur = models.CharField(_("opérateur"), max_length=200, blank=True)
    contact_operateur = models.EmailField(_("contact de l’opérateur"))
    telephone_operateur = models.CharField(_("téléphone de l’opérateur"), max_length=60, blank=True)
    nom_enseigne = models.CharField(_("enseigne"), max_length=200)
    id_station_itinerance = models.CharField(
        _("identifiant d’itinérance de la station"), max_length=35, validators=[_ID_ITINERANCE]
    )
    id_station_local = models.CharField(_("identifiant local de la station"), max_length=200, blank=True)
    nom_station = models.CharField(_("nom de la station"), max_length=200)
    implantation_station = models.CharField(_("implantation"), max_length=40, choices=ImplantationStation)
    adresse_station = models.CharField(_("adresse"), max_length=300)
    code_insee_commune = models.CharField(
        _("code INSEE déclaré"),
        max_length=5,
        blank=True,
        validators=[RegexValidator(CODE_INSEE_PATTERN)],
        help_text=_("Commune déclarée par le producteur ; la commune calculée vient de la position."),
    )
    geom = PointField(_("position"), srid=4326, spatial_index=False)
    coordonneesXY = models.GeneratedField(  # noqa: N815  (official name of the IRVE schema)
        verbose_name=_("coordonnées"),
        expression=models.Func(
            F("geom"),
            template="('[' || ST_X(%(expressions)s)::text || ', ' || ST_Y(%(expressions)s)::text || ']')",
            output_field=models.TextField(),
        ),
        output_field=models.TextField(),
        db_persist=True,
        help_text=_("[longitude, latitude] en degrés décimaux (WGS 84)."),
    )
    nbre_pdc = models.PositiveSmallIntegerField(_("nombre de points de recharge"))
    condition_acces = models.CharField(_("condition d’accès"), max_length=20, choices=ConditionAcces)
    horaires = models.CharField(
        _("horaires"),
        max_length=300,
        validators=[_HORAIRES],
        help_text=_("« 24/7 » ou des plages comme « Mo-Fr 08:00-18:00 »."),
    )
    restriction_gabarit = models.CharField(_("restriction de gabarit"), max_length=200)
    station_deux_roues = models.BooleanField(_("réservée aux deux-roues"))
    raccordement = models.CharField(_("raccordement"), max_length=10, choices=Raccordement, blank=True)
    num_pdl = models.CharField(_("point de livraison"), max_length=64, blank=True)
    date_mise_en_service = models.DateField(_("date de mise en service"), null=True, blank=True)
    date_maj = models.DateField(_("date de mise à jour"))

    class Meta(Feature.Meta):
        verbose_name = _("station de recharge")
        verbose_name_plural = _("stations de recharge")
        ordering = ["nom_station", "pk"]
        constraints = [
            *Feature.Meta.constraints,
            models.UniqueConstraint(
                fields=["id_station_itinerance"],
                condition=~Q(id_station_itinerance=NON_CONCERNE),
                name="chargingstation_id_once",
            ),
            models.UniqueConstraint(
                fields=["id_station_local", "coordonneesXY"],
                condition=Q(id_station_itinerance=NON_CONCERNE),
                name="chargingstation_local_id_once",
            ),
            models.CheckConstraint(
                condition=Q(id_station_itinerance__regex=ID_ITINERANCE_PATTERN),
                name="chargingstation_id_format",
            ),
            models.CheckConstraint(
                condition=Q(siren_amenageur="") | Q(siren_amenageur__regex=SIREN_PATTERN),
                name="chargingstation_siren_format",
            ),
            models.CheckConstraint(
                condition=Q(code_insee_commune="") | Q(code_insee_commune__regex=CODE_INSEE_PATTERN),
                name="chargingstation_insee_format",
            ),
            models.CheckConstraint(
                condition=Q(horaires__regex=HORAIRES_PATTERN), name="chargingstation_horaires_format"
            ),
            models.CheckConstraint(
                condition=Q(implantation_station__in=ImplantationStation.values),
                name="chargingstation_implantation_known",
            ),
            models.CheckConstraint(
                condition=Q(condition_acces__in=ConditionAcces.values), name="chargingstation_acces_known"
            ),
            models.CheckConstraint(
                condition=Q(raccordement__in=["", *Raccordement.values]),
                name="chargingstation_raccordement_known",
            ),
        ]

    def __str__(self) -> str:
        return self.nom_station


@keep_history()
class ChargePoint(VersionedModel):
    """A charge point (« point de recharge », PDC). Outside roaming its local identifier is required.

    ``puissance_nominale`` is in kilowatts.
    """

    id = models.BigAutoField(_("identifiant"), primary_key=True)
    station = models.ForeignKey(
        ChargingStation, on_delete=models.CASCADE, related_name="charge_points", verbose_name=_("station")
    )
    id_pdc_itinerance = models.CharField(
        _("identifiant d’itinérance du point"), max_length=35, validators=[_ID_ITINERANCE]
    )
    id_pdc_local = models.CharField(_("identifiant local du point"), max_length=200, blank=True)
    puissance_nominale = models.FloatField(_("puissance nominale"), validators=[MinValueValidator(0)])
    prise_type_ef = models.BooleanField(_("prise de type E/F"))
    prise_type_2 = models.BooleanField(_("prise de type 2"))
    prise_type_combo_ccs = models.BooleanField(_("prise combo CCS"))
    prise_type_chademo = models.BooleanField(_("prise CHAdeMO"))
    prise_type_autre = models.BooleanField(_("autre type de prise"))
    gratuit = models.BooleanField(_("gratuit"), null=True, blank=True)
    paiement_acte = models.BooleanField(_("paiement à l’acte"))
    paiement_cb = models.BooleanField(_("paiement par carte bancaire"), null=True, blank=True)
    paiement_autre = models.BooleanField(_("autre moyen de paiement"), null=True, blank=True)
    tarification = models.CharField(_("tarification"), max_length=500, blank=True)
    reservation = models.BooleanField(_("réservable"))
    accessibilite_pmr = models.CharField(
        _("accessibilité aux personnes à mobilité réduite"), max_length=40, choices=AccessibilitePmr
    )
    observations = models.TextField(_("observations"), blank=True)
    date_maj = models.DateField(_("date de mise à jour"))
    cable_t2_attache = models.BooleanField(_("câble T2 attaché"), null=True, blank=True)

    class Meta(VersionedModel.Meta):
        verbose_name = _("point de recharge")
        verbose_name_plural = _("points de recharge")
        ordering = ["station", "id_pdc_itinerance", "id_pdc_local"]
        constraints = [
            models.UniqueConstraint(
                fields=["id_pdc_itinerance"],
                condition=~Q(id_pdc_itinerance=NON_CONCERNE),
                name="chargepoint_id_once",
            ),
            models.UniqueConstraint(
                fields=["station", "id_pdc_local"],
                condition=Q(id_pdc_itinerance=NON_CONCERNE),
                name="chargepoint_local_id_once",
            ),
            models.CheckConstraint(
                condition=~Q(id_pdc_itinerance=NON_CONCERNE) | ~Q(id_pdc_local=""),
                name="chargepoint_has_an_id",
                violation_error_message=_("Hors itinérance, l’identifiant local du point est nécessaire."),
            ),
            models.CheckConstraint(
                condition=Q(id_pdc_itinerance__regex=ID_ITINERANCE_PATTERN), name="chargepoint_id_format"
            ),
            models.CheckConstraint(condition=Q(puissance_nominale__gte=0), name="chargepoint_power_positive"),
            models.CheckConstraint(
                condition=Q(accessibilite_pmr__in=AccessibilitePmr.values), name="chargepoint_pmr_known"
            ),
        ]

    def __str__(self) -> str:
        return self.id_pdc_local if self.id_pdc_itinerance == NON_CONCERNE else self.id_pdc_itinerance
