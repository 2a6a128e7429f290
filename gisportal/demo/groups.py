"""The groups of the demonstration, those of the story in kind, and what each may write in the administration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

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
HOUSING = "Habitat"
OBSERVATORY = "Observatoire du territoire"
# The eight towns, in the order of their INSEE codes.
BOULOGNE = "Ville de Boulogne-Billancourt"
CHAVILLE = "Ville de Chaville"
ISSY = "Ville d’Issy-les-Moulineaux"
MARNES = "Ville de Marnes-la-Coquette"
MEUDON = "Ville de Meudon"
SEVRES = "Ville de Sèvres"
VANVES = "Ville de Vanves"
AVRAY = "Ville de Ville-d’Avray"
# Who is elected, and who works with the authority: the energy agency, the economic development company, consultants.
ELECTED = "Élus"
ALEC = "ALEC"
SOEE = "SOEE"
CONSULTANTS_MOBILITY = "AMO mobilités"
CONSULTANTS_CLIMATE = "AMO climat"
PARTNERS = "Partenaires"

# INSEE code → the group of the town.
TOWN_GROUPS: Mapping[str, str] = {
    "92012": BOULOGNE,
    "92022": CHAVILLE,
    "92040": ISSY,
    "92047": MARNES,
    "92048": MEUDON,
    "92072": SEVRES,
    "92075": VANVES,
    "92077": AVRAY,
}
TOWNS = tuple(TOWN_GROUPS.values())

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
    HOUSING: _DASHBOARDS,
    OBSERVATORY: _DASHBOARDS,
    **dict.fromkeys(TOWNS, ()),
    ELECTED: (),
    ALEC: (),
    SOEE: (),
    CONSULTANTS_MOBILITY: (),
    CONSULTANTS_CLIMATE: (),
    PARTNERS: (),
}


def load_groups() -> dict[str, Group]:
    """Write the groups and what they may write; return them by name."""
    Group.objects.bulk_create([Group(name=name) for name in WRITES], ignore_conflicts=True)
    groups = {group.name: group for group in Group.objects.filter(name__in=WRITES)}
    for name, places in WRITES.items():
        chosen = Permission.objects.filter(permissions_on(places)) if places else ()
        groups[name].permissions.set(chosen)
    return groups


def permissions_on(places: Sequence[str]) -> Q:
    """Return the permissions on applications and models."""
    chosen = Q(pk__in=[])
    for place in places:
        app, _dot, model = place.partition(".")
        where = Q(content_type__app_label=app)
        chosen |= where & Q(content_type__model=model) if model else where
    return chosen
