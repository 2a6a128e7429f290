"""Files of the catalogue at addresses of their own: SCDL, Atom, RSS. Whoever reads them gets what everybody sees."""

from __future__ import annotations

import csv
import hashlib
from io import StringIO

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views import View

from harvesting.feeds.documents import ATOM, RSS, entries, feed
from harvesting.scdl.rows import COLUMNS, scdl_rows
from harvesting.visits import note
from harvesting.vocabulary import HarvestProtocol
from interface.http.resources import not_modified, with_validators
from layers.formats.http_validators import HttpValidators
from layers.parsing import single_values
from layers.queries import communes
from layers.visitor import visitor_of
from metadata.records import Record, public_records


class CatalogueFile(View):
    """A file of the catalogue, without parameters, validated by its content.

    It is written as a whole before any byte leaves: a failure is an error, never a shorter catalogue.
    """

    http_method_names = ["get", "head", "options"]
    protocol: HarvestProtocol
    form: str
    media_type: str

    def content(self, records: list[Record]) -> bytes:
        """Return the bytes of the file."""
        raise NotImplementedError

    def count(self, records: list[Record]) -> int:
        """Return the number of datasets in the file."""
        return len(records)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the file.

        Raises:
            UnknownParameter: there is one.
        """
        note(request, self.protocol, self.form, 0)
        single_values(dict(request.GET.lists()), allowed=())
        visitor = visitor_of(request)
        records = public_records(instant=visitor.instant, portal=visitor.portal)
        body = self.content(records)
        note(request, self.protocol, self.form, self.count(records))
        digest = hashlib.sha256(body).hexdigest()[:32]
        fresh = HttpValidators(f'W/"{digest}"', "public, no-cache")
        response = HttpResponse(body, content_type=f"{self.media_type}; charset=utf-8")
        response["Content-Length"] = str(len(body))
        return not_modified(request, fresh) or with_validators(response, fresh)

    @property
    def origin(self) -> str:
        """The scheme and the host of the request."""
        return f"{self.request.scheme}://{self.request.get_host()}"


class ScdlView(CatalogueFile):
    """``/catalogue.csv``: the catalogue of the common local schemas."""

    protocol, form, media_type = HarvestProtocol.SCDL, "csv", "text/csv"

    def content(self, records: list[Record]) -> bytes:
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

    def content(self, records: list[Record]) -> bytes:
        """Return the feed."""
        home = self.origin + reverse("explorer:catalogue")
        address = self.request.build_absolute_uri(self.request.path)
        return feed(records, self.form, origin=self.origin, address=address, home=home)

    def count(self, records: list[Record]) -> int:
        """Return the number of entries."""
        return len(entries(records))


class AtomView(FeedView):
    """``/catalogue.atom`` (RFC 4287)."""

    form, media_type = ATOM, "application/atom+xml"


class RssView(FeedView):
    """``/catalogue.rss`` (RSS 2.0)."""

    form, media_type = RSS, "application/rss+xml"
