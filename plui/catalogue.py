"""The layers of the PLUi: its zones, and its prescriptions by geometry."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from layers.definitions import (
    Field,
    FieldType,
    GeometryType,
    LayerDefinition,
    Metadata,
    Text,
    field_of,
    fields_of,
)
from layers.styles.definitions import Category, Style
from plui.models import Prescription, PrescriptionLin, PrescriptionPct, PrescriptionSurf, ZoneUrba
from plui.models.graphic import GraphicObject
from plui.vocabulary import TypeZone

_KEYWORDS = ("PLUi", "urbanisme", "zonage", "CNIG")

# By type, as the national symbology of the CNIG does: all of 07 shares one colour, woods (01) are green.
_KINDS = (
    Category("01", _("Espace boisé classé"), "t-nature"),
    Category("05", _("Emplacement réservé"), "t-people"),
    Category("07", _("Patrimoine et paysage à protéger"), "t-urbanism"),
    Category("22", _("Diversité commerciale"), "t-amenities"),
    Category("24", _("Voies à créer, modifier ou conserver"), "t-mobility"),
    Category("25", _("Continuité écologique"), "t-climate"),
)


def _validity(model: type[GraphicObject]) -> tuple[Field, ...]:
    """Describe where an object comes from; ``date_validite`` is computed by the database from DATVALID."""
    origin = fields_of(model, ["idurba", "nomfic", "urlfic", "datvalid"])
    return (*origin, replace(field_of(model, "date_validite"), type=FieldType.DATE))


ZONES = LayerDefinition(
    slug="plui-zones",
    model=ZoneUrba,
    title=_("PLUi : zones"),
    singular=_("Zone du PLUi"),
    geometry=GeometryType.SURFACE,
    fields=(
        *fields_of(
            ZoneUrba,
            [
                "libelle",
                "libelong",
                "typezone",
                "commune",
                "formdomi",
                "destoui",
                "destcdt",
                "destnon",
                "lib_idzone",
                "symbole",
            ],
            facets=["commune", "typezone", "libelle"],
        ),
        *_validity(ZoneUrba),
    ),
    title_field="libelle",
    summary=("typezone", "libelong", "nomfic", "date_validite"),
    style=Style(
        token="t-urbanism",  # noqa: S106  (the name of a colour)
        icon="land-plot",
        field="typezone",
        categories=(
            Category(TypeZone.U, TypeZone.U.label, "t-urbanism", 0.8),
            Category(TypeZone.AUC, TypeZone.AUC.label, "t-amenities", 0.9),
            Category(TypeZone.AUS, TypeZone.AUS.label, "t-amenities", 0.5),
            Category(TypeZone.A, TypeZone.A.label, "t-waste", 0.6),
            Category(TypeZone.N, TypeZone.N.label, "t-nature", 0.9),
        ),
    ),
    metadata=Metadata(
        theme="urbanisme",
        abstract=_(
            "Zones du plan local d’urbanisme intercommunal, selon le standard CNIG PLU v2024. Elles couvrent le "
            "territoire sans trou ni recouvrement. Seul le document approuvé fait foi."
        ),
        keywords=_KEYWORDS,
        frequency="AS_NEEDED",
    ),
    time_field="date_validite",
    min_zoom=9,
)


def _prescriptions(
    slug: str, model: type[Prescription], title: Text, geometry: GeometryType, icon: str
) -> LayerDefinition:
    """Describe the prescriptions of one geometry: their fields are the same."""
    names = ["libelle", "code", "typepsc", "stypepsc", "commune", "txt", "nature", "lib_idpsc", "symbole"]
    return LayerDefinition(
        slug=slug,
        model=model,
        title=title,
        singular=_("Prescription du PLUi"),
        geometry=geometry,
        fields=(*fields_of(model, names, facets=["commune", "code"]), *_validity(model)),
        title_field="libelle",
        summary=("code", "nature", "nomfic", "date_validite"),
        tile_fields=("code",),
        style=Style(
            token="t-urbanism",  # noqa: S106  (the name of a colour)
            icon=icon,
            field="typepsc",
            categories=_KINDS,
        ),
        metadata=Metadata(
            theme="urbanisme",
            abstract=_(
                "Prescriptions du plan local d’urbanisme intercommunal, selon le standard CNIG PLU v2024. Les "
                "monuments historiques et leurs abords n’en sont pas : ce sont des servitudes."
            ),
            keywords=(*_KEYWORDS, "prescription", "patrimoine"),
            frequency="AS_NEEDED",
        ),
        time_field="date_validite",
        min_zoom=9,
    )


PRESCRIPTIONS_SURF = _prescriptions(
    "plui-prescriptions-surf",
    PrescriptionSurf,
    _("PLUi : prescriptions surfaciques"),
    GeometryType.SURFACE,
    "square-dashed",
)
PRESCRIPTIONS_LIN = _prescriptions(
    "plui-prescriptions-lin",
    PrescriptionLin,
    _("PLUi : prescriptions linéaires"),
    GeometryType.LINE,
    "spline",
)
PRESCRIPTIONS_PCT = _prescriptions(
    "plui-prescriptions-pct",
    PrescriptionPct,
    _("PLUi : prescriptions ponctuelles"),
    GeometryType.POINT,
    "map-pin",
)
