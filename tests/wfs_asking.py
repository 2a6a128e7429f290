"""Requests of WFS: by parameters, by a form, by XML; and what their answers hold."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring
from django.test import Client

from tests.people import Person
from tests.protocols import Answer, get, read

WFS = "/wfs"
CODE = re.compile(r'(?:exceptionCode|\bcode)="(\w+)"')
LOCATOR = re.compile(r'locator="([^"]*)"')


def kvp(operation: str = "GetFeature", version: str = "2.0.0", **parameters: object) -> dict[str, str]:
    """Return the parameters of a request."""
    return {
        "SERVICE": "WFS",
        "VERSION": version,
        "REQUEST": operation,
        **{name: str(value) for name, value in parameters.items()},
    }


def ask_wfs(
    person: Person | None = None,
    operation: str = "GetFeature",
    version: str = "2.0.0",
    path: str = WFS,
    headers: dict[str, str] | None = None,
    **parameters: Any,
) -> Answer:
    """Ask an operation by the parameters of an address."""
    asked = urlencode(kvp(operation, version, **parameters))
    return get(f"{path}?{asked}", person, **(headers or {}))


def post_form(person: Person | None = None, **parameters: Any) -> Answer:
    """Ask an operation by a form."""
    return _post(person, urlencode(kvp(**parameters)), "application/x-www-form-urlencoded")


def post_xml(body: str | bytes, person: Person | None = None, *, path: str = WFS) -> Answer:
    """Ask an operation by a body of XML."""
    return _post(person, body, "text/xml", path=path)


def _post(person: Person | None, body: str | bytes, kind: str, *, path: str = WFS) -> Answer:
    client = Client()
    if person is not None and not person.is_anonymous:
        person.account()
        client.defaults["HTTP_AUTHORIZATION"] = person.basic()
    return read(client.post(path, body, content_type=kind))


def report(answer: Answer) -> tuple[int, str, str]:
    """Return the status, the code and the locator of a refusal."""
    code, locator = CODE.search(answer.body), LOCATOR.search(answer.body)
    return answer.status, code[1] if code else "", locator[1] if locator else ""


def root(answer: Answer) -> Element:
    """Return the root of an answer in XML."""
    found: Element = fromstring(answer.body.encode())
    return found


def ids(answer: Answer) -> list[str]:
    """Return the identifiers of the features of an answer in GML, in order."""
    return [
        value
        for element in root(answer).iter()
        for name, value in element.attrib.items()
        if name.rpartition("}")[2] in {"id", "fid"} and element.tag.startswith("{urn:x-portail:couche}")
    ]


def texts(answer: Answer, tag: str) -> list[Any]:
    """Return the texts of the elements of a local name."""
    return [found.text for found in root(answer).iter() if found.tag.rpartition("}")[2] == tag]
