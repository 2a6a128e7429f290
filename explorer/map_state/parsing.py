"""The address of the map: layers that are on, filters, versions, divider, camera.

====================  ==========================================================================================
``couches``           a layer that is on, repeated, the first one above the others
``sujet``             the layer whose features are the answer (``explorer.question.sentence``)
``retrait``           the layers that a question set aside, separated by commas: one gesture brings them again
``ordre``             how the answers are listed (``ORDERS``, or a field, ``-`` before it for the highest
                      first): without it, by distance where one is measured
``commune`` …         a filter of the API (``SHARED``), asked of every layer
``<layer>.<field>``   a value of a field of one layer, repeated for « or »: see ``explorer.map_state.queries``
``<layer>.touching``  another layer that its features touch or are near, as the API's ``touching``
``<layer>.disjoint``  another layer that they neither touch nor are near, as the API's ``disjoint``
``<layer>.filter``    a condition of a layer in CQL2 text, as the API's ``filter``
``<layer>.fiches``    records of a relation that its features have, ``equipements:3..``, as the API's ``records``
``<layer>.premiers``  the first rows alone in an order, ``-hauteur:3``, as the API's ``top``
``opacite``           ``layer:percent``, repeated
``rendu``             ``raster:lisse`` or ``raster:exact``, repeated: between its cells, or each as it is
``version``           ``layer:number``, repeated: a version of a layer that the map draws instead of what is online
``rideau``            a layer on the left of a divider, ``layer:percent``, or ``layer:percent:layer`` when another
                      one is on the right of it alone; each is a side: ``layer``, ``layer@v2`` for a version,
                      ``layer@from..to`` for what its date puts in a period, either day left out for an open one,
                      ``layer@2024-03-01`` for the plan of that day
``plan-date``         the day at which plans are read, AAAA-MM-JJ: see ``layers.access.dated_layers``
``temps``             the layer whose bar of time is open
``vue``               ``zoom/latitude/longitude``, MapLibre's zoom and degrees, where a page has no fragment
``objet``, ``fond``   the sheet that is open and the basemap: read by the script, they change no answer
``tableau``           the layer whose table is open, with ``tri``, ``colonnes`` and ``par``: see
                      ``explorer.table.queries``
``onglet``            the tab of the panel that shows (``TABS``); ``filtres`` is the layer whose filters it shows
``reponse``, ``volet`` ``statistiques`` and ``voisinage``: the tabs of the drawer and of the sheet, also the script's
====================  ==========================================================================================

A form without script sends some values in parts, which ``composed`` puts together:

=============================  ===================================================================================
``layer.field.de``, ``.a``     the bounds of a range: together ``layer.field=de..a``
``layer.field.periode``        a period counted from today, in place of the bounds
``layer.touching.couche``      another layer, with ``.metres`` around it, ``.choisis`` for only what is asked of it;
                               so has ``layer.disjoint``
=============================  ===================================================================================
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from explorer.rasters.queries import EXACT, SMOOTH
from interface.conditions import RANGE
from interface.requests import Parameters, filled
from layers.access import parse_plan_date
from layers.errors import InvalidParameter
from layers.parsing import FeatureQuery, parse_query, parse_radius, single_values
from layers.parsing.choices import choice
from layers.parsing.query import NEAREST
from layers.visitor import PLAN_DATE_PARAMETER

MAP_LIST_LIMIT = 40
LAYERS_LIST_LIMIT = 8
"""Rows of each of several layers, none of which is the subject of a question."""
MAX_LAYERS = 60
_REPEATED_LAYERS = 3
MAX_VALUES = 100
LAYERS, OPACITY, SHEET, BASEMAP, COMMUNE = "couches", "opacite", "objet", "fond", "commune"
SWIPE, RENDERING, VERSION, TIME, SUBJECT = "rideau", "rendu", "version", "temps", "sujet"
SET_ASIDE = "retrait"
ORDER, BY_DISTANCE, BY_TITLE = "ordre", "distance", "titre"
ORDERS = (BY_DISTANCE, BY_TITLE)
HERE = "moi"
TABLE, SORT, COLUMNS, BY = "tableau", "tri", "colonnes", "par"
TAB, FILTERS_OF, ANSWER_TAB, SHEET_TAB = "onglet", "filtres", "reponse", "volet"
VIEWS_TAB, ANSWERS_TAB = "vues", "filtres"
TABS = {
    TAB: ("couches", ANSWERS_TAB, "liste", VIEWS_TAB, "autour"),
    ANSWER_TAB: ("lignes", "statistiques"),
    SHEET_TAB: ("fiche", "voisinage"),
}
_DRAWING = (LAYERS, OPACITY, RENDERING, VERSION)
_SCREEN = (SHEET, BASEMAP, TABLE, SORT, COLUMNS, BY, FILTERS_OF, TIME, *TABS)
SHARED = ("bbox", "commune", "within", "near", "radius", "q")
TOUCHING, DISJOINT, FILTER, FIRST, RECORDS = "touching", "disjoint", "filter", "premiers", "fiches"
# What combines a layer with others.
COMBINING = (TOUCHING, DISJOINT)
_OWN = re.compile(r"([a-z0-9][a-z0-9-]*)\.([\w]+)")
_KEY = re.compile(r"-?(?:[a-z_]\w{0,62}|days:\w{1,63}\.\.\w{1,63})")
_FAR = re.compile(r"[^?@]*@(\d+(?:\.\d+)?)", re.ASCII)
_SWIPE = re.compile(r"([^:]+):(\d{1,3})(?::([^:]+))?", re.ASCII)
_OPACITY = re.compile(r"([a-z0-9][a-z0-9-]*):(\d{1,3})", re.ASCII)
_RENDERING = re.compile(rf"([a-z0-9][a-z0-9-]*):({SMOOTH}|{EXACT})", re.ASCII)
# What comes back from a person is at most so long; the kernel has stricter bounds for each parameter.
_MAX_TEXT = 20_000

Pair = tuple[str, str]
FROM, TO, PERIOD = "de", "a", "periode"
LAYER, METRES, LIVE = "couche", "metres", "choisis"
_PART = re.compile(
    r"(?P<whole>[a-z0-9][a-z0-9-]*\.\w+)\.(?P<part>de|a|periode|couche|metres|choisis)", re.ASCII
)
SIDE = r"([a-z0-9][a-z0-9-]*)(?:@(?:v(\d{1,9})|([0-9-]{0,10}\.\.[0-9-]{0,10})|(\d{4}-\d{2}-\d{2})))?"
_SIDE = re.compile(SIDE, re.ASCII)
_VERSION = re.compile(r"([a-z0-9][a-z0-9-]*):(\d{1,9})", re.ASCII)
VIEW = "vue"
_FORM = re.compile(r"(\d{1,2}(?:\.\d{1,4})?)/(-?\d{1,2}(?:\.\d{1,8})?)/(-?\d{1,3}(?:\.\d{1,8})?)", re.ASCII)
_MAX_ZOOM, _MAX_LATITUDE, _MAX_LONGITUDE = 22, 85, 180


@dataclass(frozen=True, slots=True)
class Swipe:
    """A divider of the map, ``percent`` from its left: ``left`` is drawn on one side of it, ``right`` on the other.

    ``right`` is None where the layer is compared with what is under it.
    """

    left: Side
    percent: int
    right: Side | None = None

    def __str__(self) -> str:
        sides = (str(self.left), str(self.percent), str(self.right or ""))
        return ":".join(filter(None, sides))

    @property
    def sides(self) -> tuple[Side, ...]:
        """The left side, then the right one when there is one."""
        return (self.left, self.right) if self.right else (self.left,)


@dataclass(frozen=True, slots=True)
class MapQuery:
    """What the map and its list show: slugs of the visible layers, and the query of each.

    ``shared`` are parameters of the API for every layer, ``own`` the conditions on the fields of one layer, by slug
    and name; ``opacity`` is in percent, ``renderings`` gives ``SMOOTH`` or ``EXACT`` for rasters. ``features`` is the
    shared query parsed by the kernel. ``is_default``: the address names no layer, and the portal chooses. ``sheet``
    is the layer of the sheet, ``screen`` the layers of what is open around the map, which change no answer.
    ``subject`` is the layer of the question, ``order`` that of its answers; empty without one in the address.
    ``table_sort`` is the sort of its table, when that is open, which the answers follow where they have no order.
    ``here_m`` is the radius around the person, whose position the script asks for: no point yet, nothing is left out.
    ``plan_date`` is the day at which plans are read, of the visitor too; empty for what is online.
    ``set_aside`` are layers that were on before the question, which it does not need; none of them is on.
    """

    layers: tuple[str, ...]
    features: FeatureQuery
    is_default: bool
    shared: tuple[Pair, ...] = ()
    own: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    opacity: dict[str, int] = field(default_factory=dict)
    renderings: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    swipe: Swipe | None = None
    basemap: str = ""
    sheet: str = ""
    subject: str = ""
    order: str = ""
    table_sort: str = field(default="", compare=False)
    here_m: float | None = None
    set_aside: tuple[str, ...] = ()
    plan_date: str = ""
    screen: tuple[str, ...] = field(default=(), compare=False)

    def pairs(self) -> list[Pair]:
        """Return the address of the question: everything but the layers that are on and how they are drawn."""
        own = [
            (f"{slug}.{name}", value)
            for slug, requested in self.own.items()
            for name, values in requested.items()
            for value in values
        ]
        return [pair for pair in self.shared if pair[0] != "bbox"] + own

    def address(self, pairs: Iterable[Pair]) -> str:
        """Return the query string of the map for another question, with the same layers drawn the same way."""
        parameters = [(LAYERS, slug) for slug in self.layers or ("",)]
        parameters += [(OPACITY, f"{slug}:{percent}") for slug, percent in self.opacity.items()]
        parameters += [(RENDERING, f"{slug}:{chosen}") for slug, chosen in self.renderings.items()]
        parameters += [(VERSION, f"{slug}:{number}") for slug, number in self.versions.items()]
        parameters += [(SWIPE, str(self.swipe))] if self.swipe else []
        parameters += [(BASEMAP, self.basemap)] if self.basemap else []
        parameters += self._answers
        return urlencode([*parameters, *pairs])

    @property
    def narrowed(self) -> list[Pair]:
        """The parameters of the question with the view that limits it, and the layers that are on."""
        view = [pair for pair in self.shared if pair[0] == "bbox"]
        return [*self.layer_pairs, *view, *self.pairs()]

    @property
    def layer_pairs(self) -> list[Pair]:
        """The layers that are on or set aside, the subject and the order: what a form sends back as it is."""
        return [*((LAYERS, slug) for slug in self.layers or ("",)), *self._answers]

    @property
    def _answers(self) -> list[Pair]:
        texts = (
            (SUBJECT, self.subject),
            (ORDER, self.order),
            (SET_ASIDE, ",".join(self.set_aside)),
            (PLAN_DATE_PARAMETER, self.plan_date),
        )
        return [(name, text) for name, text in texts if text]

    @property
    def narrowed_link(self) -> str:
        """The query string of ``narrowed``."""
        return urlencode(self.narrowed)

    @property
    def link(self) -> str:
        """The query string of the map for this very question."""
        return self.address(self.pairs())

    @property
    def legend_link(self) -> str:
        """The query string of a line of the legend: a page with many layers does not repeat them all in each line.

        Without ``couches`` the script of the map leaves those that are on; without script, the layer that the line is
        about is on.
        """
        return (
            self.link if len(self.layers) <= _REPEATED_LAYERS else urlencode([*self._answers, *self.pairs()])
        )

    def link_before_today(self, layer: str) -> str:
        """The query string of the map that compares a layer on the day of plans, on the left, with what is online."""
        swipe = Swipe(Side(layer, day=self.plan_date), 50, Side(layer))
        return replace(self, plan_date="", swipe=swipe).link

    @property
    def hidden_pairs(self) -> list[Pair]:
        """What a form that chooses another day of plans sends back as it is."""
        today = replace(self, plan_date="")
        return [*today.layer_pairs, *today.pairs()]

    @property
    def link_of_today(self) -> str:
        """The query string of the map for the same question of the plans that are online."""
        return replace(self, plan_date="").link

    def without_point(self) -> MapQuery:
        """Return the same question without a point and its radius."""
        shared = tuple(pair for pair in self.shared if pair[0] not in {"near", "radius"})
        return replace(self, shared=shared, features=replace(self.features, near=None))

    def with_layers(self, layers: Sequence[str]) -> MapQuery:
        """Return the same question of other layers; those that were set aside and are on again are no longer so."""
        remaining = tuple(slug for slug in self.set_aside if slug not in layers)
        return replace(self, layers=tuple(layers), set_aside=remaining)

    def asking(self, slug: str, changes: Mapping[str, Sequence[str]]) -> MapQuery:
        """Return the question with other values of fields of a layer; no value removes the condition."""
        conditions = {**self.own.get(slug, {}), **{name: tuple(values) for name, values in changes.items()}}
        own = {**self.own, slug: without_stray_nearest(conditions)}
        return replace(self, own={layer: fields for layer, fields in own.items() if fields})

    def sharing(self, changes: Mapping[str, str]) -> MapQuery:
        """Return the question with other values for every layer; an empty text removes the condition."""
        requested = {**dict(self.shared), **changes}
        return replace(self, shared=tuple((name, requested[name]) for name in SHARED if requested.get(name)))


def without_stray_nearest(conditions: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the conditions of a layer that have a value, without « the nearest rows » where it is near nothing."""
    given = {name: values for name, values in conditions.items() if values}
    is_near = any((match := _FAR.match(text)) and float(match[1]) for text in given.get(TOUCHING, ()))
    if not is_near and all(text.lstrip("-").startswith(f"{NEAREST}:") for text in given.get(FIRST, ())):
        given.pop(FIRST, None)
    return given


def parse_map(parameters: Parameters, *, allowed: Sequence[str] = ()) -> MapQuery:
    """Read the address of the map; ``allowed`` are parameters that the caller reads itself.

    Raises:
        UnknownParameter: a name that is none of those above.
        InvalidParameter: a value that cannot be read; its subclasses say more.
    """
    inputs = {name: values for name, values in filled(composed(parameters)).items() if name not in allowed}
    own_names = {name: match for name in inputs if (match := _OWN.fullmatch(name))}
    shared = {name: values for name, values in inputs.items() if name not in {*_DRAWING, *own_names}}
    if COMMUNE in shared:  # the boxes of a form come one by one
        shared[COMMUNE] = [",".join(dict.fromkeys(filter(None, shared[COMMUNE])))]
    values = single_values(
        shared, allowed=(*SHARED, *_SCREEN, SWIPE, SUBJECT, ORDER, SET_ASIDE, PLAN_DATE_PARAMETER)
    )
    for name, choices in {**TABS, ORDER: ORDERS}.items():
        if name in values and not (name == ORDER and _KEY.fullmatch(values[name])):
            choice(values[name], choices, parameter=name)
    here_m = _here(values)
    requested = {name: [value] for name, value in values.items() if name in SHARED}
    layers = _layers(inputs.get(LAYERS, ()), LAYERS)
    set_aside = _layers(values.get(SET_ASIDE, "").split(","), SET_ASIDE)
    limit = MAP_LIST_LIMIT if SUBJECT in values or len(layers) == 1 else LAYERS_LIST_LIMIT
    return MapQuery(
        layers=layers,
        features=parse_query({"limit": [str(limit)], **requested}),
        is_default=LAYERS not in parameters,
        shared=tuple((name, values[name]) for name in SHARED if name in values),
        own=_own(inputs, own_names),
        opacity=dict(_opacity(text) for text in inputs.get(OPACITY, ())),
        renderings=dict(_rendering(text) for text in inputs.get(RENDERING, ())),
        versions=dict(parse_version(text, parameter=VERSION) for text in inputs.get(VERSION, ())),
        swipe=_swipe(values[SWIPE]) if SWIPE in values else None,
        basemap=values.get(BASEMAP, ""),
        sheet=_sheet(values),
        subject=values.get(SUBJECT, ""),
        order=values.get(ORDER, ""),
        table_sort=values.get(SORT, "") if values.get(TABLE) == values.get(SUBJECT) else "",
        here_m=here_m,
        set_aside=tuple(slug for slug in set_aside if slug not in layers),
        plan_date=_plan_date(values),
        screen=tuple(filter(None, (*map(values.get, (TABLE, FILTERS_OF, TIME)), _sheet(values)))),
    )


def _plan_date(values: Mapping[str, str]) -> str:
    text = values.get(PLAN_DATE_PARAMETER)
    return parse_plan_date([text]).isoformat() if text else ""


def _here(values: dict[str, str]) -> float | None:
    """Take « around the person » out of the values, and return its radius.

    Raises:
        InvalidParameter: the radius is missing or is none.
    """
    if values.get("near") != HERE:
        return None
    del values["near"]
    if "radius" not in values:
        raise InvalidParameter(_("near demande aussi radius, en mètres."), parameter="radius")
    return parse_radius(values.pop("radius"))


def _layers(slugs: Sequence[str], parameter: str) -> tuple[str, ...]:
    layers = tuple(filter(None, dict.fromkeys(slugs)))
    if len(layers) > MAX_LAYERS or any("\x00" in slug for slug in layers):
        raise InvalidParameter(
            _("%(name)s : %(max)d valeurs au plus, sans caractère nul.")
            % {"name": parameter, "max": MAX_LAYERS},
            parameter=parameter,
        )
    return layers


def _sheet(values: Mapping[str, str]) -> str:
    return values.get(SHEET, "").partition("/")[0]


def _own(parameters: Parameters, names: dict[str, re.Match[str]]) -> dict[str, dict[str, tuple[str, ...]]]:
    own: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, match in names.items():
        values = tuple(dict.fromkeys(filter(None, parameters[name])))
        if len(values) > MAX_VALUES or any("\x00" in value or len(value) > _MAX_TEXT for value in values):
            raise InvalidParameter(
                _("%(name)s : %(max)d valeurs au plus, sans caractère nul.")
                % {"name": name[:60], "max": MAX_VALUES},
                parameter=name[:60],
            )
        if values:
            own.setdefault(match[1], {})[match[2]] = values
    return own


def _opacity(text: str) -> tuple[str, int]:
    match = _OPACITY.fullmatch(text)
    if match is None or not 0 <= int(match[2]) <= 100:
        raise InvalidParameter(
            _("opacite attend couche:pourcentage, de 0 à 100 ; reçu « %s ».") % text[:60], parameter=OPACITY
        )
    return match[1], int(match[2])


def _rendering(text: str) -> tuple[str, str]:
    match = _RENDERING.fullmatch(text)
    if match is None:
        raise InvalidParameter(
            _("rendu attend raster:lisse ou raster:exact ; reçu « %s ».") % text[:60], parameter=RENDERING
        )
    return match[1], match[2]


def _swipe(text: str) -> Swipe:
    match = _SWIPE.fullmatch(text)
    if match is None or int(match[2]) > 100 or match[1] == match[3]:
        raise InvalidParameter(
            _(
                "rideau attend couche:pourcentage, de 0 à 100, puis deux-points et l’autre couche, "
                "s’il y en a une ; reçu « %s »."
            )
            % text[:60],
            parameter=SWIPE,
        )
    left, right = (parse_side(side, parameter=SWIPE) if side else None for side in (match[1], match[3]))
    assert left is not None
    return Swipe(left, int(match[2]), right)


def composed(parameters: Parameters) -> dict[str, Sequence[str]]:
    """Put the parts of each value together, after the values that came whole.

    Raises:
        InvalidParameter: a part has several values.
    """
    combined: dict[str, Sequence[str]] = {}
    parts: dict[str, dict[str, str]] = {}
    for name, values in parameters.items():
        match = _PART.fullmatch(name)
        if match is None:
            combined[name] = values
        elif values:
            parts.setdefault(match["whole"], {})[match["part"]] = _only(name, values)
    for name, inputs in parts.items():
        if text := _value(inputs):
            combined[name] = [*combined.get(name, ()), text]
    return combined


def _only(name: str, values: Sequence[str]) -> str:
    texts = {value.strip() for value in values}
    if len(texts) > 1:
        raise InvalidParameter(_("%s est donné plusieurs fois.") % name[:60], parameter=name[:60])
    return texts.pop()


def _value(parts: Mapping[str, str]) -> str:
    if other := parts.get(LAYER):
        metres = parts.get(METRES, "")
        return other + (f"@{metres}" if metres not in {"", "0"} else "") + ("*" if parts.get(LIVE) else "")
    if period := parts.get(PERIOD, ""):
        return period
    first, last = parts.get(FROM, ""), parts.get(TO, "")
    return f"{first}..{last}" if first or last else ""


@dataclass(frozen=True, slots=True)
class Side:
    """A layer; its version, a number; the ``period`` of its date (``from..to``); or the ``day`` of a plan."""

    layer: str
    version: int | None = None
    period: str = ""
    day: str = ""

    def __str__(self) -> str:
        visible = self.day or self.period if self.version is None else f"v{self.version}"
        return f"{self.layer}@{visible}" if visible else self.layer


def parse_side(text: str, *, parameter: str) -> Side:
    """Read a side.

    Raises:
        InvalidParameter: another form, or a day that the calendar does not have; ``parameter`` is named.
    """
    match = _SIDE.fullmatch(text)
    if match is None or match[3] == RANGE:
        raise InvalidParameter(
            _("%(name)s attend couche, couche@v2 ou couche@AAAA-MM-JJ..AAAA-MM-JJ ; reçu « %(value)s ».")
            % {"name": parameter, "value": text[:60]},
            parameter=parameter,
        )
    for day in filter(None, [*(match[3] or "").split(RANGE), match[4]]):
        _check_day(day, parameter)
    return Side(match[1], int(match[2]) if match[2] else None, match[3] or "", match[4] or "")


def _check_day(text: str, parameter: str) -> None:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        raise InvalidParameter(
            _("%(name)s attend %(expected)s ; reçu « %(value)s ».")
            % {"name": parameter, "expected": _("une date AAAA-MM-JJ"), "value": text},
            parameter=parameter,
        ) from None


def parse_version(text: str, *, parameter: str) -> tuple[str, int]:
    """Read ``layer:number``, the version of a layer that the map shows.

    Raises:
        InvalidParameter: another form; ``parameter`` is named.
    """
    match = _VERSION.fullmatch(text)
    if match is None:
        raise InvalidParameter(
            _("%(name)s attend couche:numéro ; reçu « %(value)s ».")
            % {"name": parameter, "value": text[:60]},
            parameter=parameter,
        )
    return match[1], int(match[2])


def answers_address(address: str) -> str:
    """Return an address of the map as it is sent to others, path and fragment as they are.

    It opens the answers where something is asked, and never the views, which are those of who saved them. The layers
    that the question set aside are left out: whoever receives it brings those of their own map.
    """
    start, sharp, camera = address.partition("#")
    path, mark, query = start.rpartition("?")
    pairs = [(pair.partition("=")[0], pair) for pair in filter(None, query.split("&"))]
    tabs = [pair for name, pair in pairs if name == TAB]
    texts = [pair for name, pair in pairs if name not in {TAB, SET_ASIDE}]
    has_question = any(name == SUBJECT or _OWN.fullmatch(name) for name, _pair in pairs)
    if tabs in ([], [f"{TAB}={VIEWS_TAB}"]):
        tabs = [f"{TAB}={ANSWERS_TAB}"] if has_question else []
    return f"{path}{mark}{'&'.join([*texts, *tabs])}{sharp}{camera}"


@dataclass(frozen=True, slots=True)
class Camera:
    """What the map shows: MapLibre's zoom, and the centre in degrees."""

    zoom: float
    latitude: float
    longitude: float


def camera_in(text: str) -> Camera | None:
    """Return the camera in a text; None without a valid one."""
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    camera = Camera(*(float(part) for part in match.groups()))
    is_on_earth = abs(camera.latitude) <= _MAX_LATITUDE and abs(camera.longitude) <= _MAX_LONGITUDE
    return camera if camera.zoom <= _MAX_ZOOM and is_on_earth else None


def parse_camera(text: str) -> Camera:
    """Read a camera.

    Raises:
        InvalidParameter: another form, or a place that no map shows; it names ``vue``.
    """
    camera = camera_in(text)
    if camera is None:
        raise InvalidParameter(
            _("vue attend zoom/latitude/longitude ; reçu « %s ».") % text[:60], parameter=VIEW
        )
    return camera


def parse_layer_list(text: str, *, most: int) -> tuple[str, ...]:
    """Read the identifiers of layers, separated by commas.

    Raises:
        InvalidParameter: an empty or repeated name, or more than ``most``.
    """
    slugs = tuple(text.split(","))
    if "" in slugs or len(set(slugs)) < len(slugs) or len(slugs) > most:
        raise InvalidParameter(
            _("De 1 à %(max)d couches distinctes, séparées par des virgules ; reçu « %(value)s ».")
            % {"max": most, "value": text[:80]},
            parameter="layer",
        )
    return slugs
