"""What is published, in two explicit tables: the themes of the catalogue and the layers written in code.

To publish a layer in code: write its model and its ``LayerDefinition``, add the definition to ``CODED``, then run
``manage.py publish_layers``.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

from amenities.catalogue import CHARGING_STATIONS, PLAYGROUNDS
from fleet.catalogue import VEHICLES
from heritage.catalogue import BUILDINGS, TREES
from layers.catalogue import COMMUNES
from layers.registry import CodedProvider
from layers.services.catalogue import ThemeEntry
from plans.catalogue import ACTIONS, INDICATORS
from plui.catalogue import LAYERS as PLAN_LAYERS
from reference_data.catalogue import (
    ADDRESSES,
    EASEMENT_PERIMETERS,
    LINE_GENERATORS,
    PARCELS,
    POINT_GENERATORS,
    ROAD_SECTIONS,
    SURFACE_GENERATORS,
)
from roadworks.catalogue import ROAD_WORKS
from usage.catalogue import CONTENTS, USES

THEMES = (
    ThemeEntry("urbanisme", gettext_noop("Urbanisme et patrimoine"), "t-urbanism", "landmark", 10),
    ThemeEntry("nature", gettext_noop("Nature et paysage"), "t-nature", "trees", 20),
    ThemeEntry("mobilite", gettext_noop("Mobilité"), "t-mobility", "bus", 30),
    ThemeEntry("equipements", gettext_noop("Équipements et jeux"), "t-amenities", "blocks", 40),
    ThemeEntry("climat", gettext_noop("Climat et énergie"), "t-climate", "thermometer", 42),
    ThemeEntry("dechets", gettext_noop("Déchets"), "t-waste", "recycle", 45),
    ThemeEntry("territoire", gettext_noop("Territoire"), "t-territory", "map", 50),
    ThemeEntry("population", gettext_noop("Population"), "t-people", "users", 60),
)

CODED = CodedProvider(
    (
        BUILDINGS,
        *PLAN_LAYERS,
        TREES,
        CHARGING_STATIONS,
        PLAYGROUNDS,
        INDICATORS,
        ACTIONS,
        VEHICLES,
        USES,
        CONTENTS,
        ROAD_WORKS,
        ROAD_SECTIONS,
        ADDRESSES,
        PARCELS,
        EASEMENT_PERIMETERS,
        POINT_GENERATORS,
        LINE_GENERATORS,
        SURFACE_GENERATORS,
        COMMUNES,
    )
)
