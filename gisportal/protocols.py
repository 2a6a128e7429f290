"""The protocols of the portal, a row each: where they are, who may use them how, in which form they refuse.

A protocol is known by the beginning of its addresses. What is not in the table is a page for people. A new protocol is
an application, its addresses in ``gisportal.urls``, and a row here: credentials, throttling, cross-origin requests and
refusals follow. A second table names the work, on whatever protocol, that costs much more than the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from gisportal.problem_formats import (
    Problem,
    Renderer,
    problem_json,
    problem_of_api,
    problem_of_csw,
    problem_of_explore,
    problem_of_scim,
    problem_page,
    problem_report,
    question_of,
)
from interface.http.media_types import HTML, JSON_PROBLEM, SHORT_NAMES

# What a refusal may be read as, first what a client with no wish gets.
_FORMS = (JSON_PROBLEM, *SHORT_NAMES.values())


@dataclass(frozen=True, slots=True)
class Protocol:
    """A family of addresses.

    ``is_machine``: views check no CSRF token, answers say where their client stands, and a hidden layer asked without
    credentials is a 401 that offers HTTP Basic and Bearer, where a page answers 404. ``takes_tokens``: personal tokens
    open it. ``is_cross_origin``: scripts of other sites may read its open data. ``quota`` is the policy of
    ``RATE_LIMITS`` that counts its requests, empty for that of the client (signed in or not). ``names_form``: the
    parameter ``f`` names the form of an answer. ``is_standalone_page``: its refusals are pages only where the address
    asks nothing, since libraries of Java prefer HTML whatever they ask. ``fault`` writes a refusal for a machine; who
    reads it in a browser gets the page. ``has_directory_tokens``: tokens of directories open it, and nothing else does.
    """

    name: str
    prefix: str
    is_machine: bool = True
    takes_tokens: bool = True
    is_cross_origin: bool = True
    quota: str = ""
    names_form: bool = False
    is_standalone_page: bool = False
    fault: Renderer = problem_json
    has_directory_tokens: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """Requests that cost much more than the others of their protocol: ``quota`` counts them in its place.

    ``path`` matches the whole path. ``methods`` are those that cost, any when it is empty. ``is_ranged``: whether parts
    of a file (``Range``) count too, which a desktop tool reads by hundreds once the file is written.
    """

    quota: str
    path: re.Pattern[str]
    methods: frozenset[str] = frozenset()
    is_ranged: bool = True

    def includes(self, request: HttpRequest) -> bool:
        """Whether a request is such work."""
        if self.methods and request.method not in self.methods:
            return False
        if not self.is_ranged and "Range" in request.headers:
            return False
        return self.path.fullmatch(request.path) is not None


PAGES = Protocol(
    "pages",
    "/",
    is_machine=False,
    takes_tokens=False,
    is_cross_origin=False,
    quota="pages",
    fault=problem_page,
)
PROTOCOLS = (
    # Addresses of the portal that datasets come from, before the API of this one.
    Protocol("explore", "/api/explore/", fault=problem_of_explore),
    Protocol("attachments", "/api/v2/catalog/", fault=problem_of_explore),
    Protocol("csw", "/csw", is_standalone_page=True, fault=problem_of_csw),
    Protocol("dcat", "/catalog."),
    Protocol("catalogue files", "/catalogue."),
    Protocol("feeds of road works", "/travaux/flux/"),
    Protocol("api", "/api/", names_form=True, fault=problem_of_api),
    Protocol("tiles", "/tiles/", quota="tiles"),
    Protocol("exports", "/export/"),
    Protocol("wfs", "/wfs", is_standalone_page=True, fault=problem_report),
    Protocol(
        "scim",
        "/scim/",
        takes_tokens=False,
        is_cross_origin=False,
        fault=problem_of_scim,
        has_directory_tokens=True,
    ),
    # Files that features link to: a page of a browser shows them, a desktop tool fetches them with its token.
    Protocol(
        "photos", "/photos/", is_machine=False, is_cross_origin=False, quota="pages", fault=problem_page
    ),
    PAGES,
)
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
WORK = (
    Work("exports", re.compile(r"/export/(?!.*\.notice\.txt$).+"), is_ranged=False),
    Work(
        "exports",
        re.compile(r"/api/explore/v2\.1/catalog/datasets/[^/]+/exports/[^/]+/?"),
        is_ranged=False,
    ),
    Work("exports", re.compile(r"/jeux/.+/export\..+"), is_ranged=False),
    Work("exports", re.compile(r"/telechargements/.+/recommencer/"), _WRITES),
    # The table of a panel costs what the panel does on its page, and a spreadsheet reads those of a dashboard in a row.
    Work("exports", re.compile(r"/tableaux-de-bord/[^/]+/[^/]+(\.(png|svg)|/carte\.html)")),
    Work("exports", re.compile(r"/tableaux-de-bord/graphiques/[^/]+/graphique\.(png|svg)")),
    Work("exports", re.compile(r"/carte/(fichier\.html|image\.svg)")),
    Work("exports", re.compile(r"/api/collections/[^/]+/coverage")),
    Work("prints", re.compile(r"/carte/(imprimer/|dessin\.svg)")),
    Work("prints", re.compile(r"/tableaux-de-bord/[^/]+/imprimer/")),
    Work(
        "imports",
        re.compile(r"/jeux/(nouveau|[^/]+/import|import/[^/]+(/(lecture|partie|sans-erreurs|reprendre))?)/"),
        _WRITES,
    ),
    Work("imports", re.compile(r"/rasters/(nouveau|(?!depots/)[^/]+)/"), _WRITES),
    Work(
        "searches",
        re.compile(r"/recherche/(suggestions/)?|/carte/(question/(comprendre/)?|autour/|alentours/.+)"),
    ),
    # The tiles of the API are those of a map like the others.
    Work("tiles", re.compile(r"/api/(collections/[^/]+/(map/)?)?tiles/[^/]+/[^/]+/[^/]+/[^/]+")),
    Work("sign-ins", re.compile(r"/compte/.+"), _WRITES),
)
# What costs nothing, or must be answered whatever else is asked: probes, published files, the page of who is offline.
_UNCOUNTED = (*settings.PROBE_PATHS, "/static/", "/sw.js", "/hors-ligne/", "/robots.txt")


def protocol_of(request: HttpRequest) -> Protocol:
    """Return the protocol of a request, by its path."""
    return next(protocol for protocol in PROTOCOLS if request.path.startswith(protocol.prefix))


def quota_of(request: HttpRequest) -> str | None:
    """Return the policy that counts a request, empty for that of the client (signed in or not), None when none does."""
    if request.path.startswith(_UNCOUNTED):
        return None
    work = next((work for work in WORK if work.includes(request)), None)
    return work.quota if work is not None else protocol_of(request).quota


def is_machine(request: HttpRequest) -> bool:
    """Whether the request is for a machine protocol."""
    return protocol_of(request).is_machine


def is_for_a_person(request: HttpRequest) -> bool:
    """Whether a refusal is a page: on a machine protocol, when ``f`` or else ``Accept`` prefers one."""
    protocol = protocol_of(request)
    if not protocol.is_machine or protocol.has_directory_tokens:
        return not protocol.is_machine
    if protocol.is_standalone_page and (question_of(request) or request.method not in {"GET", "HEAD"}):
        return False
    named = SHORT_NAMES.get(question_of(request).get("f", "")) if protocol.names_form else None
    return (named or request.get_preferred_type(_FORMS)) == HTML


def rendered(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return a refusal as its protocol writes it, or as a page for who reads it in a browser."""
    protocol = protocol_of(request)
    if not protocol.is_machine or is_for_a_person(request):
        return problem_page(request, problem, is_machine=protocol.is_machine)
    return protocol.fault(request, problem)
