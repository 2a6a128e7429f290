"""Write the feeds: an entry for each of the last datasets published or changed, under its identifier for good.

The identifier of an entry stays when its data change, and its date moves: readers say « updated », and not « new ».
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from operator import itemgetter

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from metadata.records import Record

ATOM, RSS = "atom", "rss"
# Entries of a feed, the last changed first.
MAX_ENTRIES = 50
_KINDS: dict[str, type[SyndicationFeed]] = {ATOM: Atom1Feed, RSS: Rss201rev2Feed}
# The date of a feed without entries: it never changes.
_EMPTY = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def feed(records: Iterable[Record], kind: str, *, origin: str, address: str, home: str) -> bytes:
    """Return a feed in UTF-8; ``kind`` is ``atom`` or ``rss``, ``address`` its own address, ``home`` the catalogue's.

    Entries are those of ``entries``. Authors are organisations.
    """
    listed = entries(records)
    is_atom = kind == ATOM
    document = _KINDS[kind](
        title=_("Nouveautés du catalogue"),
        link=home,
        description=_("Les jeux de données publiés ou modifiés en dernier."),
        language=get_language() or "fr",
        feed_url=address,
        feed_guid=address,
    )
    for record, changed in listed:
        document.add_item(
            title=record.title,
            link=f"{origin}{record.page}",
            description=record.abstract,
            author_name=(record.producer or settings.ORGANISATION or None) if is_atom else None,
            unique_id=f"{origin}{record.path}",
            unique_id_is_permalink=True,
            pubdate=record.issued if is_atom else changed,
            updateddate=changed,
            categories=(record.theme_title, *record.keywords),
        )
    document.latest_post_date = lambda: listed[0][1] if listed else _EMPTY  # type: ignore[method-assign]  # Django: now
    return document.writeString("utf-8").encode()


def entries(records: Iterable[Record]) -> list[tuple[Record, dt.datetime]]:
    """Return the last records and when each was published or changed, whichever is later."""
    dated = [(record, max(record.issued, record.modified or record.issued)) for record in records]
    return sorted(dated, key=itemgetter(1), reverse=True)[:MAX_ENTRIES]
