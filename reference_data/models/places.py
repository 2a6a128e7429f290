"""Roads, addresses and parcels under the names of their producers, so that a file can be loaded again and compared.

No history is recorded: a file replaces another, and its producer dates the rows. ``id`` of a file is named after its
producer here (``cleabs``, ``id_ban``, ``idu``), since every feature of the portal has an ``id`` of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.gis.db.models import LineStringField, MultiPolygonField, PointField
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from layers.models import ExtendedFeature, Feature
from layers.parsing.cells import CODE_INSEE_PATTERN
from reference_data.vocabulary import Importance, ObjectState, RoadNature, TrafficDirection

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def _code_insee(title: StrOrPromise) -> models.CharField[str, str]:
    """Return a column for the INSEE code that a producer declares."""
    return models.CharField(title, max_length=5, blank=True, validators=[RegexValidator(CODE_INSEE_PATTERN)])


def _house_number(title: StrOrPromise) -> models.CharField[str, str]:
    """Return a column for a house number with its suffix, empty when the producer gives none."""
    return models.CharField(title, max_length=12, blank=True)


class RoadSection(ExtendedFeature):
    """A section of road between two crossings (IGN BD TOPO 3, ``troncon_de_route``).

    Sections that meet share an end point. Left and right are those of the direction in which the section is drawn.
    """

    cleabs = models.CharField(
        _("identifiant BD TOPO"), max_length=24, unique=True, help_text="TRONROUT0000000002293781"
    )
    nature = models.CharField(_("nature"), max_length=24, choices=RoadNature)
    nom_voie_ban_gauche = models.CharField(_("nom de la voie à gauche"), max_length=160, blank=True)
    nom_voie_ban_droite = models.CharField(_("nom de la voie à droite"), max_length=160, blank=True)
    nom_voie = models.GeneratedField(
        expression=Case(
            When(~Q(nom_voie_ban_gauche=""), then=F("nom_voie_ban_gauche")),
            When(~Q(nom_voie_ban_droite=""), then=F("nom_voie_ban_droite")),
            default=F("nature"),
        ),
        output_field=models.CharField(max_length=160),
        db_persist=True,
        verbose_name=_("nom de la voie"),
        help_text=_("Nom à gauche, sinon à droite, sinon la nature du tronçon."),
    )
    cpx_numero = models.CharField(_("numéro de la route"), max_length=40, blank=True, help_text="D910")
    importance = models.CharField(_("importance"), max_length=1, choices=Importance)
    sens_de_circulation = models.CharField(_("sens de circulation"), max_length=12, choices=TrafficDirection)
    etat_de_l_objet = models.CharField(
        _("état"), max_length=15, choices=ObjectState, default=ObjectState.EN_SERVICE
    )
    position_par_rapport_au_sol = models.CharField(
        _("position par rapport au sol"),
        max_length=15,
        default="0",
        help_text=_("0 au sol, 1 sur un pont, -1 dans un tunnel."),
    )
    nombre_de_voies = models.PositiveSmallIntegerField(_("nombre de voies"), null=True, blank=True)
    largeur_de_chaussee = models.FloatField(_("largeur de chaussée"), null=True, blank=True)
    vitesse_moyenne_vl = models.PositiveSmallIntegerField(
        _("vitesse moyenne des voitures"), null=True, blank=True
    )
    urbain = models.BooleanField(_("en zone urbaine"), null=True, blank=True)
    insee_commune_gauche = _code_insee(_("commune à gauche (code INSEE)"))
    insee_commune_droite = _code_insee(_("commune à droite (code INSEE)"))
    bornes_debut_gauche = _house_number(_("premier numéro à gauche"))
    bornes_fin_gauche = _house_number(_("dernier numéro à gauche"))
    bornes_debut_droite = _house_number(_("premier numéro à droite"))
    bornes_fin_droite = _house_number(_("dernier numéro à droite"))
    geom = LineStringField(_("tracé"), srid=4326, spatial_index=False)

    class Meta(ExtendedFeature.Meta):
        verbose_name = _("tronçon de route")
        verbose_name_plural = _("tronçons de route")
        ordering = ["nom_voie", "pk"]
        constraints = [
            *ExtendedFeature.Meta.constraints,
            models.CheckConstraint(condition=Q(nature__in=RoadNature.values), name="road_nature_known"),
            models.CheckConstraint(
                condition=Q(importance__in=Importance.values), name="road_importance_known"
            ),
            models.CheckConstraint(
                condition=Q(sens_de_circulation__in=TrafficDirection.values), name="road_direction_known"
            ),
            models.CheckConstraint(
                condition=Q(etat_de_l_objet__in=ObjectState.values), name="road_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nom_voie} ({self.cleabs})"


def _coordinate(title: StrOrPromise, axis: str, *, decimals: int, srid: int) -> models.GeneratedField:
    """Return a column computed from the position: a coordinate in a system, rounded as its producer does."""
    position = "geom" if srid == 4326 else f"ST_Transform(geom, {srid})"
    return models.GeneratedField(
        expression=Func(
            F("geom"),
            template=f"round(ST_{axis}({position.replace('geom', '%(expressions)s')})::numeric, {decimals})::float8",
            output_field=models.FloatField(),
        ),
        output_field=models.FloatField(),
        db_persist=True,
        verbose_name=title,
    )


class Address(Feature):
    """An address of the Base adresse nationale; coordinates are computed from the position, which is stored once."""

    id_ban = models.CharField(
        _("identifiant BAN"), max_length=60, unique=True, help_text="92048_0920_00012_bis"
    )
    id_fantoir = models.CharField(_("identifiant FANTOIR de la voie"), max_length=20, blank=True)
    numero = models.PositiveIntegerField(_("numéro"))
    rep = models.CharField(_("indice de répétition"), max_length=20, blank=True, help_text="bis")
    nom_voie = models.CharField(_("nom de la voie"), max_length=200)
    adresse = models.GeneratedField(
        expression=Case(
            When(numero=0, then=F("nom_voie")),
            When(
                rep="",
                then=Concat(Cast("numero", models.CharField(max_length=10)), Value(" "), F("nom_voie")),
            ),
            default=Concat(
                Cast("numero", models.CharField(max_length=10)),
                Value(" "),
                F("rep"),
                Value(" "),
                F("nom_voie"),
            ),
        ),
        output_field=models.CharField(max_length=240),
        db_persist=True,
        verbose_name=_("adresse"),
        help_text=_("Numéro, indice et nom de la voie."),
    )
    code_postal = models.CharField(_("code postal"), max_length=5, blank=True)
    code_insee = models.CharField(
        _("code INSEE déclaré"), max_length=5, validators=[RegexValidator(CODE_INSEE_PATTERN)]
    )
    nom_commune = models.CharField(_("nom de la commune"), max_length=80)
    code_insee_ancienne_commune = _code_insee(_("code INSEE de l’ancienne commune"))
    nom_ancienne_commune = models.CharField(_("nom de l’ancienne commune"), max_length=80, blank=True)
    x = _coordinate(_("x (Lambert-93)"), "X", decimals=2, srid=2154)
    y = _coordinate(_("y (Lambert-93)"), "Y", decimals=2, srid=2154)
    lon = _coordinate(_("longitude"), "X", decimals=6, srid=4326)
    lat = _coordinate(_("latitude"), "Y", decimals=6, srid=4326)
    type_position = models.CharField(_("type de position"), max_length=40, blank=True)
    alias = models.CharField(_("autre nom de la voie"), max_length=200, blank=True)
    nom_ld = models.CharField(_("lieu-dit"), max_length=200, blank=True)
    libelle_acheminement = models.CharField(_("libellé d’acheminement"), max_length=80, blank=True)
    nom_afnor = models.CharField(_("nom de la voie normalisé"), max_length=200, blank=True)
    source_position = models.CharField(_("source de la position"), max_length=40, blank=True)
    source_nom_voie = models.CharField(_("source du nom"), max_length=40, blank=True)
    certification_commune = models.BooleanField(_("certifiée par la commune"), null=True, blank=True)
    cad_parcelles = ArrayField(
        models.CharField(max_length=14), verbose_name=_("parcelles cadastrales"), default=list, blank=True
    )
    geom = PointField(_("position"), srid=4326, spatial_index=False)

    class Meta(Feature.Meta):
        verbose_name = _("adresse")
        verbose_name_plural = _("adresses")
        ordering = ["nom_voie", "numero", "rep", "pk"]
        indexes = [*Feature.Meta.indexes, models.Index(fields=["code_insee"], name="address_code_insee")]

    def __str__(self) -> str:
        return f"{self.adresse}, {self.nom_commune}"


class Parcel(ExtendedFeature):
    """A parcel of the cadastre. ``contenance`` is the legal area; that of the drawing may differ."""

    idu = models.CharField(
        _("identifiant de la parcelle"), max_length=14, unique=True, help_text="92048000AB0012"
    )
    code_insee = models.CharField(
        _("code INSEE déclaré"), max_length=5, validators=[RegexValidator(CODE_INSEE_PATTERN)]
    )
    prefixe = models.CharField(_("préfixe"), max_length=3, default="000")
    section = models.CharField(_("section"), max_length=2)
    numero = models.CharField(_("numéro"), max_length=4)
    reference = models.GeneratedField(
        expression=Case(
            When(prefixe="000", then=Concat(F("section"), Value(" "), F("numero"))),
            default=Concat(F("prefixe"), Value(" "), F("section"), Value(" "), F("numero")),
        ),
        output_field=models.CharField(max_length=11),
        db_persist=True,
        verbose_name=_("référence cadastrale"),
        help_text=_("Section et numéro, après le préfixe d’une ancienne commune."),
    )
    contenance = models.PositiveIntegerField(_("contenance"), null=True, blank=True)
    arpente = models.BooleanField(_("arpentée"), null=True, blank=True)
    created = models.DateField(_("créée au cadastre le"), null=True, blank=True)
    updated = models.DateField(_("modifiée au cadastre le"), null=True, blank=True)
    geom = MultiPolygonField(_("emprise"), srid=4326, spatial_index=False)

    class Meta(ExtendedFeature.Meta):
        verbose_name = _("parcelle")
        verbose_name_plural = _("parcelles")
        ordering = ["idu"]
        indexes = [
            *ExtendedFeature.Meta.indexes,
            models.Index(fields=["code_insee"], name="parcel_code_insee"),
        ]

    def __str__(self) -> str:
        return self.idu
