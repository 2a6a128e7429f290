"""Links that ask the way to a feature: plain ones, which a person presses and no page follows by itself.

``geo`` is the URI of RFC 5870, which opens the map application of a phone; ``q`` names the place as Android reads it.
The others are the addresses that their owners document for a destination.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings

GEO = "geo"
# ``{lat}`` and ``{lon}`` are in degrees (EPSG:4326); each address asks for the way on foot.
SERVICES = {
    "osm": "https://www.openstreetmap.org/directions?engine=fossgis_osrm_foot&route=%3B{lat}%2C{lon}",
    "apple": "https://maps.apple.com/?daddr={lat},{lon}&dirflg=w",
    "google": "https://www.google.com/maps/dir/?api=1&destination={lat}%2C{lon}&travelmode=walking",
}


@dataclass(frozen=True, slots=True)
class Directions:
    """``web`` opens a site, ``phone`` the application of a phone; either may be empty.

    ``apple`` is for the phones of Apple, which do not read ``geo`` URIs; it is empty where ``phone`` is.
    """

    web: str
    phone: str
    apple: str


def directions(longitude: float, latitude: float, title: str) -> Directions | None:
    """Return the links to a place in degrees (EPSG:4326); None when the portal offers none."""
    offered = settings.PORTAL_DIRECTIONS
    if not offered:
        return None
    place = {"lat": f"{latitude:.5f}", "lon": f"{longitude:.5f}"}
    web = next((SERVICES[name].format(**place) for name in offered if name != GEO), "")
    has_phone = offered[0] == GEO
    point = f"{place['lat']},{place['lon']}"
    return Directions(
        web=web,
        phone=f"geo:{point}?q={point}({quote(title, safe='')})" if has_phone else "",
        apple=SERVICES["apple"].format(**place) if has_phone else "",
    )
