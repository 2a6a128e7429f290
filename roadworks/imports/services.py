"""Write the sites of another tool: matched with road sections, by their identifier there, all or nothing.

What has not changed is not written: an import that is run again changes nothing. What an agent decides here (state,
actual end, contact, confirmations) stays; the rest is what the source says.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.services.keyed_records import BATCH, Key, locked_for_load, write_records
from layers.services.remote_sources import download
from layers.visitor import Visitor
from roadworks.imports.corridors import Match, RoadNetwork
from roadworks.imports.dialog import dialog_sites, joined_pages, pages_after
from roadworks.imports.litteralis import LitteralisService, litteralis_sites
from roadworks.imports.sources import ImportReport, SourceSite
from roadworks.models import Effect, Order, Phase, RoadWorks, SiteSection
from roadworks.services.situation import update_sites
from roadworks.vocabulary import SiteOrigin, SiteState, WorkNature

_NAMES = frozenset(
    {"objet", "description", "voie", "maitre_ouvrage", "date_debut", "date_fin", "geom", "trace_deviation"}
)
EXPORT_MAX_BYTES = 256 * 1024 * 1024
_PREFIXES = {SiteOrigin.LITTERALIS: "LIT", SiteOrigin.DIALOG: "DLG"}


def load_sites(
    sites: Iterable[SourceSite],
    *,
    origin: SiteOrigin,
    state: SiteState,
    visitor: Visitor,
    report: ImportReport,
) -> None:
    """Write sites in one transaction; new ones are in ``state``. A dry run (of the report) writes nothing that stays.

    Raises:
        UnknownLayer: the visitor does not read the layer of road sections.
    """
    network = RoadNetwork(visitor)
    matches: dict[str, tuple[SourceSite, Match]] = {}
    for site in sites:
        match = network.match(site.area)
        report.stubs += match.stubs
        if match.parts:
            matches[site.id] = (site, match)
        else:
            report.reject(site.id, _("aucune rue du référentiel sous l’emprise"))
    with transaction.atomic():
        locked_for_load(RoadWorks)
        rows = RoadWorks.objects.filter(source=origin, source_id__in=list(matches))
        values: dict[Key, Mapping[str, Any]] = {
            (source_id,): _values(site, match, network, origin, state)
            for source_id, (site, match) in matches.items()
        }
        existing: dict[Key, RoadWorks] = {(row.source_id,): row for row in rows}
        former = {key: _compared(row) for key, row in existing.items()}
        written = write_records(RoadWorks, values, existing, _NAMES, report.count, ("updated_at",))
        changed = {row.pk for key, row in written.items() if former.get(key) != _compared(row)}
        records = {row.pk: matches[str(row.source_id)] for row in written.values()}
        related = _write_related(records, network)
        report.count.updated += len(related - changed)
        report.count.unchanged -= len(related - changed)
        if touched := sorted(related | changed):
            update_sites(instant=timezone.now(), sites=touched)
        transaction.set_rollback(report.is_dry_run)


def _compared(row: RoadWorks) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in sorted(_NAMES))


def _values(
    site: SourceSite, match: Match, network: RoadNetwork, origin: SiteOrigin, state: SiteState
) -> Mapping[str, Any]:
    detour = network.match(site.detour) if site.detour is not None else None
    return {
        "identifiant": _identifier(origin, site.id),
        "objet": site.title,
        "description": site.description,
        "voie": ", ".join(match.streets)[:300],
        "nature": WorkNature.OTHER,
        "maitre_ouvrage": site.owner,
        "date_debut": min(phase.first for phase in site.phases),
        "date_fin": max(phase.last for phase in site.phases),
        "geom": network.lines(match),
        "trace_deviation": network.lines(detour) if detour is not None and detour.parts else None,
        "etat": state,
        "source": origin,
        "source_id": site.id,
    }


def _identifier(origin: SiteOrigin, source_id: str) -> str:
    name = f"{_PREFIXES[origin]}-{source_id}"
    if len(name) <= 40:
        return name
    return f"{_PREFIXES[origin]}-{hashlib.sha256(source_id.encode()).hexdigest()[:32]}"


def _write_related(records: Mapping[int, tuple[SourceSite, Match]], network: RoadNetwork) -> set[int]:
    """Replace phases, effects, sections and orders of the sites where they differ; return the keys of these sites."""
    phases = {pk: _phases(pk, site) for pk, (site, _match) in records.items()}
    effects = {pk: _effects(pk, site) for pk, (site, _match) in records.items()}
    sections = {pk: _sections(pk, match, network) for pk, (_site, match) in records.items()}
    changed = _replace(Phase, phases, _PHASE) | _replace(Effect, effects, _EFFECT)
    changed |= _replace(SiteSection, sections, _SECTION)
    return changed | _add_orders(records)


_PHASE = ("numero", "date_debut", "date_fin", "heure_debut", "heure_fin", "jours")
_EFFECT = ("mode", "impact", "sens")
_SECTION = ("rang", "cleabs", "voie", "nature", "longueur_m", "geom")


def _replace(model: Any, drafts: Mapping[int, Sequence[Any]], columns: Sequence[str]) -> set[int]:
    stored: dict[int, list[Any]] = defaultdict(list)
    for record in model.objects.filter(chantier_id__in=list(drafts)).order_by("chantier_id", "pk"):
        stored[record.chantier_id].append([getattr(record, name) for name in columns])
    changed = {
        pk
        for pk, records in drafts.items()
        if _sorted(stored[pk]) != _sorted([getattr(each, name) for name in columns] for each in records)
    }
    model.objects.filter(chantier_id__in=changed).delete()
    model.objects.bulk_create([each for pk in changed for each in drafts[pk]], batch_size=BATCH)
    return changed


def _sorted(records: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    return sorted(records, key=lambda record: repr(record[:3]))


def _phases(pk: int, site: SourceSite) -> list[Phase]:
    return [
        Phase(
            chantier_id=pk,
            numero=number,
            date_debut=phase.first,
            date_fin=phase.last,
            heure_debut=phase.opens,
            heure_fin=phase.closes,
            jours=list(phase.days),
        )
        for number, phase in enumerate(site.phases, 1)
    ]


def _effects(pk: int, site: SourceSite) -> list[Effect]:
    return [
        Effect(chantier_id=pk, mode=mode, impact=impact, sens=direction)
        for mode, impact, direction in site.effects
    ]


def _sections(pk: int, match: Match, network: RoadNetwork) -> list[SiteSection]:
    return [
        SiteSection(
            chantier_id=pk,
            rang=rank,
            cleabs=part.road.cleabs,
            voie=part.road.street,
            nature=part.road.nature[:24],
            longueur_m=round(part.length, 1),
            geom=network.line(part),
        )
        for rank, part in enumerate(match.parts, 1)
    ]


def _add_orders(records: Mapping[int, tuple[SourceSite, Match]]) -> set[int]:
    """Link the orders that sites do not have yet; return the keys of these sites. Orders that are there stay."""
    stored = set(Order.objects.filter(chantier_id__in=list(records)).values_list("chantier_id", "numero"))
    orders = [
        Order(
            chantier_id=pk,
            numero=site.order.number,
            autorite=site.order.authority,
            adresse=site.order.address,
        )
        for pk, (site, _match) in records.items()
        if site.order is not None and (pk, site.order.number) not in stored
    ]
    Order.objects.bulk_create(orders, batch_size=BATCH)
    return {order.chantier_id for order in orders}


def import_litteralis(
    *, service: LitteralisService, state: SiteState, visitor: Visitor, is_dry_run: bool = False
) -> ImportReport:
    """Bring the sites of Litteralis up to date and return what was done.

    Raises:
        UnreachableSource, LateSource: the service does not answer as it should; nothing is written.
        UnknownLayer: as ``load_sites``.
    """
    report = ImportReport(is_dry_run=is_dry_run)
    sites = litteralis_sites(service.features(), report)
    load_sites(sites, origin=SiteOrigin.LITTERALIS, state=state, visitor=visitor, report=report)
    return report


def import_dialog(
    *, content: bytes, state: SiteState, visitor: Visitor, is_dry_run: bool = False
) -> ImportReport:
    """Bring the sites of an export of DiaLog up to date and return what was done.

    Raises:
        UnreachableSource: the content is no export; nothing is written.
        UnknownLayer: as ``load_sites``.
    """
    report = ImportReport(is_dry_run=is_dry_run)
    # What DiaLog has of Litteralis comes in from there, emprise by emprise.
    left = {SiteOrigin.LITTERALIS.value} if settings.LITTERALIS_URL else set()
    sites = dialog_sites(content, report, left_sources=left)
    load_sites(sites, origin=SiteOrigin.DIALOG, state=state, visitor=visitor, report=report)
    return report


def litteralis_service() -> LitteralisService | None:
    """Return the service of the settings, None where they name none."""
    if not settings.LITTERALIS_URL:
        return None
    return LitteralisService(settings.LITTERALIS_URL, settings.LITTERALIS_USER, settings.LITTERALIS_PASSWORD)


def downloaded_export(address: str) -> bytes:
    """Return an export of DiaLog at an address, with the pages that follow an answer of its API.

    Raises:
        UnreachableSource, LateSource: as ``layers.services.remote_sources.download``.
    """
    contents = [download(address, most=EXPORT_MAX_BYTES, seconds=120.0)]
    for number in pages_after(contents[0]):
        parts = urlsplit(address)
        query = urlencode({**dict(parse_qsl(parts.query)), "page": number})
        contents.append(
            download(urlunsplit(parts._replace(query=query)), most=EXPORT_MAX_BYTES, seconds=120.0)
        )
    return contents[0] if len(contents) == 1 else joined_pages(contents)
