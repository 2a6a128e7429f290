"""The dialog of sharing for pages of the explorer (``SHARED_PAGES``): who sees what of a map, its frame, its files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from explorer.map_export.files import INTERNAL
from explorer.map_state.availability import drop_unavailable
from explorer.map_state.parsing import (
    LAYERS,
    SET_ASIDE,
    SHEET,
    TAB,
    VIEW,
    VIEWS_TAB,
    MapQuery,
    answers_address,
    camera_in,
    parse_map,
)
from explorer.map_state.queries import check_conditions, named_layers, on_map, with_default_layers
from explorer.question.sentence import sentence
from interface import wording
from interface.backdrop import backdrop
from interface.sharing import SharedAddress, SharedFile, SharedPage
from interface.territory import COMMUNES_LAYER
from interface.titles import feature_title
from layers import access
from layers.access import RasterScope, Scope
from layers.errors import UnknownLayer, UnknownProperty
from layers.queries import feature, inner_points
from layers.visitor import Visitor, public_of

SOUGHT = "cherche"
_CLOSE = 16
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class VisibleMap:
    """A map as a visitor sees it: ``query`` names nothing hidden from them; ``scopes`` are the layers they see.

    ``reserved`` are the titles of the layers with a condition on a field that they do not read: the map is then
    refused.
    """

    query: MapQuery
    scopes: Sequence[Scope]
    rasters: Sequence[RasterScope]
    reserved: tuple[str, ...]

    @property
    def titles(self) -> dict[str, str]:
        """The titles of what they see, by slug."""
        layers = {scope.slug: str(scope.layer.title) for scope in self.scopes}
        return layers | {scope.slug: str(scope.layer.title) for scope in self.rasters}


@dataclass(frozen=True, slots=True)
class SharedMap:
    """A map as who shares it has it, and as everybody does. ``internal`` are the titles of what is theirs alone."""

    own_map: VisibleMap
    public: VisibleMap
    internal: tuple[str, ...]

    @property
    def is_all_open(self) -> bool:
        """Whether everybody sees the same."""
        return not self.internal and not self.public.reserved


def shared(visitor: Visitor, query: MapQuery) -> SharedMap:
    """Return a map as its visitor sees it, and as everybody does.

    Raises:
        InvalidParameter: a condition on another layer cannot be read.
    """
    own_map, public = visible_map(visitor, query), visible_map(public_of(visitor), query)
    titles, public_titles = own_map.titles, public.titles
    named = dict.fromkeys([*named_layers(own_map.query), *query.screen])
    return SharedMap(
        own_map, public, tuple(titles[slug] for slug in named if slug in titles and slug not in public_titles)
    )


def visible_map(visitor: Visitor, query: MapQuery) -> VisibleMap:
    """Return a map as a visitor has it: without the layers that they do not see, with those that show by default.

    Raises:
        InvalidParameter: a condition on another layer cannot be read.
    """
    scopes, rasters = access.visible(visitor), access.visible_rasters(visitor)
    remaining, _missing = drop_unavailable(scopes, query, {scope.slug for scope in rasters})
    remaining = with_default_layers(on_map(scopes), remaining)
    return VisibleMap(remaining, scopes, rasters, tuple(_reserved(scopes, remaining)))


def _reserved(scopes: Iterable[Scope], query: MapQuery) -> Iterable[str]:
    """Yield the titles of the layers with a condition on a field that the visitor does not read."""
    for scope in scopes:
        if scope.slug in query.own:
            try:
                check_conditions(scope, query)
            except UnknownProperty:
                yield str(scope.layer.title)


def shared_map(visitor: Visitor, address: SharedAddress) -> SharedPage:
    """Return what the map gives at an address.

    Raises:
        BadRequest: the map does not read this address; its subclasses say why.
    """
    result = shared(visitor, parse_map(address.parameters, allowed=(SOUGHT,)))
    camera = address.fragment if camera_in(address.fragment) else ""
    sheet = [(SHEET, text) for text in address.parameters.get(SHEET, ()) if result.public.query.sheet]
    files = _pairs(result.own_map.query, camera)
    is_ours = VIEWS_TAB in address.parameters.get(TAB, ()) or SET_ASIDE in address.parameters
    return SharedPage(
        title=_title(result.own_map),
        address=answers_address(address.text) if is_ours else "",
        readers=_readers(result),
        warnings=_warnings(result),
        embed=_embed(result.public.query, sheet, camera) if _is_embeddable(result) else "",
        embed_title=_title(result.public),
        printed=f"{reverse('explorer:print')}?{urlencode(files)}",
        has_picture=True,
        sources=_sources(visitor, result),
        files=(
            _file(result, files, _("Carte à ouvrir sans réseau (HTML)"), "explorer:map-file", "file-code",
                  _("Un fichier seul, avec ses objets, à garder ou à joindre à un message.")),
            _file(result, files, _("Image de la carte (SVG)"), "explorer:map-picture", "image",
                  _("Dessinée par le portail, symboles simplifiés : pour l’impression ou sans script.")),
        ),
    )  # fmt: skip


def _title(visible_map: VisibleMap) -> str:
    """Return what a map is called: its question as a sentence, else the names of its layers."""
    query = (
        sentence(visible_map.query, {scope.slug: scope for scope in visible_map.scopes})
        if not visible_map.reserved
        else None
    )
    if query is not None and query.subject is not None:
        return query.words
    titles, on = visible_map.titles, visible_map.query.layers
    named = [titles[slug] for slug in on if slug in titles]
    if not named:
        return _("Carte du territoire")
    if len(named) > 3:
        return _("Carte : %(layers)s et %(more)d autres couches") % {
            "layers": ", ".join(named[:2]), "more": len(named) - 2
        }  # fmt: skip
    return _("Carte : %s") % ", ".join(named)


def _sources(visitor: Visitor, result: SharedMap) -> tuple[str, ...]:
    """Return the credits of a picture of the map: the source of each layer, that of the ground, the day."""
    on = set(result.own_map.query.layers)
    layers = [scope.layer for scope in result.own_map.scopes if scope.slug in on]
    layers += [scope.layer for scope in result.own_map.rasters if scope.slug in on]
    texts = [
        _("%(title)s : %(text)s") % {"title": layer.title, "text": layer.source}
        for layer in layers
        if layer.source
    ]
    credit = [_(backdrop().attribution)] if backdrop() else []
    return (*texts, *credit, _("Carte du %s") % wording.day(localdate(visitor.instant)))


def _readers(result: SharedMap) -> tuple[str, ...]:
    text = [_("Tout ce que montre cette vue est ouvert : qui reçoit le lien voit la même carte.")]
    if not result.is_all_open:
        text = []
    if result.own_map.query.features.near:
        text.append(_("Le lien contient le point autour duquel vous cherchez."))
    return tuple(text)


def _warnings(result: SharedMap) -> tuple[str, ...]:
    text = []
    if result.internal:
        words = ngettext(
            "La couche « %s » est interne : qui n’y a pas droit ouvre la carte sans elle.",
            "Les couches « %s » sont internes : qui n’y a pas droit ouvre la carte sans elles.",
            len(result.internal),
        )
        text.append(words % _(" », « ").join(result.internal))
    if result.public.reserved:
        text.append(
            _(
                "Un filtre de « %s » porte sur un champ réservé : qui n’y a pas droit ne peut pas ouvrir ce lien."
            )
            % _(" », « ").join(result.public.reserved)
        )
    return tuple(text)


def _is_embeddable(result: SharedMap) -> bool:
    """Whether a frame would show something: open layers, without a condition on a reserved field or another layer."""
    public = result.public
    is_open = all(slug in public.titles for slug in named_layers(public.query))
    return bool(public.query.layers) and is_open and not public.reserved


def _embed(query: MapQuery, sheet: list[Pair], camera: str) -> str:
    fragment = f"#{camera}" if camera else ""
    return f"{reverse('explorer:map-embed')}?{query.address([*query.pairs(), *sheet])}{fragment}"


def _pairs(query: MapQuery, camera: str) -> list[Pair]:
    return [*parse_qsl(query.link, keep_blank_values=True), *([(VIEW, camera)] if camera else [])]


def _file(
    result: SharedMap, remaining: list[Pair], title: str, view: str, icon: str, words: str
) -> SharedFile:
    warning = _("Avec ce qui est interne (je ne le diffuse qu’à qui y a droit)")
    return SharedFile(
        title=title,
        address=reverse(view),
        help=words,
        icon=icon,
        hidden_fields=tuple(remaining),
        confirm="" if result.is_all_open else INTERNAL,
        warning="" if result.is_all_open else warning,
    )


def shared_layer(visitor: Visitor, address: SharedAddress) -> SharedPage:
    """Return what the page of a layer or of a raster gives.

    Raises:
        UnknownLayer: there is none of this name for the visitor.
    """
    slug = address.arguments["layer"]
    try:
        scope: access.Scope | access.RasterScope = access.scope(visitor, slug)
    except UnknownLayer:
        scope = access.raster_scope(visitor, slug)
    return SharedPage(
        title=str(scope.layer.title),
        embed=_embed_of(scope, [(LAYERS, slug)]),
        readers=_readers_of(scope),
        warnings=_warnings_of(scope),
    )


def shared_feature(visitor: Visitor, address: SharedAddress) -> SharedPage:
    """Return what the sheet of a feature gives.

    Raises:
        UnknownLayer, UnknownFeature: it is not there for the visitor.
    """
    slug, pk = address.arguments["layer"], address.arguments["pk"]
    scope = access.scope(visitor, slug)
    record = feature(scope, pk)
    embed = _embed_of(scope, [(LAYERS, slug), (SHEET, f"{slug}/{pk}")])
    if embed and pk in (points := inner_points(scope, [pk])):
        longitude, latitude = points[pk]
        embed += f"#{_CLOSE}/{latitude:.5f}/{longitude:.5f}"
    return SharedPage(
        title=feature_title(scope, record),
        embed=embed,
        printed=f"{address.path}#imprimer",
        readers=_readers_of(scope),
        warnings=_warnings_of(scope),
    )


def _embed_of(scope: access.Scope | access.RasterScope, pairs: list[Pair]) -> str:
    """Return the frame of an open layer that a map shows; empty for the others."""
    is_located = isinstance(scope, access.RasterScope) or scope.definition.geometry.is_located
    if not scope.is_open or not is_located or scope.slug == COMMUNES_LAYER:
        return ""
    return f"{reverse('explorer:map-embed')}?{urlencode(pairs)}"


def _readers_of(scope: access.Scope | access.RasterScope) -> tuple[str, ...]:
    if not scope.is_open:
        return ()
    return (_("Cette page est ouverte à tous ; chacun y voit les champs auxquels il a droit."),)


def _warnings_of(scope: access.Scope | access.RasterScope) -> tuple[str, ...]:
    if scope.is_open:
        return ()
    return (
        _("Couche interne : seules les personnes qui y ont droit ouvrent cette page, une fois connectées."),
    )
