"""Public easements (servitudes d’utilité publique): the tables of the standard CNIG SUP v2016b, in lower case.

A package is what a managing authority delivers of one category on one area (« maillage »). SERVITUDE has acts
(SERVITUDE_ACTE_SUP) and a managing authority (GESTIONNAIRE_SUP); what generates it (GENERATEUR_SUP) has perimeters
(ASSIETTE_SUP), which alone limit the use of land. Tables refer to each other by the identifiers of the standard, for a
package may be loaded before another that names the same authority or act. Dates are C8 texts: AAAAMMJJ.
"""

from __future__ import annotations

import secrets
from pathlib import PurePosixPath
from typing import Any

from django.contrib.gis.db.models import MultiLineStringField, MultiPolygonField, PointField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from layers.models import ExtendedFeature, Feature, VersionedModel
from reference_data.vocabulary import EASEMENTS, PerimeterMethod


def _category_of(column: str) -> models.GeneratedField:
    """Return a column for the category that an identifier begins with: ``AC1-130013907-12-1``."""
    return models.GeneratedField(
        expression=Upper(
            Func(F(column), Value("-"), Value(1), function="split_part", output_field=models.CharField())
        ),
        output_field=models.CharField(max_length=10),
        db_persist=True,
        choices=list(EASEMENTS.items()),
        verbose_name=_("catégorie de servitude"),
    )


class EasementPackage(VersionedModel):
    """A package of easements: another of the same authority, category and area replaces what it holds."""

    idgest = models.CharField(_("gestionnaire"), max_length=20)
    category = models.CharField(_("catégorie"), max_length=10)
    area = models.CharField(_("maillage"), max_length=20)
    date = models.CharField(_("date"), max_length=8, help_text=_("AAAAMMJJ"))
    folder = models.CharField(_("dossier"), max_length=120)
    archive_name = models.CharField(_("archive"), max_length=200)
    archive_hash = models.CharField(_("empreinte de l’archive"), max_length=64)
    loaded_at = models.DateTimeField(_("chargé le"), auto_now=True)

    class Meta(VersionedModel.Meta):
        verbose_name = _("paquet de servitudes")
        verbose_name_plural = _("paquets de servitudes")
        ordering = ["category", "idgest", "area"]
        constraints = [
            models.UniqueConstraint(fields=["idgest", "category", "area"], name="easementpackage_once")
        ]

    def __str__(self) -> str:
        return self.folder


class Delivered(VersionedModel):
    """A row of a package; without one it was loaded alone."""

    package = models.ForeignKey(
        EasementPackage,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("paquet"),
    )

    class Meta(VersionedModel.Meta):
        abstract = True


class EasementAuthority(Delivered):
    """Who manages easements (GESTIONNAIRE_SUP)."""

    idgest = models.CharField(_("gestionnaire"), max_length=20, unique=True, help_text="130013907")
    nomgest = models.CharField(_("nom"), max_length=200)

    class Meta(Delivered.Meta):
        verbose_name = _("gestionnaire de servitudes")
        verbose_name_plural = _("gestionnaires de servitudes")
        ordering = ["nomgest", "pk"]

    def __str__(self) -> str:
        return self.nomgest


class PublicEasement(Delivered):
    """A public easement as its acts made it (SERVITUDE); it has no geometry of its own."""

    idsup = models.CharField(
        _("identifiant de la servitude"), max_length=60, unique=True, help_text="AC1-130013907-12"
    )
    nomsup = models.CharField(_("nom"), max_length=160)
    nomsuplitt = models.CharField(_("nom en toutes lettres"), max_length=400, blank=True)
    categorie = models.CharField(_("catégorie"), max_length=10)
    idgest = models.CharField(_("gestionnaire"), max_length=20)
    modeprod = models.CharField(_("mode de production"), max_length=20, blank=True)
    datemaj = models.CharField(_("date de mise à jour"), max_length=8, blank=True, help_text=_("AAAAMMJJ"))

    class Meta(Delivered.Meta):
        verbose_name = _("servitude")
        verbose_name_plural = _("servitudes")
        ordering = ["idsup"]

    def __str__(self) -> str:
        return self.nomsup


def act_path(_act: Any, _name: str) -> str:
    """Return where the file of an act is stored: under a random name, without any part of that of the package."""
    return str(PurePosixPath("servitudes") / f"{secrets.token_hex(16)}.pdf")


class EasementAct(Delivered):
    """A decision that made or changed easements (ACTE_SUP): ``fichier`` is the name of its PDF in the package.

    ``content_hash`` is the SHA-256 of what is stored, in hexadecimal; empty without a file. ``fault`` says why the file
    that the package names is not stored.
    """

    idacte = models.CharField(_("identifiant de l’acte"), max_length=60, unique=True)
    nomacte = models.CharField(_("nom de l’acte"), max_length=160)
    reference = models.CharField(_("référence"), max_length=160, blank=True)
    typeacte = models.CharField(_("type d’acte"), max_length=80, blank=True)
    fichier = models.CharField(_("fichier"), max_length=200, blank=True)
    decision = models.CharField(_("décision"), max_length=20, blank=True)
    datedecis = models.CharField(_("date de la décision"), max_length=8, blank=True, help_text=_("AAAAMMJJ"))
    datepub = models.CharField(_("date de publication"), max_length=8, blank=True, help_text=_("AAAAMMJJ"))
    aplan = models.BooleanField(_("avec un plan"), null=True, blank=True)
    size = models.PositiveIntegerField(_("taille"), default=0)
    content_hash = models.CharField(_("empreinte"), max_length=64, blank=True)
    fault = models.CharField(_("fichier refusé"), max_length=400, blank=True)
    file = models.FileField(_("fichier enregistré"), upload_to=act_path, max_length=200, blank=True)

    class Meta(Delivered.Meta):
        verbose_name = _("acte de servitude")
        verbose_name_plural = _("actes de servitudes")
        ordering = ["-datedecis", "idacte"]

    def __str__(self) -> str:
        return self.nomacte


class EasementActLink(Delivered):
    """An act of an easement (SERVITUDE_ACTE_SUP)."""

    idsup = models.CharField(_("identifiant de la servitude"), max_length=60, db_index=True)
    idacte = models.CharField(_("identifiant de l’acte"), max_length=60, db_index=True)

    class Meta(Delivered.Meta):
        verbose_name = _("acte d’une servitude")
        verbose_name_plural = _("actes des servitudes")
        ordering = ["idsup", "idacte"]
        constraints = [models.UniqueConstraint(fields=["idsup", "idacte"], name="easementactlink_once")]

    def __str__(self) -> str:
        return f"{self.idsup} {self.idacte}"


class Generator(models.Model):
    """Columns of GENERATEUR_SUP: what an easement protects, or fears."""

    package = models.ForeignKey(
        EasementPackage,
        on_delete=models.CASCADE,
        editable=False,
        related_name="+",
        verbose_name=_("paquet"),
    )
    idgen = models.CharField(
        _("identifiant du générateur"), max_length=60, unique=True, help_text="AC1-130013907-12-1"
    )
    idsup = models.CharField(_("identifiant de la servitude"), max_length=60, db_index=True)
    suptype = _category_of("idgen")
    nomgen = models.CharField(_("nom"), max_length=160)
    typegen = models.CharField(_("type de générateur"), max_length=80, blank=True)
    modegenere = models.CharField(_("mode de numérisation"), max_length=40, blank=True)
    srcgeogen = models.CharField(_("source de la géométrie"), max_length=80, blank=True)
    datesrcgen = models.CharField(_("date de la source"), max_length=8, blank=True, help_text=_("AAAAMMJJ"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.nomgen


class PointGenerator(Generator, Feature):
    """What generates an easement, a point (GENERATEUR_SUP_P)."""

    geom = PointField(_("position"), srid=4326, spatial_index=False)

    class Meta(Feature.Meta):
        verbose_name = _("générateur ponctuel de servitude")
        verbose_name_plural = _("générateurs ponctuels de servitudes")
        ordering = ["idgen"]


class LineGenerator(Generator, ExtendedFeature):
    """What generates an easement, a line (GENERATEUR_SUP_L)."""

    geom = MultiLineStringField(_("tracé"), srid=4326, spatial_index=False)

    class Meta(ExtendedFeature.Meta):
        verbose_name = _("générateur linéaire de servitude")
        verbose_name_plural = _("générateurs linéaires de servitudes")
        ordering = ["idgen"]


class SurfaceGenerator(Generator, ExtendedFeature):
    """What generates an easement, a surface (GENERATEUR_SUP_S)."""

    geom = MultiPolygonField(_("emprise"), srid=4326, spatial_index=False)

    class Meta(ExtendedFeature.Meta):
        verbose_name = _("générateur surfacique de servitude")
        verbose_name_plural = _("générateurs surfaciques de servitudes")
        ordering = ["idgen"]


class Easement(ExtendedFeature):
    """The perimeter (ASSIETTE_SUP_S) of a public easement, under the names of the standard CNIG SUP in lower case.

    ``package`` is that which delivered it, None for a table loaded alone; ``idsup`` its easement, empty then: IDGEN
    begins with it. ``modegeoass`` says how the perimeter was made: with « Zone tampon », ``paramcalc`` is its radius in
    metres.
    """

    package = models.ForeignKey(
        EasementPackage,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("paquet"),
    )
    idsup = models.CharField(
        _("identifiant de la servitude"), max_length=60, blank=True, editable=False, db_index=True
    )
    idass = models.CharField(
        _("identifiant de l’assiette"), max_length=60, unique=True, help_text="AC1-130013907-12-1-1"
    )
    idgen = models.CharField(_("identifiant du générateur"), max_length=60)
    suptype = _category_of("idass")
    nomass = models.CharField(_("nom"), max_length=160)
    typeass = models.CharField(_("type d’assiette"), max_length=80)
    modegeoass = models.CharField(_("mode de construction"), max_length=30, choices=PerimeterMethod)
    paramcalc = models.PositiveIntegerField(_("rayon du calcul"), null=True, blank=True)
    srcgeoass = models.CharField(_("source de la géométrie"), max_length=80, blank=True)
    datesrcass = models.CharField(_("date de la source"), max_length=8, blank=True, help_text=_("AAAAMMJJ"))
    geom = MultiPolygonField(_("emprise"), srid=4326, spatial_index=False)

    class Meta(ExtendedFeature.Meta):
        verbose_name = _("servitude d’utilité publique")
        verbose_name_plural = _("servitudes d’utilité publique")
        ordering = ["idass"]
        constraints = [
            *ExtendedFeature.Meta.constraints,
            models.CheckConstraint(
                condition=Q(modegeoass__in=PerimeterMethod.values), name="easement_method_known"
            ),
        ]

    def __str__(self) -> str:
        return self.nomass
