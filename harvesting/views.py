"""Files of the catalogue at addresses of their own: SCDL, Atom, RSS. Whoever reads them gets what everybody sees."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from functools import partial
from io import StringIO

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.views import View

from harvesting.answers import CatalogueBody, catalogue_response
from harvesting.feeds.documents import ATOM, RSS, entries, feed
from harvesting.public_catalogue import PublicCatalogue, public_catalogue
from harvesting.scdl.rows import COLUMNS, scdl_rows
from harvesting.visits import note
from harvesting.vocabulary import HarvestProtocol
from interface.page_parts import PagePart
from layers.parsing import single_values
from layers.queries import communes
from layers.visitor import Visitor, visitor_of
from metadata.records import Record


def autodiscovery(_visitor: Visitor, _subject: object) -> PagePart:
    """Return the links by which programs find the catalogue of records and the feeds, for the head of a page."""
    return PagePart("harvesting/autodiscovery.html")


class CatalogueFile(View):
    """A file of the catalogue, without parameters: in the language of the portal, whoever reads it."""

    http_method_names = ["get", "head", "options"]
    protocol: HarvestProtocol
    form: str
    media_type: str

    def content(self, records: Sequence[Record]) -> bytes:
        """Return the bytes of the file."""
        raise NotImplementedError

    def count(self, records: Sequence[Record]) -> int:
        """Return the number of datasets in the file."""
        return len(records)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the file, its headers alone (HEAD), or word that the client has it.

        Raises:
            UnknownParameter: there is one.
        """
        note(request, self.protocol, self.form, 0)
        single_values(dict(request.GET.lists()), allowed=())
        catalogue = public_catalogue(visitor_of(request))
        parts = (catalogue.digest, self.origin, self.form, settings.ORGANISATION, settings.SIRET)
        key = hashlib.sha256(repr(parts).encode()).hexdigest()
        body = CatalogueBody(key, partial(self._written, catalogue))
        response = catalogue_response(request, body, f"{self.media_type}; charset=utf-8")
        if request.method == "GET" and response.status_code == 200:
            records = catalogue.records()
            # A feed is news for people: who reads it takes no dataset.
            sent = records if self.protocol is not HarvestProtocol.FEED else ()
            note(request, self.protocol, self.form, self.count(records), sent)
        return response

    def _written(self, catalogue: PublicCatalogue) -> bytes:
        with translation.override(settings.LANGUAGE_CODE):
            return self.content(catalogue.records())

    @property
    def origin(self) -> str:
        """The scheme and the host of the request."""
        return f"{self.request.scheme}://{self.request.get_host()}"


class ScdlView(CatalogueFile):
    """``/catalogue.csv``: the catalogue of the common local schemas."""

    protocol, form, media_type = HarvestProtocol.SCDL, "csv", "text/csv"

    def content(self, records: Sequence[Record]) -> bytes:
        """Return the CSV file (RFC 4180)."""
        portal = visitor_of(self.request).portal
        commune = next((each for each in communes() if each.code == portal), None)
        text = StringIO()
        writer = csv.writer(text)
        writer.writerows([COLUMNS, *scdl_rows(records, origin=self.origin, commune=commune)])
        return text.getvalue().encode()


class FeedView(CatalogueFile):
    """A feed of what is new or changed."""

    protocol = HarvestProtocol.FEED

    def content(self, records: Sequence[Record]) -> bytes:
        """Return the feed."""
        home = self.origin + reverse("explorer:catalogue")
        address = self.request.build_absolute_uri(self.request.path)
        return feed(records, self.form, origin=self.origin, address=address, home=home)

    def count(self, records: Sequence[Record]) -> int:
        """Return the number of entries."""
        return len(entries(records))


class AtomView(FeedView):
    """``/catalogue.atom`` (RFC 4287)."""

    form, media_type = ATOM, "application/atom+xml"


class RssView(FeedView):
    """``/catalogue.rss`` (RSS 2.0)."""

    form, media_type = RSS, "application/rss+xml"
