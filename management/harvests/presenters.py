"""What the page « Moissonnage » shows: datasets against the rules of harvesters, visits, and addresses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

from django.db.models import Count
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from harvesting.checks import CheckedRecord, check_records
from harvesting.models import HarvestVisit
from harvesting.public_catalogue import public_catalogue
from harvesting.vocabulary import Harvester
from interface.waiting import WaitingGroup, WaitingRow
from interface.wording import day
from layers import access
from layers.models import Layer
from layers.queries import communes
from layers.visitor import Visitor
from layers.vocabulary import LayerState, Visibility

VISIT_DAYS = 30
MOST_VISITS = 24
_FAILED_DAYS = 7
_CATALOGUES = frozenset({Harvester.UDATA, Harvester.GEONETWORK, Harvester.OPENDATASOFT})
# The national portal archives what is not in a catalogue any more after so many days.
ARCHIVED_AFTER = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """A dataset that leaves, and what harvesters would skip or lose of it.

    ``edit`` is where its metadata are mended, empty for who may not.
    """

    pk: str
    checked: CheckedRecord
    edit: str

    @property
    def title(self) -> str:
        """The title of the dataset."""
        return self.checked.record.title

    @property
    def state(self) -> str:
        """``ignore``, ``incomplet`` or ``complet``: the key of its words."""
        if self.checked.is_refused:
            return "ignore"
        return "incomplet" if self.checked.findings else "complet"


@dataclass(frozen=True, slots=True)
class VisitRow:
    """The last day of a harvester at one form of the catalogue, and on how many of the last days it came."""

    visit: HarvestVisit
    portal: str
    days: int

    @property
    def is_failed(self) -> bool:
        """Whether the answer was a refusal or a failure."""
        return self.visit.status >= 400

    @property
    def answer(self) -> str:
        """What was answered, in words."""
        if not self.is_failed:
            return _("Rien de nouveau") if self.visit.status == HTTPStatus.NOT_MODIFIED else _("Lu")
        words = _("Échec (%d)") if self.visit.status >= HTTPStatus.INTERNAL_SERVER_ERROR else _("Refusé (%d)")
        return words % self.visit.status


@dataclass(frozen=True, slots=True)
class CatalogueAddress:
    """An address to give to who harvests; ``name`` is its key on the page."""

    name: str
    label: str
    address: str
    help: str


def dataset_rows(visitor: Visitor) -> list[DatasetRow]:
    """Return the public datasets of a visitor's own layers: all of them for an administrator."""
    own = set(access.own_layers(visitor).values_list("slug", flat=True))
    is_closed = bool(access.obstacle(visitor))
    fed = set() if is_closed else set(access.fed_layers(visitor).values_list("slug", flat=True))
    checked = check_records(public_catalogue(visitor).records())
    return [
        DatasetRow(
            each.record.slug,
            each,
            reverse("metadata:edit", args=[each.record.slug]) if each.record.slug in fed else "",
        )
        for each in checked
        if each.record.slug in own
    ]


def absent_layers(visitor: Visitor, rows: Iterable[DatasetRow]) -> tuple[int, list[Layer]]:
    """Return how many layers of a visitor's own are in no catalogue, and the open ones withdrawn in the last week."""
    absent = access.own_layers(visitor).exclude(slug__in=[row.pk for row in rows])
    withdrawn = absent.filter(
        state=LayerState.ARCHIVED,
        visibility=Visibility.OPEN,
        first_published_at__isnull=False,
        updated_at__gte=visitor.instant - ARCHIVED_AFTER,
    )
    return absent.count(), list(withdrawn.order_by("title"))


def visit_rows(visitor: Visitor) -> list[VisitRow]:
    """Return the last day of each harvester at each form in the last thirty days, the latest first; two statements."""
    since = localdate(visitor.instant) - dt.timedelta(days=VISIT_DAYS)
    key = ("harvester", "protocol", "form", "portal", "status")
    recent = HarvestVisit.objects.filter(day__gt=since)
    last = recent.order_by(*key, "-day").distinct(*key)
    listed = sorted(last, key=lambda visit: visit.last_at, reverse=True)[:MOST_VISITS]
    counted = recent.order_by().values(*key).annotate(days=Count("pk"))
    days = {tuple(row[name] for name in key): row["days"] for row in counted}
    names = {commune.code: commune.nom for commune in communes()}
    return [
        VisitRow(
            visit,
            names.get(visit.portal, "") or _("Tout le territoire"),
            days.get(tuple(getattr(visit, name) for name in key), 1),
        )
        for visit in listed
    ]


def failing_harvests(visitor: Visitor) -> Iterator[WaitingRow]:
    """Yield the catalogues that were refused or failed in the last week, and did not read since, for administrators.

    A person's program that is refused is no catalogue that lost ours: theirs are failures of the portal alone.
    """
    if not visitor.is_administrator:
        return
    since = localdate(visitor.instant) - dt.timedelta(days=_FAILED_DAYS)
    recent = HarvestVisit.objects.filter(day__gt=since).exclude(harvester=Harvester.OTHER)
    key = ("harvester", "protocol", "form", "portal")
    for visit in recent.order_by(*key, "-last_at").distinct(*key):
        is_catalogue = visit.harvester in _CATALOGUES
        if visit.status >= (HTTPStatus.BAD_REQUEST if is_catalogue else HTTPStatus.INTERNAL_SERVER_ERROR):
            row = VisitRow(visit, "", 1)
            yield WaitingRow(
                subject=f"harvest {visit.harvester} {visit.protocol} {visit.form} {visit.portal}",
                group=WaitingGroup.REPAIR,
                icon="triangle-alert",
                title=_("%(harvester)s ne lit plus le catalogue")
                % {"harvester": visit.get_harvester_display()},
                detail=_("%(protocol)s · %(answer)s · %(day)s")
                % {
                    "protocol": visit.get_protocol_display(),
                    "answer": row.answer,
                    "day": day(visit.last_at),
                },
                action=_("Voir"),
                address=reverse("management:harvests"),
                since=visit.last_at,
                tone="bad",
            )


def addresses(origin: str) -> list[CatalogueAddress]:
    """Return the addresses of the catalogue on a portal, for each kind of harvester; ``origin`` is scheme and host."""
    former = "?include_exports=json,csv,shp,geojson&lang=fr"
    listed = (
        (
            "dcat",
            _("data.gouv.fr (DCAT)"),
            reverse("dcat:rdf"),
            _("Type de source « DCAT » : en pages, sans redirection."),
        ),
        (
            "ods",
            _("data.gouv.fr, source de l’ancien portail"),
            reverse("explore:catalogue") + former,
            _("L’adresse d’avant répond encore : les fiches, leurs abonnés et leurs réutilisations restent."),
        ),
        (
            "csw",
            _("GeoNetwork, QGIS MetaSearch (CSW)"),
            reverse("csw:service"),
            _("CSW 2.0.2, fiches ISO 19139."),
        ),
        (
            "records",
            _("OGC API Records"),
            reverse("records:collection"),
            _("Pour les clients récents de l’OGC."),
        ),
        (
            "scdl",
            _("Catalogue SCDL (CSV)"),
            reverse("catalogue-csv"),
            _("Le schéma commun des collectivités, version 0.1.3."),
        ),
        ("atom", _("Nouveautés (Atom)"), reverse("catalogue-atom"), _("Pour les lecteurs de flux.")),
        ("rss", _("Nouveautés (RSS)"), reverse("catalogue-rss"), _("Pour les lecteurs de flux.")),
        (
            "sitemap",
            _("Google et les moteurs de recherche"),
            reverse("metadata:sitemap"),
            _("Le plan du site, à déclarer au moteur."),
        ),
    )
    return [CatalogueAddress(name, label, f"{origin}{path}", text) for name, label, path, text in listed]
