"""What pages say of the feeds: their addresses, what each can take, and what becomes of a site in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roadworks.feeds.cifs import Diffusion, diffusion
from roadworks.feeds.datex2 import record_count
from roadworks.feeds.sites import Site
from roadworks.feeds.wzdx import features


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A feed as a page lists it: ``url_name`` is that of its route, ``words`` say who reads it and what it can take."""

    url_name: str
    title: str | Promise
    words: str | Promise

    @property
    def address(self) -> str:
        """The path of the feed."""
        return reverse(f"roadworks-feeds:{self.url_name}")


FEEDS = (
    FeedEntry(
        "geojson",
        "GeoJSON",
        gettext_lazy("Pour une carte ou un tableur : tous les chantiers, leurs phases et ce qu’ils gênent."),
    ),
    FeedEntry(
        "datex2",
        "DATEX II v3",
        gettext_lazy(
            "Pour les systèmes de gestion du trafic : tous les chantiers, avec leurs jours et leurs heures."
        ),
    ),
    FeedEntry(
        "wzdx",
        "WZDx 4.2",
        gettext_lazy(
            "Pour les véhicules et les calculateurs : tous les chantiers, les nuits des 14 prochains jours."
        ),
    ),
    FeedEntry(
        "cifs-xml",
        "Waze (CIFS, XML)",
        gettext_lazy(
            "Pour Waze : ce qui ferme ou gêne une rue nommée et ouverte aux voitures, sur 30 m au moins."
        ),
    ),
    FeedEntry("cifs-json", "Waze (CIFS, JSON)", gettext_lazy("Le même, en JSON.")),
    FeedEntry(
        "calendar",
        "iCalendar",
        gettext_lazy("Pour un agenda : un évènement par phase. Avec « ?voie= » et un nom, une seule rue."),
    ),
    FeedEntry(
        "rss",
        "RSS",
        gettext_lazy("Pour un lecteur de flux : les 50 derniers chantiers annoncés ou modifiés."),
    ),
    FeedEntry("atom", "Atom", gettext_lazy("Le même, en Atom.")),
)


@dataclass(slots=True)
class FeedRow:
    """What a feed says of a site; ``reasons`` say why it has not all of it, each with the streets concerned."""

    title: str
    address: str
    words: str
    is_sent: bool
    reasons: list[str] = field(default_factory=list)


def diffusion_context(
    site: Site | None, feature: Any, *, reference: str, morning: dt.datetime
) -> Mapping[str, Any]:
    """Return what the page of a site shows; ``site`` is None when no feed has it, ``feature`` the row of the layer.

    ``morning`` is the beginning of the day.
    """
    rows = [] if site is None else _rows(site, diffusion(site, reference=reference), morning)
    return {"feature": feature, "rows": rows, "is_sent": site is not None}


def _rows(site: Site, waze: Diffusion, morning: dt.datetime) -> list[FeedRow]:
    records, near = record_count(site), sum(1 for _feature in features(site, morning))
    events, incidents = len(site.phases), len(waze.incidents)
    calendar = reverse("roadworks-feeds:site-calendar", args=[site.pk])
    return [
        FeedRow("GeoJSON", FEEDS[0].address, _("Le chantier entier"), True),
        FeedRow(
            "DATEX II v3",
            FEEDS[1].address,
            ngettext("%d enregistrement", "%d enregistrements", records) % records,
            records > 0,
        ),
        FeedRow(
            "WZDx 4.2",
            FEEDS[2].address,
            ngettext("%d évènement", "%d évènements", near) % near,
            near > 0,
            [] if near else [_("Rien dans les 14 prochains jours : le chantier y entrera à son approche.")],
        ),
        FeedRow(
            "Waze",
            FEEDS[3].address,
            ngettext("%d incident", "%d incidents", incidents) % incidents,
            incidents > 0,
            _reasons(site, waze),
        ),
        FeedRow(
            "iCalendar", calendar, ngettext("%d évènement", "%d évènements", events) % events, events > 0
        ),
    ]


def _reasons(site: Site, waze: Diffusion) -> list[str]:
    """Return each reason once, with the phases and the streets that it concerns where it does not concern all."""
    places: dict[str, list[str]] = {}
    for reason, phase, street in waze.refusals:
        place = []
        if phase is not None and len(site.phases) > 1:
            place.append(_("phase %d") % phase)
        if street:
            place.append(street)
        named = places.setdefault(str(reason.label), [])
        if place and (words := ", ".join(place)) not in named:
            named.append(words)
    return [
        _("%(reason)s (%(places)s)") % {"reason": reason, "places": " ; ".join(named)} if named else reason
        for reason, named in places.items()
    ]
