"""The last sites announced or changed, for feed readers: Atom (RFC 4287) and RSS 2.0.

The identifier of an entry stays when its site changes, and its date moves: readers say “updated”, and not “new”.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from roadworks.feeds.sites import Site
from roadworks.periods import PARIS

ATOM, RSS = "atom", "rss"
# Entries of a feed, the last changed first.
MAX_ENTRIES = 50
_KINDS: dict[str, type[SyndicationFeed]] = {ATOM: Atom1Feed, RSS: Rss201rev2Feed}


def syndication(
    sites: Iterable[Site],
    kind: str,
    *,
    address: str,
    home: str,
    author: str,
    site_address: Callable[[int], str],
    at: dt.datetime,
) -> bytes:
    """Return a feed in UTF-8: ``address`` is its own, ``home`` that of the works, ``site_address`` returns
    that of a site by its key.

    ``at`` is the instant of the last change.
    """
    feed = _KINDS[kind](
        title=_("Travaux sur la voirie"),
        link=home,
        description=_("Les chantiers annoncés ou modifiés en dernier."),
        language=get_language() or "fr",
        feed_url=address,
        feed_guid=address,
    )
    last = sorted(sites, key=lambda site: (site.changed_at, site.pk), reverse=True)[:MAX_ENTRIES]
    for site in last:
        feed.add_item(
            title=site.title if not site.streets else f"{site.title} – {', '.join(site.streets)}",
            link=site_address(site.pk),
            description=_summary(site),
            author_name=(site.owner or author or None) if kind == ATOM else None,
            unique_id=site_address(site.pk),
            unique_id_is_permalink=True,
            pubdate=site.created_at if kind == ATOM else site.changed_at,
            updateddate=site.changed_at,
            categories=tuple(name for name in (site.nature, str(site.values.get("statut", ""))) if name),
        )
    feed.latest_post_date = lambda: at  # type: ignore[method-assign]  # Django: now
    return feed.writeString("utf-8").encode()


def _summary(site: Site) -> str:
    dates = _("Du %(start)s au %(end)s.") % {
        "start": date_format(site.hull.start.astimezone(PARIS), "SHORT_DATETIME_FORMAT"),
        "end": date_format(site.hull.end.astimezone(PARIS), "SHORT_DATETIME_FORMAT"),
    }
    return " ".join(text for text in (dates, site.description) if text)
