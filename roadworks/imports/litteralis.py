"""The orders of Litteralis (Sogelink) by its WFS 2: an *emprise* is a site, its order is linked.

Pages of GeoJSON by ``count`` and ``startIndex``, with HTTP Basic. Dates stand for days: they are written as 00:00Z or
01:00Z of a day in Paris. ``arretesrcid``, the number of an order, is not unique; ``idemprise`` is. Parameters of orders
are not read: they may name people.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import unicodedata
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

import shapely
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from layers.errors import UnreachableSource
from layers.parsing.geometry import MAX_CHARACTERS, MAX_NESTING, nesting
from layers.services.remote_sources import download
from roadworks.imports.sources import ImportReport, SourceOrder, SourcePhase, SourceSite
from roadworks.periods import PARIS
from roadworks.vocabulary import Direction, Impact, Mode

LAYER, PAGE = "litteralis:litteralis", 1_000
# Ten times the largest set that is known: a server that ignores ``startIndex`` is stopped earlier.
MAX_PAGES = 200
_MAX_BYTES, _SECONDS = 64 * 1024 * 1024, 60.0
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
PERMANENT, DETOUR = "ARRETE PERMANENT", "DEVIATION"
# The measures that have words of ours, by what their name holds, the first that fits.
_MEASURES: tuple[tuple[tuple[str, ...], tuple[Mode, Impact] | None], ...] = (
    (("DEVIATION",), None),
    (("STATIONNEMENT",), (Mode.PARKING, Impact.CLOSED)),
    (("PIETON",), (Mode.FOOT, Impact.CLOSED)),
    (("TROTTOIR",), (Mode.FOOT, Impact.CLOSED)),
    (("CYCL",), (Mode.BICYCLE, Impact.CLOSED)),
    (("ALTERN",), (Mode.CAR, Impact.ALTERNATE)),
    (("RETRECI",), (Mode.CAR, Impact.SLOWED)),
    (("CIRCULATION", "INTERDI"), (Mode.CAR, Impact.CLOSED)),
    (("CIRCULATION", "INTERROMP"), (Mode.CAR, Impact.CLOSED)),
    (("CIRCULATION", "SUSPEN"), (Mode.CAR, Impact.CLOSED)),
    (("BARREE",), (Mode.CAR, Impact.CLOSED)),
    (("FERMETURE",), (Mode.CAR, Impact.CLOSED)),
)


@dataclass(frozen=True, slots=True)
class LitteralisService:
    """The WFS of an authority; the password is sent to its host alone, over HTTPS."""

    address: str
    user: str
    password: str

    def features(self) -> Iterator[Mapping[str, Any]]:
        """Yield the features, page by page.

        Raises:
            UnreachableSource, LateSource: as ``download``; or the answer is no GeoJSON, or repeats its pages.
        """
        parts = urlsplit(self.address)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise UnreachableSource(_("« %s » : l’adresse doit commencer par https://.") % self.address)
        former: list[object] = []
        for page in range(MAX_PAGES):
            rows = self._page(page * PAGE)
            names = [_properties(row).get("idemprise") for row in rows]
            if rows and names == former:
                raise UnreachableSource(_("« %s » renvoie deux fois la même page.") % self.address)
            yield from rows
            if len(rows) < PAGE:
                return
            former = names
        raise UnreachableSource(_("« %s » a trop de pages.") % self.address)

    def _page(self, start: int) -> list[Mapping[str, Any]]:
        query = {
            "service": "WFS",
            "version": "2.0.0",
            "request": "GetFeature",
            "typeNames": LAYER,
            "outputFormat": "application/json",
            "srsName": "EPSG:4326",
            "sortBy": "idemprise",
            "count": PAGE,
            "startIndex": start,
        }
        separator = "&" if urlsplit(self.address).query else "?"
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        content = download(
            f"{self.address}{separator}{urlencode(query)}",
            most=_MAX_BYTES,
            seconds=_SECONDS,
            headers={"Authorization": f"Basic {pair}"},
        )
        try:
            rows = json.loads(content)["features"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise UnreachableSource(_("« %s » ne répond pas en GeoJSON.") % self.address) from error
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise UnreachableSource(_("« %s » ne répond pas en GeoJSON.") % self.address)
        return rows


def litteralis_sites(features: Iterable[Mapping[str, Any]], report: ImportReport) -> list[SourceSite]:
    """Return the sites of features; what is left out is in the report. Detours go to the sites of their order."""
    sites: dict[str, tuple[str, SourceSite]] = {}
    detours: dict[str, list[tuple[str, Any]]] = defaultdict(list)
    earlier_identifiers: set[str] = set()
    for row in features:
        report.rows += 1
        values = _properties(row)
        identifier, order = _text(values, "idemprise"), _text(values, "idarrete")
        reason = _fault(identifier, values, earlier_identifiers)
        earlier_identifiers.add(identifier)
        area, phase = readable_shape(row.get("geometry")), _phase(values)
        if reason or area is None:
            report.reject(identifier[:80], reason or _("géométrie absente ou illisible"))
        elif _text(values, "emprisetype").upper() == DETOUR:
            detours[order].append((identifier, area))
        elif phase is None or phase.last < phase.first:
            fault = (
                _("une date manque ou n’est pas une date") if phase is None else _("la fin précède le début")
            )
            report.reject(identifier, fault)
        else:
            sites[identifier] = (order, _site(identifier, values, area, phase, report))
    orders = {order for order, _each in sites.values()}
    for order in detours.keys() - orders:
        for identifier, _area in detours[order]:
            report.reject(identifier, _("déviation d’un arrêté sans chantier"))
    return [
        replace(site, detour=shapely.union_all([area for _identifier, area in detours[order]]))
        if order in detours
        else site
        for order, site in sites.values()
    ]


def _fault(identifier: str, values: Mapping[str, Any], earlier_identifiers: Container[str]) -> str:
    """Return why an emprise is no site, whatever its place and dates; empty for one that may be."""
    if not identifier or len(identifier) > 80:
        return _("aucun identifiant d’emprise")
    if identifier in earlier_identifiers:
        return _("identifiant d’emprise en double")
    if _text(values, "documenttype").upper() == PERMANENT:
        return _("arrêté permanent : ce n’est pas un chantier")
    return ""


def _site(
    identifier: str, values: Mapping[str, Any], area: Any, phase: SourcePhase, report: ImportReport
) -> SourceSite:
    measures, locations = _words(values, "mesures"), _words(values, "localisations")
    effects: dict[tuple[Mode, Direction], Impact] = {}
    for measure in measures:
        is_read, effect = _effect(measure)
        if not is_read:
            report.ignored[measure] += 1
        elif effect is not None:
            mode, impact = effect
            former = effects.get((mode, Direction.BOTH), Impact.NONE)
            effects[mode, Direction.BOTH] = max(former, impact, key=list(Impact).index)
    number, authority = _text(values, "arretesrcid")[:60], _text(values, "collectivitelibelle")[:160]
    kind = _text(values, "emprisetype").capitalize() or _("Arrêté")
    title = _("%(kind)s : %(place)s") % {"kind": kind, "place": locations[0]} if locations else kind
    details = [". ".join(measures), ". ".join(locations)]
    address = _text(values, "shorturl")
    return SourceSite(
        id=identifier,
        title=title[:200],
        description="\n".join(text for text in details if text)[:2_000],
        owner=authority or _("Non précisé"),
        phases=(phase,),
        effects=tuple((mode, impact, direction) for (mode, direction), impact in effects.items()),
        area=area,
        order=SourceOrder(number, authority, address if _is_web(address) else "") if number else None,
    )


def _effect(measure: str) -> tuple[bool, tuple[Mode, Impact] | None]:
    """Return whether a measure has words of ours, and its effect."""
    plain = unicodedata.normalize("NFKD", measure).encode("ascii", "ignore").decode().upper()
    for words, effect in _MEASURES:
        if all(word in plain for word in words):
            return True, effect
    return False, None


def _properties(row: Mapping[str, Any]) -> Mapping[str, Any]:
    values = row.get("properties")
    return values if isinstance(values, dict) else {}


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return "" if value is None else str(value).strip()


def _words(values: Mapping[str, Any], name: str) -> list[str]:
    return [word.strip() for word in _text(values, name).split(";") if word.strip()]


def _is_web(address: str) -> bool:
    return address.startswith(("https://", "http://")) and len(address) <= 400


def _phase(values: Mapping[str, Any]) -> SourcePhase | None:
    """Return the days of an emprise, those of its order where it has none; None where either is missing."""
    first = local_day(_text(values, "emprisedebut") or _text(values, "arretedebut"))
    last = local_day(_text(values, "emprisefin") or _text(values, "arretefin"))
    return SourcePhase(first, last) if first and last else None


def local_day(text: str) -> dt.date | None:
    """Return the day in Paris of a date or of an instant; None for any other text."""
    try:
        instant = parse_datetime(text)
        if instant is None:
            return parse_date(text)
        return instant.astimezone(PARIS).date() if instant.tzinfo else instant.date()
    except (ValueError, OverflowError):
        return None


def readable_shape(geometry: object) -> Any:
    """Return a GeoJSON geometry in degrees as a shapely one.

    None for a point, and for one that is empty, unreadable, nested too deep, or not in degrees.
    """
    text = json.dumps(geometry)
    if not isinstance(geometry, dict) or len(text) > MAX_CHARACTERS or nesting(text) > MAX_NESTING + 2:
        return None
    try:
        shape = shapely.from_geojson(text)
    except shapely.errors.ShapelyError:
        return None
    if shape is None or shapely.is_empty(shape) or shapely.get_dimensions(shape) < 1:
        return None
    west, south, east, north = shapely.bounds(shape)
    is_placed = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    return shapely.force_2d(shape) if is_placed else None
