"""Views of the site itself: probes, robots.txt, security.txt, the design system, the page without network."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import posixpath
import re
from functools import cache
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from gisportal.accounts.models import User
from gisportal.accounts.services import remember_language
from gisportal.health import health
from gisportal.outage import OUTAGE


def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers, and serves; the database is queried only after a query has failed."""
    if OUTAGE.is_on():
        return JsonResponse({"status": "unavailable"}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return JsonResponse({"status": "ok"})


def readyz(_request: HttpRequest) -> HttpResponse:
    """Say whether the database answers, a worker lives and nothing waits too long in the queue: for monitoring."""
    state = health()
    status = HTTPStatus.OK if state.is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse(state.document, status=status)


@csrf_exempt
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Set the language of the pages, and of what is written to the account.

    The form has no token: a page of the public is the same for all. A form of another site is refused by what browsers
    say of it (Fetch Metadata, or the header ``Origin``).

    Raises:
        PermissionDenied: the form is not of this site.
    """
    site, origin = request.headers.get("Sec-Fetch-Site", ""), request.headers.get("Origin", "")
    is_own = site in {"same-origin", "none"} if site else urlsplit(origin).netloc in {"", request.get_host()}
    if not is_own or (origin == "null" and not site):
        raise PermissionDenied
    if isinstance(request.user, User):
        remember_language(request.user, request.POST.get("language", ""))
    return set_language(request)


# Pages that say nothing of the territory, or as many things as there are questions.
_UNINDEXED = (
    "/compte/", "/administration/", "/jeux/", "/recherche/", "/partager/", "/hors-ligne/", "/style/",
)  # fmt: skip


def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines what not to crawl, and where the pages are. It hides nothing: the access layer decides."""
    sitemap = request.build_absolute_uri(reverse("metadata:sitemap"))
    lines = [
        "User-agent: *", *(f"Disallow: {path}" for path in _UNINDEXED), "", f"Sitemap: {sitemap}", ""
    ]  # fmt: skip
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def style(request: HttpRequest) -> HttpResponse:
    """Show every piece of the design system in every state: for who builds the portal, absent from a real one."""
    if not (settings.DEBUG or settings.PORTAL_DEMO):
        raise Http404
    return render(request, "interface/style/page.html")


# The file is written at each request: it expires half a year after it was read (RFC 9116, 2.5.5: less than a year).
_VALID_DAYS = 180


def security_txt(request: HttpRequest) -> HttpResponse:
    """Send the file; there is none without a contact.

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


# The page shown without network, and the service worker that stores it: a page, its style and font, never data.
SOURCE = Path(__file__).parent / "static" / "gisportal" / "offline-worker.js"
OFFLINE_FILES = (
    "interface/design/site.css",
    "interface/mark.svg",
    "vendor/atkinson/files/atkinson-hyperlegible-next-latin-wght-normal.woff2",
)
_IMPORT = re.compile(r'@import url\("([^"]+)"\)')


def offline_page(request: HttpRequest) -> HttpResponse:
    """Show the page for visitors without network, the same for everybody."""
    return render(request, "offline.html")


def offline_worker(_request: HttpRequest) -> HttpResponse:
    """Send the service worker. It is requested at each visit, and its text changes with any file it caches."""
    files = [static(name) for name in offline_files()]
    offline = {"page": reverse("offline"), "files": files}
    text = _source()
    version = hashlib.sha256((json.dumps(offline) + text).encode()).hexdigest()[:12]
    prelude = f"self.offline = {json.dumps(offline | {'name': f'offline-{version}'})};\n"
    response = HttpResponse(prelude + text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def offline_files() -> list[str]:
    """Return the names of the files that the page without network needs."""
    is_joined = getattr(staticfiles_storage, "is_joined", False)
    return [*OFFLINE_FILES, *([] if is_joined else _imported(OFFLINE_FILES[0]))]


def _imported(sheet: str) -> list[str]:
    """Return the names of the style sheets that one imports, where it is served as it is written."""
    text = Path(str(finders.find(sheet))).read_text("utf-8")
    return [posixpath.normpath(f"{posixpath.dirname(sheet)}/{address}") for address in _IMPORT.findall(text)]


@cache
def _source() -> str:
    return SOURCE.read_text("utf-8")
