"""Numbers that no column holds, wherever an address or a form has one: refused or absent, never a 500."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.examples import is_thorough
from tests.http.access.test_bad_input_fuzz import ASKED_OF_MACHINES, ASKED_OF_PAGES
from tests.people import ADMINISTRATOR
from tests.staff import BACKEND, signed_in
from tests.world import PLAYGROUNDS, TREES, World
from tests.writes import EDITOR, give_editing_rights

LONG = ["9" * 6_000, "000000001" + "5" * 6_000]  # above 4,300 digits Python converts none
PATHS = ["9" * 6_000, "9" * 20, *(("٣", "-1", "1e400", LONG[1]) if is_thorough() else ())]
QUERIES = [LONG[1], *(("9" * 20, "٣", "-1", "1e400", "1e999999", LONG[0]) if is_thorough() else ())]
# How a parameter writes its number, where it writes more.
FORMS = {
    "bbox": "1,1,2,{}",
    "couches": f"{TREES}:{{}}",
    "datetime": "{}-01-01",
    "filter": "hauteur > {}",
    "group_by": "bins{}:hauteur",
    "measures": "p{}:hauteur",
    "near": "2.2,{}",
    "objet": f"{TREES}/{{}}",
    "opacite": f"{TREES}:{{}}",
    "touching": f"{TREES}/{{}}",
    "vue": "12/48/{}",
}
VALUES = {
    "layer": TREES,
    "slug": TREES,
    "relation": "inspections",
    "form": "csv",
    "kind": "csv",
    "size": "full",
}
BY_CONVERTER = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000", "slug": TREES}
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
NUMBERED = {"int", "object_id", "zoom", "row", "column", "z", "x", "y"}


def routes(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    """Return the routes of the site that are written as one."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if "^" in route or "(" in route:
            continue
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def addresses(number: str) -> Iterator[str]:
    """Return each route with the number as each of the numbers in its path, the others being 1."""
    for route in routes(get_resolver().url_patterns):
        for numbered in PARAMETER.finditer(route):
            if NUMBERED.intersection(numbered.groups()):
                head, tail = route[: numbered.start()], route[numbered.end() :]
                yield PARAMETER.sub(_value, head) + quote(number) + PARAMETER.sub(_value, tail)


def _value(match: re.Match[str]) -> str:
    return VALUES.get(match[2], BY_CONVERTER.get(match[1] or "", "1"))


def queries(number: str) -> Iterator[str]:
    """Return each address whose parameters are fuzzed, with the number in each of them."""
    for path, name in [*ASKED_OF_MACHINES, *ASKED_OF_PAGES]:
        yield f"{path}?{urlencode({name: FORMS.get(name.rpartition('.')[2], '{}').format(number)})}"


@pytest.fixture
def client(world: World) -> Client:
    """A browser of the administrator, who sees everything: what fails is answered."""
    browser = Client(headers={"host": "localhost"}, raise_request_exception=False)
    browser.force_login(ADMINISTRATOR.account(), backend=BACKEND)
    return browser


def status(client: Client, address: str) -> int:
    answer = client.get(address)
    if answer.status_code == 405:
        answer = client.post(address)
    if answer.streaming:
        answer.getvalue()
    return answer.status_code


@pytest.mark.parametrize("number", PATHS, ids=lambda text: f"{text[:9]}({len(text)})")
def test_a_number_of_a_path_that_nothing_holds_is_no_fault_of_the_server(client: Client, number: str) -> None:
    statuses = {address: status(client, address) for address in addresses(number)}
    assert len(statuses) > 40
    assert [f"{code} {address[:100]}" for address, code in statuses.items() if code >= 500] == []


@pytest.mark.parametrize("number", QUERIES, ids=lambda text: f"{text[:9]}({len(text)})")
def test_a_number_of_a_query_that_nothing_holds_is_no_fault_of_the_server(
    client: Client, number: str
) -> None:
    statuses = {address: status(client, address) for address in queries(number)}
    assert [f"{code} {address[:100]}" for address, code in statuses.items() if code >= 500] == []


@pytest.mark.parametrize(
    "number", [LONG[0], "9" * 20, "٣", "1e400"], ids=lambda text: f"{text[:9]}({len(text)})"
)
def test_a_line_of_an_entered_file_has_a_number_of_the_feature(world: World, number: str) -> None:
    give_editing_rights()
    editor = signed_in(EDITOR)
    pages = f"/catalogue/{PLAYGROUNDS}/saisie"
    written = editor.get(f"{pages}/fichier.csv?relation=equipements").content.decode("utf-8-sig").splitlines()
    at = next(
        place for place, title in enumerate(written[0].split(";")) if title.startswith("Numéro de la ligne")
    )
    cells = written[1].split(";")
    cells[at] = number
    upload = SimpleUploadedFile("lignes.csv", "\r\n".join([written[0], ";".join(cells)]).encode())
    answer = editor.post(f"{pages}/importer/?relation=equipements", {"upload": upload}, follow=True)
    (line,) = answer.context["result"].lines
    assert (line.state, f"n’a pas de ligne {number[:20]}" in line.text) == ("refused", True)
