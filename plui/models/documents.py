"""Planning documents under the CNIG names in lower case: DOC_URBA and DOC_URBA_COM, which have no geometry.

Dates keep the standard's C8 text (AAAAMMJJ) and not a SQL date: ``00000000`` (unknown or to come) and ``20040000`` (a
year alone) are legal values that a date would lose, and a package written for the Géoportail de l'urbanisme must give
back what it received. C8 sorts and compares like a date.
"""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.definitions import Text
from plui.vocabulary import (
    C8_PATTERN,
    IDURBA_PATTERN,
    NOMPROC_PATTERN,
    SIREN_PATTERN,
    UNKNOWN_DATE,
    Etat,
    TypeDoc,
    TypeRef,
)


def c8(title: Text, *, default: str = UNKNOWN_DATE) -> models.CharField[str, str]:
    """Return a C8 date column: AAAAMMJJ, ``00000000`` when unknown."""
    return models.CharField(
        title,  # type: ignore[arg-type]  # the stubs have a lazy text of their own
        max_length=8,
        default=default,
        validators=[RegexValidator(C8_PATTERN)],
        help_text=_("AAAAMMJJ"),
    )


class DocUrba(models.Model):
    """A planning document. ``idurba`` names it everywhere: ``200057974_PLUI_20260101``."""

    idurba = models.CharField(
        _("identifiant (IDURBA)"), max_length=30, unique=True, validators=[RegexValidator(IDURBA_PATTERN)]
    )
    typedoc = models.CharField(
        _("type de document (TYPEDOC)"), max_length=4, choices=TypeDoc, default=TypeDoc.PLUI
    )
    etat = models.CharField(_("état (ETAT)"), max_length=2, choices=Etat, default=Etat.EN_COURS)
    nomproc = models.CharField(
        _("procédure (NOMPROC)"), max_length=10, default="E", validators=[RegexValidator(NOMPROC_PATTERN)]
    )
    datappro = c8(_("date d’approbation (DATAPPRO)"))
    datefin = c8(_("fin de validité (DATEFIN)"))
    siren = models.CharField("SIREN", max_length=9, blank=True, validators=[RegexValidator(SIREN_PATTERN)])
    nomreg = models.CharField(_("fichier du règlement (NOMREG)"), max_length=80, blank=True)
    urlreg = models.URLField(_("adresse du règlement (URLREG)"), max_length=254, blank=True)
    nomrapp = models.CharField(_("fichier du rapport (NOMRAPP)"), max_length=80, blank=True)
    urlrapp = models.URLField(_("adresse du rapport (URLRAPP)"), max_length=254, blank=True)
    nomplan = models.CharField(_("fichier du plan de zonage (NOMPLAN)"), max_length=80, blank=True)
    urlplan = models.URLField(_("adresse du plan de zonage (URLPLAN)"), max_length=254, blank=True)
    urlpe = models.URLField(_("adresse du dossier complet (URLPE)"), max_length=254, blank=True)
    siteweb = models.URLField(_("site du document (SITEWEB)"), max_length=254, blank=True)
    typeref = models.CharField(
        _("référentiel de saisie (TYPEREF)"), max_length=2, choices=TypeRef, default=TypeRef.PCI
    )
    dateref = c8(_("date du référentiel (DATEREF)"))

    class Meta:
        verbose_name = _("document d’urbanisme")
        verbose_name_plural = _("documents d’urbanisme")
        ordering = ["idurba"]
        constraints = [
            models.CheckConstraint(condition=Q(idurba__regex=IDURBA_PATTERN), name="docurba_idurba_format"),
            models.CheckConstraint(
                condition=Q(nomproc__regex=NOMPROC_PATTERN), name="docurba_nomproc_format"
            ),
            models.CheckConstraint(
                condition=Q(siren="") | Q(siren__regex=SIREN_PATTERN), name="docurba_siren_format"
            ),
            models.CheckConstraint(condition=Q(typedoc__in=TypeDoc.values), name="docurba_typedoc_known"),
            models.CheckConstraint(condition=Q(etat__in=Etat.values), name="docurba_etat_known"),
            models.CheckConstraint(condition=Q(typeref__in=TypeRef.values), name="docurba_typeref_known"),
            models.CheckConstraint(
                condition=Q(datappro__regex=C8_PATTERN, datefin__regex=C8_PATTERN, dateref__regex=C8_PATTERN),
                name="docurba_dates_format",
            ),
        ]

    def __str__(self) -> str:
        return self.idurba


class DocUrbaCom(models.Model):
    """A commune covered by a document: one row a commune."""

    idurba = models.ForeignKey(
        DocUrba,
        on_delete=models.CASCADE,
        to_field="idurba",
        db_column="idurba",
        related_name="communes",
        verbose_name=_("document (IDURBA)"),
    )
    insee = models.ForeignKey(
        "layers.Commune",
        on_delete=models.PROTECT,
        to_field="code",
        db_column="insee",
        related_name="+",
        verbose_name=_("commune (INSEE)"),
    )

    class Meta:
        verbose_name = _("commune couverte")
        verbose_name_plural = _("communes couvertes")
        ordering = ["idurba", "insee"]
        constraints = [models.UniqueConstraint(fields=["idurba", "insee"], name="docurbacom_once")]

    def __str__(self) -> str:
        return f"{self.idurba_id} {self.insee_id}"
