"""``/.well-known/security.txt``: whom to tell about a vulnerability (RFC 9116)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

# The file is written at each request: it expires half a year after it was read (RFC 9116, 2.5.5: less than a year).
_VALID_DAYS = 180


def security_txt(request: HttpRequest) -> HttpResponse:
    """Send the file; there is none while nobody is named.

    Raises:
        Http404: neither ``PORTAL_SECURITY_CONTACT`` nor ``PORTAL_CONTACT`` is set.
    """
    contact: str = settings.PORTAL_SECURITY_CONTACT or settings.PORTAL_CONTACT
    if not contact:
        raise Http404
    midnight = timezone.now().astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    fields = [
        ("Contact", contact if ":" in contact else f"mailto:{contact}"),
        ("Expires", (midnight + dt.timedelta(days=_VALID_DAYS)).strftime("%Y-%m-%dT%H:%M:%SZ")),
        ("Preferred-Languages", "fr, en"),
        ("Canonical", request.build_absolute_uri(request.path)),
    ]
    if settings.PORTAL_SECURITY_POLICY:
        fields.append(("Policy", settings.PORTAL_SECURITY_POLICY))
    text = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return HttpResponse(
        text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "public, max-age=86400"}
    )
