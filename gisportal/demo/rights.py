"""The groups of the demonstration, and who reads and edits which sample layer: one case of each rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.utils import timezone

from layers.models import Grant, Layer, ProtectedField
from layers.vocabulary import Licence, Visibility

# The directorates: each keeps its layers and its dashboards.
DIG = "Direction de l’information géographique"
MANAGEMENT = "Direction générale"
CLIMATE = "Transition écologique"
WASTE = "Prévention des déchets"
MOBILITY = "Mobilités"
ROADS = "Voirie"
FLEET = "Moyens généraux"
TREES = "Espaces verts"
NATURE_HOUSE = "Maison de la nature et de l’arbre"
PLAYGROUNDS = "Aires de jeux"
PLANNING = "Urbanisme"
# The territorial directorates: each reads and feeds the rows of its communes.
NORTH = "Direction territoriale Nord"
EAST = "Direction territoriale Est"
SOUTH = "Direction territoriale Sud"
# The groups of the eight towns, in the order of their INSEE codes; the two smallest share one.
BOULOGNE = "Ville de Boulogne-Billancourt"
CHAVILLE = "Ville de Chaville"
ISSY = "Ville d’Issy-les-Moulineaux"
MARNES_AVRAY = "Villes de Marnes-la-Coquette et de Ville-d’Avray"
MEUDON = "Ville de Meudon"
SEVRES = "Ville de Sèvres"
VANVES = "Ville de Vanves"
# Who is elected, and who works with the authority: the energy agency and the consultants that it works with, the
# economic development company, the consultants of mobility for the time of their contract, a neighbouring authority.
ELECTED = "Élus"
ALEC = "ALEC"
SOEE = "SOEE"
CONSULTANTS_MOBILITY = "AMO mobilités"
NEIGHBOUR = "Établissement territorial voisin"
# Who is named by the administrative court for a public inquiry: the register of remarks, and nothing else.
COMMISSIONER = "Commissaire enquêteur"

# INSEE code → the group of the town.
TOWN_GROUPS: Mapping[str, str] = {
    "92012": BOULOGNE,
    "92022": CHAVILLE,
    "92040": ISSY,
    "92047": MARNES_AVRAY,
    "92048": MEUDON,
    "92072": SEVRES,
    "92075": VANVES,
    "92077": MARNES_AVRAY,
}
TOWNS = tuple(dict.fromkeys(TOWN_GROUPS.values()))
TERRITORIES: Mapping[str, tuple[str, ...]] = {
    NORTH: ("92012", "92072"),
    EAST: ("92040", "92075"),
    SOUTH: ("92022", "92047", "92048", "92077"),
}
"""Territorial directorate → the INSEE codes of its communes."""

# Who makes dashboards: the application's models, but for what the worker keeps.
_DASHBOARDS = ("dashboards.dashboard", "dashboards.dashboardversion", "dashboards.librarypanel")
# What each group may write: applications or models. Which rows, their grants say.
WRITES: Mapping[str, tuple[str, ...]] = {
    DIG: ("layers", "amenities", "heritage", "plui", "plans", "fleet", *_DASHBOARDS),
    MANAGEMENT: (),
    CLIMATE: ("plans", *_DASHBOARDS),
    WASTE: ("plans", *_DASHBOARDS),
    MOBILITY: _DASHBOARDS,
    ROADS: _DASHBOARDS,
    FLEET: ("fleet", *_DASHBOARDS),
    TREES: ("heritage.remarkabletree", *_DASHBOARDS),
    NATURE_HOUSE: _DASHBOARDS,
    PLAYGROUNDS: (
        "amenities.playground",
        "amenities.equipment",
        "amenities.inspection",
        "amenities.intervention",
        "amenities.photo",
        *_DASHBOARDS,
    ),
    PLANNING: ("plui", "heritage.heritagebuilding", *_DASHBOARDS),
    **dict.fromkeys(TERRITORIES, _DASHBOARDS),
    **dict.fromkeys(TOWNS, ()),
    ELECTED: (),
    ALEC: (),
    SOEE: (),
    CONSULTANTS_MOBILITY: (),
    NEIGHBOUR: (),
    COMMISSIONER: (),
}


# Who makes datasets, from a file or from nothing.
_DATASET_MAKERS = (DIG,)


def load_groups() -> dict[str, Group]:
    """Write the groups and what they may write; return them by name."""
    Group.objects.bulk_create([Group(name=name) for name in WRITES], ignore_conflicts=True)
    groups = {group.name: group for group in Group.objects.filter(name__in=WRITES)}
    for name, models in WRITES.items():
        chosen = Permission.objects.filter(permissions_on(models)) if models else ()
        groups[name].permissions.set(chosen)
    creation = Permission.objects.get(content_type__app_label="datasets", codename="add_dataset")
    for name in _DATASET_MAKERS:
        groups[name].permissions.add(creation)
    return groups


def permissions_on(names: Sequence[str]) -> Q:
    """Return the permissions on applications and models."""
    chosen = Q(pk__in=[])
    for name in names:
        app, _dot, model = name.partition(".")
        where = Q(content_type__app_label=app)
        chosen |= where & Q(content_type__model=model) if model else where
    return chosen


INTERNAL_LAYER = "plui-prescriptions-lin"
_GENERATORS = ("servitudes-generateurs-pct", "servitudes-generateurs-lin", "servitudes-generateurs-surf")
REFERENCE_LAYERS = ("troncons-de-route", "adresses", "parcelles", "servitudes", *_GENERATORS)
PLAN_ANNEXES = (
    *(f"plui-informations-{kind}" for kind in ("surf", "lin", "pct")),
    *(f"plui-habillage-{kind}" for kind in ("surf", "lin", "pct", "txt")),
)
_GENERATED = "Données générées pour la démonstration : lieux et valeurs inventés."
# Layer → who produces it, where its sample data comes from.
_SAMPLES: Mapping[str, tuple[str, str]] = {
    "batiments-patrimoniaux": (
        PLANNING,
        "Compilation de sources publiques, positions approximatives et protections à vérifier ; code PLUi d’exemple.",
    ),
    "arbres-remarquables": (
        TREES,
        "17 arbres compilés de sources publiques, positions approximatives ; les autres sont inventés.",
    ),
    "plui-zones": (PLANNING, f"{_GENERATED} Ce zonage n’est celui d’aucun document."),
    "plui-prescriptions-surf": (PLANNING, _GENERATED),
    "plui-prescriptions-lin": (PLANNING, _GENERATED),
    "plui-prescriptions-pct": (PLANNING, _GENERATED),
    **dict.fromkeys(PLAN_ANNEXES, (PLANNING, _GENERATED)),
    "aires-de-jeux": (
        PLAYGROUNDS,
        "Parcs réels, positions approximatives ; équipements, contrôles, interventions et images générés.",
    ),
    "bornes-de-recharge": (DIG, _GENERATED),
    "adresses": (DIG, f"{_GENERATED} Ces adresses ne sont celles de personne."),
    "parcelles": (DIG, f"{_GENERATED} Ces parcelles ne sont pas celles du cadastre."),
    "servitudes": (
        PLANNING,
        f"{_GENERATED} Les rayons de 500 m sont ceux de monuments réels, aux positions approximatives.",
    ),
    **dict.fromkeys(_GENERATORS, (PLANNING, _GENERATED)),
    "troncons-de-route": (ROADS, f"{_GENERATED} Les voies et leurs noms ne sont ceux d’aucune rue."),
}


@dataclass(frozen=True, slots=True)
class SampleGrant:
    """A grant on the internal layer: days from the anchor when it begins and ends."""

    group: str
    rows: str = ""
    begins: int | None = None
    ends: int | None = None
    can_download: bool = True
    can_add: bool = False
    can_change: bool = False
    can_delete: bool = False
    can_approve: bool = False


def rows_of_communes(codes: Iterable[str]) -> str:
    """Return the filter, in CQL2 text, of the rows of some communes, by INSEE code."""
    quoted = [f"'{code}'" for code in codes]
    return f"commune = {quoted[0]}" if len(quoted) == 1 else f"commune IN ({', '.join(quoted)})"


_GRANTS = (
    SampleGrant(DIG, can_add=True, can_change=True, can_delete=True, can_approve=True),
    SampleGrant(PLANNING, can_add=True, can_change=True, can_delete=True),
    SampleGrant(MEUDON, rows="commune = '92048'", can_download=False),
    *(SampleGrant(group, rows=rows_of_communes(codes)) for group, codes in TERRITORIES.items()),
    SampleGrant(NEIGHBOUR, begins=-400, ends=-30),
    SampleGrant(ELECTED, begins=365 * 20),
)
# Who edits the open layers: the administration takes a grant, beside the permissions of the group.
_EDITORS: Mapping[str, tuple[str, ...]] = {
    "batiments-patrimoniaux": (DIG, PLANNING),
    "arbres-remarquables": (DIG, TREES),
    "plui-zones": (DIG, PLANNING),
    "plui-prescriptions-surf": (DIG, PLANNING),
    "plui-prescriptions-pct": (DIG, PLANNING),
    **dict.fromkeys(PLAN_ANNEXES, (DIG, PLANNING)),
    "aires-de-jeux": (DIG, PLAYGROUNDS),
    "bornes-de-recharge": (DIG,),
    # Styled and published by the group; files write the rows: no group has the permission on their tables.
    **dict.fromkeys(REFERENCE_LAYERS, (DIG,)),
}
OPEN_LAYERS = tuple(_EDITORS)
_PROTECTED = (
    ("arbres-remarquables", "etat_sanitaire", (TREES,)),
    ("arbres-remarquables", "date_dernier_diagnostic", (TREES,)),
    ("bornes-de-recharge", "num_pdl", (DIG,)),
    ("aires-de-jeux", "inspections", (PLAYGROUNDS, DIG)),
    ("aires-de-jeux", "interventions", (PLAYGROUNDS, DIG)),
)


def load_rights(groups: Mapping[str, Group], *, anchor: dt.date) -> None:
    """Label the sample layers, close the internal one, and write grants and readers."""
    layers = label_samples(_SAMPLES)
    for grant in _GRANTS:
        _grant(layers[INTERNAL_LAYER], groups[grant.group], grant, anchor)
    for slug, editors in _EDITORS.items():
        for editor in editors:
            right = SampleGrant(
                editor, can_add=True, can_change=True, can_delete=True, can_approve=editor == DIG
            )
            _grant(layers[slug], groups[editor], right, anchor)
    for slug, name, readers in _PROTECTED:
        protected, _is_new = ProtectedField.objects.get_or_create(layer=layers[slug], name=name)
        protected.groups.set([groups[reader] for reader in readers])


def label_samples(slugs: Iterable[str]) -> dict[str, Layer]:
    """Say of sample layers in code that they are, who made them and who sees them; return them by slug."""
    layers = {layer.slug: layer for layer in Layer.objects.filter(slug__in=[*slugs])}
    producers = {group.name: group for group in Group.objects.filter(name__in=WRITES)}
    for slug, layer in layers.items():
        producer, source = _SAMPLES[slug]
        is_open = slug != INTERNAL_LAYER
        label_layer(layer, producer=producers.get(producer), source=source, is_open=is_open)
    return layers


def label_layer(layer: Layer, *, producer: Group | None, source: str, is_open: bool) -> None:
    """Say of a layer that it is a sample, who made it and who sees it."""
    layer.producer, layer.source, layer.is_sample = producer, source, True
    layer.visibility = Visibility.OPEN if is_open else Visibility.INTERNAL
    layer.licence = Licence.ETALAB_2 if is_open else Licence.INTERNAL
    layer.save(update_fields=["producer", "source", "is_sample", "visibility", "licence", "updated_at"])


def _grant(layer: Layer, group: Group, grant: SampleGrant, anchor: dt.date) -> None:
    Grant.objects.update_or_create(
        layer=layer,
        group=group,
        defaults={
            "rows": grant.rows,
            "can_download": grant.can_download,
            "can_add": grant.can_add,
            "can_change": grant.can_change,
            "can_delete": grant.can_delete,
            "can_approve": grant.can_approve,
            "valid_from": _instant(anchor, grant.begins),
            "valid_until": _instant(anchor, grant.ends),
        },
    )


def _instant(anchor: dt.date, days: int | None) -> dt.datetime | None:
    if days is None:
        return None
    return timezone.make_aware(dt.datetime.combine(anchor + dt.timedelta(days=days), dt.time()))


INDICATORS, ACTIONS = "plans-indicateurs", "plans-actions"

_PLAN_SOURCE = "Données d’exemple : plans, valeurs et actions inventés pour la démonstration."

_CLIMATE_PLAN, _WASTE_PLAN = "plan = 'pcaet'", "plan = 'plpdma'"
_FIRST_AXIS = f"{_CLIMATE_PLAN} AND axe = '1. Réduire les émissions'"
_OWN_HOUSE = f"{_CLIMATE_PLAN} AND axe = '4. Une collectivité exemplaire'"

# Group → the rows that it reads of the actions; nothing: all of them.
_PLAN_READERS: Mapping[str, str] = {
    CLIMATE: "",
    WASTE: "",
    MANAGEMENT: "",
    ELECTED: "",
    PLANNING: _CLIMATE_PLAN,
    MOBILITY: _CLIMATE_PLAN,
    ALEC: _CLIMATE_PLAN,
    NEIGHBOUR: _CLIMATE_PLAN,
    **dict.fromkeys(TOWNS, _CLIMATE_PLAN),
}

# Layer, group → the rows that it edits: a plan, an axis of it, or some of its actions.
_PLAN_EDITORS = (
    (INDICATORS, CLIMATE, _CLIMATE_PLAN),
    (INDICATORS, WASTE, _WASTE_PLAN),
    (INDICATORS, PLANNING, _FIRST_AXIS),
    (INDICATORS, FLEET, _OWN_HOUSE),
    (ACTIONS, CLIMATE, _CLIMATE_PLAN),
    (ACTIONS, WASTE, _WASTE_PLAN),
    (ACTIONS, PLANNING, _FIRST_AXIS),
    (ACTIONS, MOBILITY, f"{_CLIMATE_PLAN} AND code IN ('1.2.1', '1.2.2', '1.2.4')"),
)

_DAYS_OF_NEIGHBOUR = 45  # from the first load
_READERS_OF_MONEY = (CLIMATE, WASTE, MANAGEMENT)


def load_plan_rights(groups: Mapping[str, Group], *, anchor: dt.date) -> None:
    """Label both layers as samples and write who reads and edits them; the neighbour until a day after ``anchor``."""
    layers = {layer.slug: layer for layer in Layer.objects.filter(slug__in=[INDICATORS, ACTIONS])}
    for slug, layer in layers.items():
        label_layer(layer, producer=groups[CLIMATE], source=_PLAN_SOURCE, is_open=slug == INDICATORS)
    for name, rows in _PLAN_READERS.items():
        _grant_plan_rows(layers[ACTIONS], groups[name], rows, is_writing=False)
    ends_at = _instant(anchor, _DAYS_OF_NEIGHBOUR)
    Grant.objects.filter(layer=layers[ACTIONS], group=groups[NEIGHBOUR]).update(valid_until=ends_at)
    for slug, name, rows in _PLAN_EDITORS:
        _grant_plan_rows(layers[slug], groups[name], rows, is_writing=True)
    for name in ("budget", "notes"):
        protected, _is_new = ProtectedField.objects.get_or_create(layer=layers[ACTIONS], name=name)
        protected.groups.set([groups[reader] for reader in _READERS_OF_MONEY])


def _grant_plan_rows(layer: Layer, group: Group, rows: str, *, is_writing: bool) -> None:
    """Write a grant; a group may have two: one to read more rows than it edits."""
    Grant.objects.update_or_create(
        layer=layer,
        group=group,
        can_add=is_writing,
        can_change=is_writing,
        can_delete=is_writing,
        defaults={"rows": rows, "can_download": True},
    )


VEHICLES, PLATE = "flotte-vehicules", "immatriculation"

_FLEET_SOURCE = (
    "Données d’exemple : véhicules, marques, immatriculations et relevés inventés pour la démonstration."
)

# Group → the rows that it reads (nothing: all of them), and whether it edits them.
_FLEET_GRANTS: Mapping[str, tuple[str, bool]] = {
    FLEET: ("", True),
    MANAGEMENT: ("", False),
    CLIMATE: ("", False),
    ROADS: (f"direction = '{ROADS}'", True),
    TREES: (f"direction = '{TREES}'", True),
}


def load_fleet_rights(groups: Mapping[str, Group]) -> None:
    """Label the layer as a sample, close it, and write who reads and edits it; plates are read by one group alone."""
    layer = Layer.objects.get(slug=VEHICLES)
    label_layer(layer, producer=groups[FLEET], source=_FLEET_SOURCE, is_open=False)
    for name, (rows, is_writing) in _FLEET_GRANTS.items():
        Grant.objects.update_or_create(
            layer=layer,
            group=groups[name],
            defaults={"rows": rows, "can_download": True}
            | dict.fromkeys(("can_add", "can_change", "can_delete"), is_writing),
        )
    protected, _is_new = ProtectedField.objects.get_or_create(layer=layer, name=PLATE)
    protected.groups.set([groups[FLEET]])
