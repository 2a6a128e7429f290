"""The public catalogue of the former portal as a document: the datasets that it lists, in our words.

The document is that of ``/api/explore/v2.1/catalog/exports/json``, read without a key. Texts are plain: HTML is taken
off. Nothing of a dataset that is not in the document is guessed.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import nh3
from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from layers.vocabulary import Frequency, Licence

_LICENCES = {
    "licence ouverte v2.0 (etalab)": Licence.ETALAB_2,
    "licence ouverte v2.0": Licence.ETALAB_2,
    "licence ouverte (etalab)": Licence.ETALAB_1,
    "open database license (odbl)": Licence.ODBL_1,
}
# The vocabulary of the Dublin Core for collections (purl.org/cld/freq), by the last part of its addresses.
_FREQUENCIES = {
    "continuous": Frequency.UPDATE_CONT,
    "daily": Frequency.DAILY,
    "threetimesaweek": Frequency.WEEKLY_3,
    "semiweekly": Frequency.WEEKLY_2,
    "weekly": Frequency.WEEKLY,
    "biweekly": Frequency.BIWEEKLY,
    "threetimesamonth": Frequency.MONTHLY_3,
    "semimonthly": Frequency.MONTHLY_2,
    "monthly": Frequency.MONTHLY,
    "bimonthly": Frequency.BIMONTHLY,
    "quarterly": Frequency.QUARTERLY,
    "threetimesayear": Frequency.ANNUAL_3,
    "semiannual": Frequency.ANNUAL_2,
    "annual": Frequency.ANNUAL,
    "biennial": Frequency.BIENNIAL,
    "triennial": Frequency.TRIENNIAL,
    "irregular": Frequency.IRREG,
}
_LANGUAGES = {"fr": "FRA", "en": "ENG", "de": "DEU", "es": "SPA", "it": "ITA", "nl": "NLD"}
_PERIOD = re.compile(r"(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)")
# What surrounds lines: blocks and line breaks.
_BREAKS = re.compile(r"<(?:br|/p|/div|/li|/h\d)\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FormerDataset:
    """A dataset of the former portal.

    ``values`` are metadata by the names of ``metadata.editing.services``; ``attachments`` are (identifier, title).
    ``is_restricted``: its rows need a key. ``is_federated``: it is lent by another portal.
    """

    identifier: str
    title: str
    values: Mapping[str, Any]
    attachments: tuple[tuple[str, str], ...]
    is_restricted: bool
    is_federated: bool


def read_former_catalogue(content: bytes) -> list[FormerDataset]:
    """Return the datasets of a document.

    Raises:
        InvalidParameter: it is no list of datasets, with the place of the culprit.
    """
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InvalidParameter(_("Ce n’est pas du JSON : %s") % error, parameter="source") from error
    entries = document.get("results") if isinstance(document, dict) else document
    if not isinstance(entries, list):
        raise InvalidParameter(_("Une liste de jeux de données est attendue."), parameter="source")
    return [_dataset(entry, number) for number, entry in enumerate(entries, start=1)]


def _dataset(entry: Any, number: int) -> FormerDataset:
    identifier = entry.get("dataset_id") or entry.get("datasetid") if isinstance(entry, dict) else None
    if not isinstance(identifier, str) or not 0 < len(identifier) <= 255 or "/" in identifier:
        message = _("Le jeu n° %d n’a pas d’identifiant (dataset_id).") % number
        raise InvalidParameter(message, parameter="source")
    attachments = entry.get("attachments")
    return FormerDataset(
        identifier,
        _text(entry, "default.title") or identifier,
        _values(entry),
        tuple(_attachment(each) for each in attachments if _attachment(each)[0])
        if isinstance(attachments, list)
        else (),
        is_restricted=entry.get("data_visible") is False or _meta(entry, "default.is_restricted") is True,
        is_federated=bool(_text(entry, "default.source_domain_address")),
    )


def _attachment(entry: Any) -> tuple[str, str]:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        return "", ""
    return entry["id"][:255], str(entry.get("title") or "")


def _values(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the document says, without what it is silent about."""
    keywords = _meta(entry, "default.keyword")
    keywords = [keywords] if isinstance(keywords, str) else keywords
    licence = _LICENCES.get(_text(entry, "default.license").lower(), "")
    frequency = re.split(r"[/#]", _text(entry, "dcat.accrualperiodicity"))[-1]
    code = frequency if frequency in Frequency.values else _FREQUENCIES.get(frequency.lower(), "")
    values = {
        "abstract": _plain(_text(entry, "default.description")),
        "keywords": [str(each)[:60] for each in keywords] if isinstance(keywords, list) else [],
        "licence": str(licence),
        "frequency": str(code),
        "contact": _text(entry, "dcat.contact_email")[:254],
        "source": _text(entry, "default.references")[:400],
        "publisher": _text(entry, "default.publisher")[:255],
        "contact_name": _text(entry, "dcat.contact_name")[:255],
        "quality": _plain(_text(entry, "dcat.dataquality")),
        "language": _LANGUAGES.get(_text(entry, "default.language"), ""),
    }
    if period := _PERIOD.fullmatch(_text(entry, "dcat.temporal")):
        values |= {"starts_on": period[1], "ends_on": period[2]}
    return {name: value for name, value in values.items() if value}


def _meta(entry: Mapping[str, Any], name: str) -> Any:
    """Return a metadata by its dotted name, in whichever of its places: by template, or flat."""
    template, _dot, field = name.partition(".")
    metas = entry.get("metas")
    group = metas.get(template) if isinstance(metas, dict) else None
    if isinstance(group, dict) and field in group:
        return group[field]
    return entry.get(name)


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = _meta(entry, name)
    if isinstance(value, list):
        value = ", ".join(str(each) for each in value)
    return value.replace("\0", "").strip() if isinstance(value, str) else ""


def _plain(markup: str) -> str:
    """Return the text of HTML, a line for each block."""
    text = html.unescape(nh3.clean(_BREAKS.sub("\n", markup), tags=set()))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return "\n".join(line for line in lines if line)
