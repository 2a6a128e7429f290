"""The order of the demonstration: communes first, since features are placed in them; all or nothing."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction
from django.utils import timezone

from amenities.models import Playground
from gisportal.catalogue import CODED, THEMES
from gisportal.demo.activity import load_pending, load_reports, load_reuses, load_usage
from gisportal.demo.amenities import load_playgrounds, load_stations, load_upkeep
from gisportal.demo.dashboards import Record, add_dashboard, load_dashboards, renew_dashboards
from gisportal.demo.datasets import DATASETS
from gisportal.demo.datasets.benches import load_benches
from gisportal.demo.datasets.buildings import buildings_of, load_buildings_of_parcels
from gisportal.demo.datasets.events import EVENTS, load_events
from gisportal.demo.datasets.loading import load_datasets, renew_datasets
from gisportal.demo.datasets.public_inquiry import REMARKS, load_inquiry, load_remarks
from gisportal.demo.datasets.street_furniture import load_street_furniture
from gisportal.demo.fleet import load_fleet
from gisportal.demo.heritage import date_checks, load_buildings, load_trees
from gisportal.demo.informations import load_informations
from gisportal.demo.metadata import load_metadata
from gisportal.demo.parcels import parcels_of
from gisportal.demo.people import Secret, hash_passwords, load_people, write_passwords
from gisportal.demo.personal_access import load_personal_access
from gisportal.demo.photos import draw_photos, store_photos
from gisportal.demo.plan_versions import add_pieces, load_versions
from gisportal.demo.plans import load_plans
from gisportal.demo.plui import IDURBA, date_objects, load_document, load_zones, zones_of
from gisportal.demo.prescriptions import load_prescriptions
from gisportal.demo.rasters import add_rasters, load_rasters
from gisportal.demo.reference_data import load_reference_data
from gisportal.demo.reserved_plots import load_reserved_plots
from gisportal.demo.rights import (
    DIG,
    OPEN_LAYERS,
    PLAN_ANNEXES,
    REFERENCE_LAYERS,
    WRITES,
    label_samples,
    load_fleet_rights,
    load_groups,
    load_plan_rights,
    load_rights,
    permissions_on,
)
from gisportal.demo.road_works import add_road_works
from gisportal.demo.sample_rows import Territory, load_communes, read_territory
from gisportal.demo.submissions import load_submission
from gisportal.models import DemoLoad
from heritage.models import HeritageBuilding, RemarkableTree
from layers.models import Commune, Grant, Layer
from layers.services.catalogue import publish_layers
from layers.vocabulary import Visibility
from plui.models import DocUrba, InfoSurf
from reference_data.models import Address
from roadworks.catalogue import SLUG as ROAD_WORKS

# Two loads at once would both find nothing to keep: the second waits for the first.
_LOCK = 7_236_401


@transaction.atomic
def load_demo(*, once: bool = False) -> bool:
    """Load the demonstration; return False when ``once`` is asked and it was loaded before, additions and all.

    Loading again puts the sample rows back as they were and leaves the rows people added. With ``once``, a
    demonstration that an older portal loaded gets what was added to it since, once; its datasets that nobody delivered
    and its dashboards that nobody wrote follow their files.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    loaded = DemoLoad.objects.order_by("pk").first()
    is_unchanged = once and loaded is not None
    if loaded is None:
        loaded = DemoLoad.objects.create(anchor=timezone.localdate())
    missing = [name for name in ADDITIONS if not (is_unchanged and name in loaded.additions)]
    dashboards = loaded.dashboards
    with _uncollected(), ThreadPoolExecutor(1) as threads:
        passwords: Iterator[Secret] = iter(())
        if not is_unchanged:
            dashboards, passwords = _load(loaded.anchor, threads)
        for name in missing:
            ADDITIONS[name](loaded.anchor)
        if not is_unchanged:
            write_passwords(passwords)
    if is_unchanged:
        renew_datasets(communes=dict(Commune.objects.values_list("code", "nom")), anchor=loaded.anchor)
        dashboards = renew_dashboards(dashboards)
    is_news = bool(missing) or dashboards != loaded.dashboards
    if is_news:
        DemoLoad.objects.filter(pk=loaded.pk).update(additions=[*ADDITIONS], dashboards=dashboards)
    return is_news


@contextmanager
def _uncollected() -> Iterator[None]:
    """Suspend the garbage collector: it walks through every module and every row again and again, a sixth of a load."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@dataclass(frozen=True, slots=True)
class SampleFeatures:
    """What others of the demonstration are placed by, or belong to."""

    territory: Territory
    buildings: list[HeritageBuilding]
    trees: list[RemarkableTree]
    playgrounds: list[Playground]


def load_features(anchor: dt.date) -> SampleFeatures:
    """Write the features of the layers in code, communes first; ``anchor`` is the day of the first load."""
    territory = load_communes()
    publish_layers(themes=THEMES, definitions=CODED.all())
    with ThreadPoolExecutor(1) as threads:  # GEOS leaves the interpreter to others
        tiled = threads.submit(zones_of, territory)
        buildings = load_buildings(anchor=anchor)
        trees = load_trees(territory, anchor=anchor)
        playgrounds = load_playgrounds(territory, anchor=anchor)
        load_upkeep(playgrounds, anchor=anchor)
        load_stations(territory, anchor=anchor)
        load_document(territory.shapes)
        tiled.result()
        zones = load_zones(territory)
        parcels = threads.submit(parcels_of, territory)
        load_prescriptions(territory, zones=zones, buildings=buildings, trees=trees)
        load_informations(territory, zones)
        load_reserved_plots()
        load_plans(anchor=anchor)
        load_fleet(territory, anchor=anchor)
        parcels.result()
    load_reference_data(territory)
    return SampleFeatures(territory, buildings, trees, playgrounds)


def _load(anchor: dt.date, threads: Executor) -> tuple[Record, Iterator[Secret]]:
    """Load what the first demonstrations had; return its dashboards, and the passwords as they are hashed."""
    # Those of an earlier load are checked beside all the rest; a first one has both cores taken until later.
    former = hash_passwords(threads) if Commune.objects.exists() else None
    features = load_features(anchor)
    drawings = draw_photos(threads, features.playgrounds, features.buildings, features.trees, anchor=anchor)
    threads.submit(buildings_of, features.territory)
    groups = load_groups()
    load_rights(groups, anchor=anchor)
    load_plan_rights(groups, anchor=anchor)
    load_fleet_rights(groups)
    load_datasets(groups, communes=features.territory.names, anchor=anchor)
    passwords = former or hash_passwords(threads)
    load_people(groups, anchor=anchor)
    load_events(anchor=anchor)
    load_remarks(anchor=anchor)
    load_rasters()  # of the layers before; dashboards read them
    dashboards = load_dashboards()
    load_usage(groups, anchor=anchor)
    # Last: the files of pictures are not part of the transaction.
    store_photos(drawings)
    return dashboards, passwords


def add_informations() -> None:
    """Give a demonstration whose zones are still there the informations that it lacks, labelled as samples."""
    is_there = Layer.objects.filter(slug="plui-zones", is_sample=True).exists()
    if is_there and not InfoSurf.objects.exists() and DocUrba.objects.filter(idurba=IDURBA).exists():
        publish_layers(themes=THEMES, definitions=CODED.all())
        territory = read_territory()
        load_informations(territory, zones_of(territory))
        label_samples(PLAN_ANNEXES)


def add_events(anchor: dt.date) -> None:
    """Give an older demonstration the layer of events and its dashboard."""
    load_events(anchor=anchor)
    if Layer.objects.filter(slug=EVENTS, is_sample=True).exists():
        add_dashboard(EVENTS)


def add_remarks(anchor: dt.date) -> None:
    """Give an older demonstration the remarks of the public inquiry and their dashboard."""
    load_remarks(anchor=anchor)
    if Layer.objects.filter(slug=REMARKS, is_sample=True).exists():
        add_dashboard(REMARKS)


# What came after the first demonstrations, by a name that never changes.
ADDITIONS: dict[str, Callable[[dt.date], object]] = {
    "reports": lambda anchor: load_reports(anchor=anchor),
    "reuses": lambda anchor: load_reuses(anchor=anchor),
    "pending": lambda _anchor: load_pending(),
    "rasters": lambda _anchor: add_rasters(),
    "road_works": add_road_works,
    "keepers": lambda _anchor: load_open_layer_editors(),
    "plui_dates": lambda _anchor: date_objects(),
    "reference_data": lambda _anchor: add_reference_data(),
    "personal_access": lambda anchor: load_personal_access(anchor=anchor),
    "metadata": lambda _anchor: load_metadata(),
    "submissions": lambda _anchor: load_submission(),
    "benches": lambda anchor: load_benches(anchor=anchor),
    "street_furniture": lambda anchor: load_street_furniture(anchor=anchor),
    "events": add_events,
    "plui_informations": lambda _anchor: add_informations(),
    "plan_versions": lambda _anchor: load_versions(),
    "plan_pieces": lambda _anchor: add_pieces(),
    "reserved_plots": lambda _anchor: load_reserved_plots(),
    "public_inquiry": add_remarks,
    "inquiry_of_project": lambda anchor: load_inquiry(anchor=anchor),
    "buildings": lambda _anchor: load_buildings_of_parcels(),
    "inventory_checks": lambda anchor: date_checks(anchor=anchor),
}


def load_open_layer_editors() -> None:
    """Give the group what it lacks: permissions, and a grant on each open sample layer. What people changed stays."""
    group = Group.objects.filter(name=DIG).first()
    if group is None:
        return
    group.permissions.add(*Permission.objects.filter(permissions_on(WRITES[DIG])))
    slugs = [*OPEN_LAYERS, ROAD_WORKS, *(sample.slug for sample in DATASETS)]
    open_samples = Layer.objects.filter(slug__in=slugs, visibility=Visibility.OPEN)
    for layer in open_samples.exclude(grants__group=group):
        Grant.objects.create(
            layer=layer,
            group=group,
            can_download=True,
            can_add=True,
            can_change=True,
            can_delete=True,
            can_approve=True,
        )


def add_reference_data() -> None:
    """Give a demonstration whose zones are still there the reference data that it lacks, labelled as samples."""
    is_there = Layer.objects.filter(slug="plui-zones", is_sample=True).exists()
    if is_there and not Address.objects.exists():
        publish_layers(themes=THEMES, definitions=CODED.all())
        territory = read_territory()
        load_reference_data(territory)
        label_samples(REFERENCE_LAYERS)
