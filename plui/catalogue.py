"""The layers of the PLUi: its zones, and its prescriptions by geometry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from layers.definitions import (
    Field,
    FieldType,
    GeometryType,
    LayerDefinition,
    Metadata,
    Noun,
    Text,
    field_of,
    fields_of,
)
from layers.styles.definitions import Category, Labels, Style
from layers.styles.symbols import Symbol
from plui.dated.periods import dated_rows
from plui.models import (
    GraphicObject,
    Prescription,
    PrescriptionLin,
    PrescriptionPct,
    PrescriptionSurf,
    ZoneUrba,
)
from plui.styles.drawing import colour_of
from plui.styles.symbols import BANDS, LINES, POINTS, SURFACES, ZONE_SYMBOLS, symbol_of
from plui.vocabulary import PRESCRIPTIONS, TypeZone

_KEYWORDS = ("PLUi", "urbanisme", "zonage", "CNIG")


def _noun(one: Text, many: Text) -> Noun:
    """Return the noun of the prescriptions of one geometry."""
    return Noun(one, many, _("prescription"), _("prescriptions"), is_feminine=True)


def _classes(symbols: Mapping[str, Symbol]) -> tuple[Category, ...]:
    """Return a class for each code that the CNIG draws in a geometry, in the words of the standard."""
    return tuple(
        Category(code, title, colour_of(symbol), symbol=symbol)
        for code, title in PRESCRIPTIONS.items()
        if (symbol := symbol_of(code, symbols))
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
    synonyms=("zone du PLU", "zonage du PLU", "zonage", "PLU"),
    noun=Noun(
        _("zone du PLUi"),
        _("zones du PLUi"),
        _("zone"),
        _("zones"),
        is_feminine=True,
    ),
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
            facets=["commune", "typezone", "libelle", "libelong"],
        ),
        *_validity(ZoneUrba),
    ),
    title_field="libelle",
    summary=("typezone", "libelong", "nomfic", "date_validite"),
    style=Style(
        token="c-raspberry",  # noqa: S106  (the name of a colour)
        icon="land-plot",
        field="typezone",
        categories=tuple(
            Category(zone, zone.label, BANDS[zone], symbol=ZONE_SYMBOLS[zone]) for zone in TypeZone
        ),
        labels=Labels("libelle", size=11, zoom=12.5, is_complete=True),
        rank=-2,
        fill_opacity=0.6,
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
    dated=dated_rows(ZoneUrba),
)


def _prescriptions(
    slug: str,
    model: type[Prescription],
    title: Text,
    noun: Noun,
    geometry: GeometryType,
    icon: str,
    symbols: Mapping[str, Symbol],
) -> LayerDefinition:
    """Describe the prescriptions of one geometry: their fields are the same."""
    names = ["libelle", "code", "typepsc", "stypepsc", "commune", "txt", "nature", "lib_idpsc", "symbole"]
    return LayerDefinition(
        slug=slug,
        model=model,
        title=title,
        singular=_("Prescription du PLUi"),
        synonyms=("prescription du PLU",),
        noun=noun,
        geometry=geometry,
        fields=(*fields_of(model, names, facets=["commune", "code"]), *_validity(model)),
        title_field="libelle",
        summary=("code", "nature", "nomfic", "date_validite"),
        tile_fields=("code",),
        style=Style(
            token="c-mauve",  # noqa: S106  (the name of a colour)
            icon=icon,
            field="code",
            categories=_classes(symbols),
            rank=-1,
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
        dated=dated_rows(model),
    )


PRESCRIPTIONS_SURF = _prescriptions(
    "plui-prescriptions-surf",
    PrescriptionSurf,
    _("PLUi : prescriptions surfaciques"),
    _noun(_("prescription surfacique"), _("prescriptions surfaciques")),
    GeometryType.SURFACE,
    "square-dashed",
    SURFACES,
)
PRESCRIPTIONS_LIN = _prescriptions(
    "plui-prescriptions-lin",
    PrescriptionLin,
    _("PLUi : prescriptions linéaires"),
    _noun(_("prescription linéaire"), _("prescriptions linéaires")),
    GeometryType.LINE,
    "spline",
    LINES,
)
PRESCRIPTIONS_PCT = _prescriptions(
    "plui-prescriptions-pct",
    PrescriptionPct,
    _("PLUi : prescriptions ponctuelles"),
    _noun(_("prescription ponctuelle"), _("prescriptions ponctuelles")),
    GeometryType.POINT,
    "map-pin",
    POINTS,
)

LAYERS = (ZONES, PRESCRIPTIONS_SURF, PRESCRIPTIONS_LIN, PRESCRIPTIONS_PCT)
"""The layers of a plan."""
