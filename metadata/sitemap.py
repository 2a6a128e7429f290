"""``/sitemap.xml``: the pages that everybody sees on this portal, for search engines (sitemaps.org 0.9)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views import View

from interface.addresses import address
from interface.page_parts import searched_pages
from layers.visitor import Visitor, visitor_of
from metadata.records import public_records


@dataclass(frozen=True, slots=True)
class SitemapPage:
    """A page: its absolute address, and the ISO date of its last change, empty when it is not known."""

    address: str
    changed: str = ""


class SitemapView(View):
    """The home page, the catalogue, each public layer, and the pages of other applications that anybody finds."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the list, whoever asks: a layer that is withdrawn is gone from the next answer."""
        visitor = visitor_of(request)
        public = Visitor(instant=visitor.instant, portal=visitor.portal)
        absolute = request.build_absolute_uri
        records = public_records(instant=visitor.instant, portal=visitor.portal)
        pages = [
            SitemapPage(absolute(address("home"))),
            SitemapPage(absolute(address("catalogue"))),
            *(
                SitemapPage(
                    absolute(record.page),
                    timezone.localdate(record.modified).isoformat() if record.modified else "",
                )
                for record in records
            ),
            *(SitemapPage(absolute(page.address)) for page in searched_pages(public)),
        ]
        text = render_to_string("metadata/sitemap.xml", {"pages": pages})
        response = HttpResponse(text, content_type="application/xml")
        patch_cache_control(response, public=True, no_cache=True)
        return response
