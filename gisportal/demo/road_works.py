"""Sample road works: sites along the sample streets, with phases, effects, sections and orders, in every state."""

from __future__ import annotations

import datetime as dt
import json
import logging
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from gisportal.accounts.models import User
from gisportal.catalogue import CODED, THEMES
from gisportal.demo.datasets.definitions import WRITTEN_ON
from gisportal.demo.rights import (
    DIG,
    MOBILITY,
    ROADS,
    TERRITORIES,
    TOWN_GROUPS,
    TOWNS,
    label_layer,
    rows_of_communes,
)
from gisportal.demo.sample_rows import (
    Territory,
    read_features,
    read_territory,
    seeded_random,
    to_geos,
)
from gisportal.demo.streets import Section, length, sections_of
from layers import registry
from layers.models import Grant, Layer, ProtectedField
from layers.services.catalogue import publish_layers
from moderation.models import ModeratedRow
from roadworks.catalogue import SLUG
from roadworks.models import Effect, Order, Phase, RoadWorks, SiteSection
from roadworks.services.situation import update_sites
from roadworks.vocabulary import Direction, Impact, Mode, SiteState, WorkNature

logger = logging.getLogger(__name__)

_SOURCE = "Données générées pour la démonstration : tracés et maîtres d’ouvrage inventés."
# The words of the file for the natures that the layer names otherwise.
_NATURES = {"Chauffage": WorkNature.HEATING, "Voirie": WorkNature.SURFACE}
# What the file says of traffic → what the site does to cars, and in which direction.
_ON_CARS: Mapping[str, tuple[Impact, Direction] | None] = {
    "Route barrée": (Impact.CLOSED, Direction.BOTH),
    "Impasse": (Impact.CLOSED, Direction.BOTH),
    "Sens unique": (Impact.CLOSED, Direction.BACKWARD),
    "Circulation restreinte": (Impact.ALTERNATE, Direction.BOTH),
    "Sans effet sur la circulation": None,
}
_STATES = {"Suspendu": SiteState.SUSPENDED, "Prolongé": SiteState.EXTENDED, "Terminé": SiteState.FINISHED}
# Of the works to come, one of so many is not public yet: a draft, or one that its town submitted.
_DRAFT, _SUBMITTED = 9, 5
_SHORTEST_M = 60
# Works of a town reach a little over its border.
_MARGIN_M = 50
_TWO_SECTIONS = 0.4
# The account that declares the works of each commune.
_AGENTS = {
    "92012": "agent-boulogne",
    "92022": "agent-chaville",
    "92040": "agent-issy",
    "92047": "agent-marnes",
    "92048": "agent-meudon",
    "92072": "agent-sevres",
    "92075": "agent-vanves",
    "92077": "agent-ville-d-avray",
}
_COMPANIES = (
    "Entreprise d’exemple A",
    "Entreprise d’exemple B",
    "Entreprise d’exemple C",
    "Régie municipale",
)
_DETOURS = (
    "Déviation par les rues voisines, fléchée sur place.",
    "Suivre les panneaux jaunes depuis l’avenue.",
)


def add_road_works(anchor: dt.date) -> None:
    """Write the sample road works and who declares them; ``anchor`` is the day of the first load.

    Where a dataset has the identifier of the layer, nothing is written: that dataset stays as it is.
    """
    if registry.definition(SLUG).model is not RoadWorks:
        logger.warning("road works are not added: a dataset is called %s", SLUG)
        return
    publish_layers(themes=THEMES, definitions=CODED.all())
    load_road_works(read_territory(), anchor=anchor)
    _follow_authors()
    _load_rights()


@transaction.atomic
def load_road_works(territory: Territory, *, anchor: dt.date) -> None:
    """Write the sites with what belongs to them; sites that are there stay as they are."""
    present = set(RoadWorks.objects.values_list("identifiant", flat=True))
    features = [
        it
        for it in read_features("datasets/travaux-voirie-1.geojson")
        if it["properties"]["identifiant"] not in present
    ]
    if not features:
        return
    streets = [
        _Street(f"TRONROUTX{number:015d}", section)
        for number, section in enumerate(sections_of(territory), 1)
    ]
    streets = [it for it in streets if not it.section.is_path and length(it.section.shape) > _SHORTEST_M]
    middles = [shapely.line_interpolate_point(_shape(it), 0.5, normalized=True) for it in features]
    nearest = shapely.STRtree([it.section.shape for it in streets]).nearest(middles)
    rng, authors = seeded_random("road-works"), _authors()
    plans = [
        _plan(feature["properties"], _followed(streets, int(index), rng), anchor, rng)
        for index, feature in zip(nearest, features, strict=True)
    ]
    for plan in plans:
        plan.site.auteur_id = authors.get(plan.streets[0].section.codes[0])
    RoadWorks.objects.bulk_create([plan.site for plan in plans])
    SiteSection.objects.bulk_create([part for plan in plans for part in plan.sections()])
    phases = Phase.objects.bulk_create([phase for plan in plans for phase in plan.phases()])
    firsts = {phase.chantier_id: phase for phase in phases if phase.numero == 1}
    Effect.objects.bulk_create([effect for plan in plans for effect in plan.effects(firsts[plan.site.pk])])
    Order.objects.bulk_create([order for plan in plans for order in plan.orders()])
    update_sites(instant=timezone.now())


def _follow_authors() -> None:
    """Let each author find their own sites among their contributions."""
    layer, since = Layer.objects.get(slug=SLUG), timezone.now()
    followed = ModeratedRow.objects.filter(layer=layer).values("row")
    rows = RoadWorks.objects.filter(auteur_id__isnull=False).exclude(pk__in=followed)
    ModeratedRow.objects.bulk_create(
        ModeratedRow(layer=layer, row=pk, author_id=author, state=state, since=since)
        for pk, author, state in rows.values_list("pk", "auteur_id", "etat")
    )


@dataclass(frozen=True, slots=True)
class _Street:
    """A section of a street with the identifier that the layer of road sections has for it."""

    cleabs: str
    section: Section


@dataclass(frozen=True, slots=True)
class _Plan:
    """A site and what is decided of it once: streets, traffic, whether it has two phases, whether it is at night."""

    site: RoadWorks
    streets: Sequence[_Street]
    traffic: str
    has_two_phases: bool
    is_at_night: bool
    has_order: bool

    def sections(self) -> Iterator[SiteSection]:
        """Yield the sections of the site in their order."""
        for rank, street in enumerate(self.streets, 1):
            yield SiteSection(
                chantier=self.site,
                rang=rank,
                cleabs=street.cleabs,
                voie=street.section.name,
                nature="Route à 2 chaussées" if street.section.is_avenue else "Route à 1 chaussée",
                longueur_m=round(length(street.section.shape), 1),
                geom=to_geos(street.section.shape),
            )

    def phases(self) -> Iterator[Phase]:
        """Yield one phase, or two that follow each other."""
        first, last = self.site.date_debut, self.site.date_fin
        middle = first + (last - first) / 2
        hours = {"heure_debut": dt.time(21), "heure_fin": dt.time(6)} if self.is_at_night else {}
        if not self.is_at_night and self.has_order:
            hours = {"heure_debut": dt.time(8), "heure_fin": dt.time(17)}
        days = [1, 2, 3, 4, 5] if hours else []
        periods = (
            [(first, middle), (middle + dt.timedelta(days=1), last)]
            if self.has_two_phases
            else [(first, last)]
        )
        for number, (begin, end) in enumerate(periods, 1):
            title = "" if not self.has_two_phases else ("Terrassement" if number == 1 else "Remise en état")
            yield Phase(
                chantier=self.site,
                numero=number,
                titre=title,
                date_debut=begin,
                date_fin=end,
                jours=days,
                sauf_feries=bool(days),
                **hours,
            )

    def effects(self, first: Phase) -> Iterator[Effect]:
        """Yield what the site does to each mode; where there are two phases, cars pass again in the second."""
        on_cars = _ON_CARS[self.traffic]
        phase = first if self.has_two_phases else None
        if on_cars is not None:
            yield Effect(chantier=self.site, phase=phase, mode=Mode.CAR, impact=on_cars[0], sens=on_cars[1])
            yield Effect(chantier=self.site, phase=phase, mode=Mode.BICYCLE, impact=Impact.SLOWED)
        yield Effect(chantier=self.site, mode=Mode.FOOT, impact=Impact.NONE)
        yield Effect(
            chantier=self.site, mode=Mode.PARKING, impact=Impact.CLOSED if self.has_order else Impact.NONE
        )

    def orders(self) -> Iterator[Order]:
        """Yield the order of the town, where there is one."""
        if self.has_order:
            yield Order(
                chantier=self.site,
                numero=f"EX-{self.site.date_debut.year}-{self.site.identifiant[3:]}",
                autorite="Mairie d’exemple",
                date=self.site.date_debut - dt.timedelta(days=15),
            )


def _shape(feature: Mapping[str, Any]) -> Any:
    return shapely.from_geojson(json.dumps(feature["geometry"]))


def _followed(streets: Sequence[_Street], index: int, rng: random.Random) -> list[_Street]:
    """Return a section, sometimes with the next one of the same street in the same commune."""
    first, following = streets[index], streets[index + 1 : index + 2]
    is_next = following and following[0].section.shape.coords[0] == first.section.shape.coords[-1]
    is_same = is_next and following[0].section.name == first.section.name
    return [first, *following] if is_same and rng.random() < _TWO_SECTIONS else [first]


def _plan(
    values: Mapping[str, str], streets: Sequence[_Street], anchor: dt.date, rng: random.Random
) -> _Plan:
    moved = anchor - WRITTEN_ON
    begin, end = (dt.date.fromisoformat(values[name]) + moved for name in ("date_debut", "date_fin"))
    state = _STATES.get(values["statut"], SiteState.PUBLISHED)
    number = int(values["identifiant"][3:])
    if values["statut"] == "À venir":
        is_draft, is_submitted = number % _DRAFT == 0, number % _SUBMITTED == 0
        state = SiteState.DRAFT if is_draft else SiteState.SUBMITTED if is_submitted else state
    nature = _NATURES.get(values["nature"], values["nature"])
    site = RoadWorks(
        identifiant=values["identifiant"],
        objet=values["objet"],
        voie=streets[0].section.name,
        nature=nature,
        maitre_ouvrage=values["maitre_ouvrage"],
        entreprise=rng.choice(_COMPANIES),
        date_debut=begin,
        date_fin=max(begin, end),
        debut_confirme=begin < anchor and rng.random() < 0.7,
        fin_confirmee=state == SiteState.FINISHED and rng.random() < 0.7,
        refait_chaussee=nature == WorkNature.SURFACE,
        deviation=rng.choice(_DETOURS)
        if values["impact_circulation"] in {"Route barrée", "Sens unique"}
        else "",
        etat=state,
        geom=to_geos(shapely.multilinestrings([it.section.shape for it in streets])),
    )
    lasts = (site.date_fin - begin).days
    return _Plan(
        site,
        streets,
        values["impact_circulation"],
        has_two_phases=lasts > 20 and rng.random() < 0.6,
        is_at_night=rng.random() < 0.15,
        has_order=rng.random() < 0.6,
    )


def _authors() -> dict[str, int]:
    """Return the account that declares the works of each commune, by INSEE code."""
    accounts = dict(User.objects.filter(username__in=_AGENTS.values()).values_list("username", "pk"))
    return {code: accounts[name] for code, name in _AGENTS.items() if name in accounts}


def _load_rights() -> None:
    """Say who declares, publishes and reads what is kept: each town its own works, the roads service all of them."""
    layer = Layer.objects.get(slug=SLUG)
    groups = {group.name: group for group in Group.objects.all()}
    if not {DIG, MOBILITY, ROADS, *TOWNS, *TERRITORIES} <= groups.keys():
        return
    label_layer(layer, producer=groups[ROADS], source=_SOURCE, is_open=True)
    writing = {"can_download": True, "can_add": True, "can_change": True, "can_delete": True}
    for name in (DIG, ROADS):
        Grant.objects.update_or_create(
            layer=layer, group=groups[name], defaults=writing | {"can_approve": True}
        )
    towns = {town: [code for code, group in TOWN_GROUPS.items() if group == town] for town in TOWNS}
    for name, codes in {MOBILITY: (), **towns, **TERRITORIES}.items():
        rows = rows_of_communes(codes) if codes else ""
        Grant.objects.update_or_create(
            layer=layer,
            group=groups[name],
            rows=rows,
            defaults=writing | {"margin_m": _MARGIN_M if codes else 0},
        )
    for name in ("contact", "etat", "arretes"):
        protected, _is_new = ProtectedField.objects.get_or_create(layer=layer, name=name)
        protected.groups.set([groups[reader] for reader in (DIG, ROADS, MOBILITY, *TOWNS, *TERRITORIES)])
