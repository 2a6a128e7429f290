"""The layers of the PLUi: its zones; its prescriptions, informations and drawings by geometry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    Dressing,
    GraphicObject,
    HabillageLin,
    HabillagePct,
    HabillageSurf,
    HabillageTxt,
    InfoLin,
    InfoPct,
    Information,
    InfoSurf,
    Prescription,
    PrescriptionLin,
    PrescriptionPct,
    PrescriptionSurf,
    ZoneUrba,
)
from plui.styles.drawing import colour_of, fill, line, shape, stack
from plui.styles.informations import information_colour, line_symbol, point_symbol, surface_symbol
from plui.styles.symbols import BANDS, LINES, POINTS, SURFACES, ZONE_SYMBOLS, symbol_of
from plui.vocabulary import INFORMATIONS, INFORMATIONS_BY_GEOMETRY, PRESCRIPTIONS, TypeZone

_GREY = "#677593"
_KEYWORDS = ("PLUi", "urbanisme", "zonage", "CNIG")


def _noun(one: Text, many: Text) -> Noun:
    """Return the noun of the prescriptions of one geometry."""
    return Noun(one, many, _("prescription"), _("prescriptions"), is_feminine=True)


def _information_noun(one: Text, many: Text) -> Noun:
    """Return the noun of the informations of one geometry."""
    return Noun(one, many, _("information"), _("informations"), is_feminine=True)


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


def _informations(
    slug: str,
    model: type[Information],
    title: Text,
    noun: Noun,
    geometry: GeometryType,
    icon: str,
    symbol: Callable[[str], Symbol],
    codes: frozenset[str],
    rank: int = -1,
) -> LayerDefinition:
    """Describe the informations of one geometry, which has the codes that the standard allows there."""
    names = ["libelle", "code", "typeinf", "stypeinf", "commune", "txt", "lib_idinfo", "symbole"]
    return LayerDefinition(
        slug=slug,
        model=model,
        title=title,
        singular=_("Information du PLUi"),
        synonyms=("information du PLU", "annexe du PLU"),
        noun=noun,
        geometry=geometry,
        fields=(*fields_of(model, names, facets=["commune", "code"]), *_validity(model)),
        title_field="libelle",
        summary=("code", "nomfic", "date_validite"),
        tile_fields=("code",),
        style=Style(
            token="c-violet",  # noqa: S106  (the name of a colour)
            icon=icon,
            field="code",
            categories=tuple(
                Category(code, label, information_colour(code), symbol=symbol(code))
                for code, label in INFORMATIONS.items()
                if code in codes
            ),
            rank=rank,
        ),
        metadata=Metadata(
            theme="urbanisme",
            abstract=_(
                "Périmètres et lieux que d’autres lois que le plan local d’urbanisme fixent (préemption, aménagement "
                "concerté, bruit, annulation partielle…), annexés au plan selon le standard CNIG PLU v2024."
            ),
            keywords=(*_KEYWORDS, "annexe", "information"),
            frequency="AS_NEEDED",
        ),
        time_field="date_validite",
        dated=dated_rows(model),
        min_zoom=9,
    )


INFORMATIONS_SURF = _informations(
    "plui-informations-surf",
    InfoSurf,
    _("PLUi : informations surfaciques"),
    _information_noun(_("information surfacique"), _("informations surfaciques")),
    GeometryType.SURFACE,
    "scan",
    surface_symbol,
    INFORMATIONS_BY_GEOMETRY["SURF"],
    rank=1,  # a partial annulment (98-00) is drawn over the prescriptions that it touches
)
INFORMATIONS_LIN = _informations(
    "plui-informations-lin",
    InfoLin,
    _("PLUi : informations linéaires"),
    _information_noun(_("information linéaire"), _("informations linéaires")),
    GeometryType.LINE,
    "milestone",
    line_symbol,
    INFORMATIONS_BY_GEOMETRY["LIN"],
)
INFORMATIONS_PCT = _informations(
    "plui-informations-pct",
    InfoPct,
    _("PLUi : informations ponctuelles"),
    _information_noun(_("information ponctuelle"), _("informations ponctuelles")),
    GeometryType.POINT,
    "info",
    point_symbol,
    INFORMATIONS_BY_GEOMETRY["PCT"],
)


def _dressing(
    slug: str,
    model: type[Dressing],
    title: Text,
    noun: Noun,
    geometry: GeometryType,
    icon: str,
    symbol: Symbol,
    names: tuple[str, ...] = ("nattrac",),
) -> LayerDefinition:
    """Describe the drawings of one geometry of the paper plan. Texts are the labels of their points."""
    is_text = "txt" in names
    return LayerDefinition(
        slug=slug,
        model=model,
        title=title,
        singular=_("Habillage du PLUi"),
        synonyms=("habillage du PLU",),
        noun=noun,
        geometry=geometry,
        fields=fields_of(model, [*names, "couleur", "commune", "lib_idhab", "idurba"], facets=["commune"]),
        title_field="txt" if is_text else "nattrac",
        summary=("couleur", "idurba"),
        style=Style(
            token="c-slate",  # noqa: S106  (the name of a colour)
            icon=icon,
            symbol=symbol,
            colour_field="couleur",
            labels=Labels("txt", size=11, zoom=14, size_field="taille", angle_field="angle")
            if is_text
            else None,
            rank=-3,
        ),
        metadata=Metadata(
            theme="urbanisme",
            abstract=_(
                "Traits, surfaces et textes qui habillent le plan local d’urbanisme imprimé, selon le standard CNIG "
                "PLU v2024. Ils ne portent aucune règle."
            ),
            keywords=(*_KEYWORDS, "habillage"),
            frequency="AS_NEEDED",
        ),
        dated=dated_rows(model),
        min_zoom=12,
    )


HABILLAGES_SURF = _dressing(
    "plui-habillage-surf",
    HabillageSurf,
    _("PLUi : habillage surfacique"),
    Noun(
        _("habillage surfacique"),
        _("habillages surfaciques"),
        _("habillage"),
        _("habillages"),
        is_feminine=False,
    ),
    GeometryType.SURFACE,
    "shapes",
    stack(fill(_GREY, 0.15), line(_GREY, 0.6)),
)
HABILLAGES_LIN = _dressing(
    "plui-habillage-lin",
    HabillageLin,
    _("PLUi : habillage linéaire"),
    Noun(
        _("habillage linéaire"), _("habillages linéaires"), _("habillage"), _("habillages"), is_feminine=False
    ),
    GeometryType.LINE,
    "pen-line",
    stack(line(_GREY, 0.8)),
)
HABILLAGES_PCT = _dressing(
    "plui-habillage-pct",
    HabillagePct,
    _("PLUi : habillage ponctuel"),
    Noun(
        _("habillage ponctuel"), _("habillages ponctuels"), _("habillage"), _("habillages"), is_feminine=False
    ),
    GeometryType.POINT,
    "circle-dot",
    stack(shape("circle", 4, _GREY)),
)
HABILLAGES_TXT = _dressing(
    "plui-habillage-txt",
    HabillageTxt,
    _("PLUi : écritures du plan"),
    Noun(_("écriture du plan"), _("écritures du plan"), _("écriture"), _("écritures"), is_feminine=True),
    GeometryType.POINT,
    "type",
    stack(shape("circle", 2, _GREY)),
    ("txt", "natecr", "police", "taille", "style", "angle"),
)

LAYERS = (
    ZONES,
    PRESCRIPTIONS_SURF,
    PRESCRIPTIONS_LIN,
    PRESCRIPTIONS_PCT,
    INFORMATIONS_SURF,
    INFORMATIONS_LIN,
    INFORMATIONS_PCT,
    HABILLAGES_SURF,
    HABILLAGES_LIN,
    HABILLAGES_PCT,
    HABILLAGES_TXT,
)
"""The layers of a plan."""
