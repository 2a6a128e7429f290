"""The feeds of road works: the same for everybody, validated at each request; and what becomes of a site in them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.views import View

from interface.http.compression import compress, content_encoding, decompress
from interface.http.resources import with_validators
from layers import access, queries
from layers.cache import BoundedCache
from layers.errors import InvalidParameter, UnknownFeature
from layers.formats.http_validators import validators_of_cached
from layers.parsing import single_values
from layers.visitor import visitor_of
from roadworks.catalogue import SLUG
from roadworks.feeds.cifs import cifs_json, cifs_xml
from roadworks.feeds.datex2 import datex2
from roadworks.feeds.forms import FeedForm
from roadworks.feeds.geojson import geojson
from roadworks.feeds.icalendar import icalendar
from roadworks.feeds.presenters import FEEDS, diffusion_context
from roadworks.feeds.public_works import PublicWorks, public_works
from roadworks.feeds.sites import Site
from roadworks.feeds.syndication import ATOM, RSS, syndication
from roadworks.feeds.wzdx import wzdx
from roadworks.periods import instant

STREET, MAX_STREET = "voie", 160
_MIDNIGHT = dt.time()
# Feeds of the whole territory and of the communes, compressed: a few megabytes each.
_bodies: BoundedCache[bytes] = BoundedCache(200, weigh=len, most=64 * 1024 * 1024)


def publisher() -> str:
    """Return who publishes, for formats that must name somebody."""
    return str(settings.ORGANISATION or settings.SIRET or settings.PORTAL_AUTHORITIES[0])


class FeedView(View):
    """A feed, in the language of the portal. HEAD has the headers of GET, its length included."""

    http_method_names = ["get", "head", "options"]
    media_type: str
    parameters: tuple[str, ...] = ()

    def form(self, works: PublicWorks) -> FeedForm:
        """Return what the feed is written of."""
        raise NotImplementedError

    def content(self, works: PublicWorks, sites: Sequence[Site]) -> bytes:
        """Return the bytes of the feed."""
        return self.form(works).write(sites)

    def selected(self, sites: Sequence[Site]) -> Sequence[Site]:
        """Return the sites that the address selects.

        Raises:
            InvalidParameter: it selects a street of which nothing is known.
            UnknownFeature: it selects a site that no feed has.
        """
        return sites

    def get(self, request: HttpRequest, **_arguments: object) -> HttpResponse:
        """Answer with the feed, or word that the client has it.

        Raises:
            UnknownLayer: the layer of road works is not open.
            UnknownParameter: there is one that the feed does not read.
        """
        single_values(dict(request.GET.lists()), allowed=self.parameters)
        works = public_works(visitor_of(request))
        encoding = content_encoding(request.headers.get("Accept-Encoding", ""))
        parts = (works.key, request.build_absolute_uri(), self.media_type, publisher(), settings.SIRET)
        key = hashlib.sha256(repr(parts).encode()).hexdigest()
        fresh = validators_of_cached(key, encoding, is_public=True)
        tags = [tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))]
        if fresh.etag in tags:
            return with_validators(HttpResponse(status=HTTPStatus.NOT_MODIFIED), fresh)
        body = _bodies.recall(key, lambda: compress(self._written(works)))
        response = HttpResponse(body if encoding else decompress(body), content_type=self.media_type)
        if encoding:
            response["Content-Encoding"] = encoding
        else:
            # No other encoding either: the tag is that of these bytes.
            request.META.pop("HTTP_ACCEPT_ENCODING", None)
        response["Content-Length"] = str(len(response.content))
        response["Content-Language"] = settings.LANGUAGE_CODE
        return with_validators(response, fresh)

    def _written(self, works: PublicWorks) -> bytes:
        with translation.override(settings.LANGUAGE_CODE):
            return self.content(works, self.selected(works.sites()))

    @property
    def origin(self) -> str:
        """The scheme and the host of the request."""
        return f"{self.request.scheme}://{self.request.get_host()}"

    def site_address(self, pk: int) -> str:
        """Return the address of the page of a site."""
        return self.origin + reverse("roadworks:site", args=[pk])


class GeoJsonView(FeedView):
    """``/travaux/flux/travaux.geojson``."""

    media_type = "application/geo+json"

    def form(self, works: PublicWorks) -> FeedForm:
        """Return the FeatureCollection."""
        return geojson()


class Datex2View(FeedView):
    """``/travaux/flux/datex2.xml``."""

    media_type = "application/xml; charset=utf-8"

    def form(self, works: PublicWorks) -> FeedForm:
        """Return the SituationPublication."""
        return datex2(creator=settings.SIRET or publisher(), at=works.changed_at)


class WzdxView(FeedView):
    """``/travaux/flux/wzdx.geojson``."""

    media_type = "application/geo+json"

    def form(self, works: PublicWorks) -> FeedForm:
        """Return the work zone feed, whose horizon moves once a day."""
        morning = instant(works.day, _MIDNIGHT)
        return wzdx(publisher=publisher(), now=morning, at=max(works.changed_at, morning))


class CifsView(FeedView):
    """``/travaux/flux/cifs.xml`` and ``.json``."""

    media_type = "application/xml; charset=utf-8"
    write: Callable[..., FeedForm] = staticmethod(cifs_xml)

    def form(self, works: PublicWorks) -> FeedForm:
        """Return the incidents."""
        return self.write(reference=publisher(), at=works.changed_at)


class CifsJsonView(CifsView):
    """``/travaux/flux/cifs.json``."""

    media_type = "application/json"
    write = staticmethod(cifs_json)


class CalendarView(FeedView):
    """``/travaux/flux/travaux.ics``: the whole territory, or a street (``voie``)."""

    media_type = "text/calendar; charset=utf-8"
    parameters: tuple[str, ...] = (STREET,)

    def selected(self, sites: Sequence[Site]) -> Sequence[Site]:
        """Return the sites of the street, of any street without one."""
        if STREET not in self.request.GET:
            return sites
        street = self.request.GET[STREET].strip().casefold()
        if not street or len(street) > MAX_STREET:
            raise InvalidParameter(
                _("voie : écrivez le nom d’une rue, de 160 caractères au plus."), parameter=STREET
            )
        return [
            site for site in sites if street in {name.casefold() for name in (*site.streets, site.street)}
        ]

    def form(self, works: PublicWorks) -> FeedForm:
        """Return the calendar."""
        name = self.request.GET.get(STREET, "").strip() or _("Travaux sur la voirie")
        return icalendar(name=name, host=self.request.get_host(), address=self.site_address)


class SiteCalendarView(CalendarView):
    """``/travaux/flux/chantier/{id}.ics``: one site."""

    parameters = ()

    def selected(self, sites: Sequence[Site]) -> Sequence[Site]:
        """Return the site."""
        pk = self.kwargs["pk"]
        match = [site for site in sites if site.pk == pk]
        if not match:
            raise UnknownFeature(
                _("Aucun chantier en cours ou à venir n’a le numéro %d.") % pk, parameter="id"
            )
        return match


class AtomView(FeedView):
    """``/travaux/flux/travaux.atom``."""

    media_type, kind = "application/atom+xml; charset=utf-8", ATOM

    def content(self, works: PublicWorks, sites: Sequence[Site]) -> bytes:
        """Return the feed."""
        return syndication(
            sites,
            self.kind,
            address=self.origin + self.request.path,
            home=self.origin + reverse("roadworks:nearby"),
            author=publisher(),
            site_address=self.site_address,
            at=works.changed_at,
        )


class RssView(AtomView):
    """``/travaux/flux/travaux.rss``."""

    media_type, kind = "application/rss+xml; charset=utf-8", RSS


class FeedListView(View):
    """``/travaux/diffusion/``: the feeds, and what each can take."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the page.

        Raises:
            UnknownLayer: the layer of road works is not open.
        """
        single_values(dict(request.GET.lists()), allowed=())
        public_works(visitor_of(request))
        return _page(request, "roadworks/feeds/list.html", {"feeds": FEEDS})


class DiffusionView(View):
    """``/travaux/{id}/diffusion/``: what each feed says of a site, and why it does not."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the page to who sees the site.

        Raises:
            UnknownLayer, UnknownFeature: the visitor sees no such site.
        """
        single_values(dict(request.GET.lists()), allowed=())
        visitor = visitor_of(request)
        feature = queries.feature(access.scope(visitor, SLUG), pk)
        works = public_works(visitor)
        context = diffusion_context(
            works.site(pk), feature, reference=publisher(), morning=instant(works.day, _MIDNIGHT)
        )
        return _page(request, "roadworks/feeds/diffusion.html", context)


def _page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    response = render(request, template, dict(context))
    response["Cache-Control"] = "private, no-cache"
    return response
