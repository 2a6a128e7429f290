"""What the addresses of the former portal read: some parameters of the Explore API 2.1, and no others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from harvesting.addresses import EXPLORE_FORMATS
from layers.crs import parse_crs
from layers.errors import InvalidParameter, UnknownCrs
from layers.parsing.query import Parameters, single_values

_LANGUAGES = ("fr", "en")
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class CatalogueExport:
    """Which files the export of the catalogue lists, and whether with labels as headings."""

    formats: tuple[str, ...]
    is_labelled: bool


def parse_catalogue_export(parameters: Parameters) -> CatalogueExport:
    """Read ``include_exports`` (all by default), ``use_labels_in_exports`` (true by default) and ``lang``.

    Texts are in each language that a dataset has, whatever ``lang``.

    Raises:
        UnknownParameter, InvalidParameter: naming the culprit.
    """
    values = single_values(parameters, allowed=("include_exports", "use_labels_in_exports", "lang"))
    _check_choice(values, "lang", _LANGUAGES)
    names = dict.fromkeys(values.get("include_exports", ",".join(EXPLORE_FORMATS)).split(","))
    for name in names:
        _check_choice({"include_exports": name}, "include_exports", EXPLORE_FORMATS)
    return CatalogueExport(tuple(names), _boolean(values, "use_labels_in_exports", default=True))


def parse_dataset_export(parameters: Parameters, name: str) -> tuple[str, dict[str, str]]:
    """Return the extension of our export of a format of the Explore API, and its parameters.

    ``use_labels`` (false by default), ``epsg`` and ``lang`` are read.

    Raises:
        UnknownParameter, InvalidParameter: naming the culprit.
    """
    _check_choice({"format": name}, "format", EXPLORE_FORMATS)
    values = single_values(parameters, allowed=("use_labels", "epsg", "lang"))
    _check_choice(values, "lang", _LANGUAGES)
    kind, own = EXPLORE_FORMATS[name], {"preparer": "0"}  # whoever asks gets the file, not the page of a job
    if _boolean(values, "use_labels", default=False) and kind.has_labels:
        own["entetes"] = "libelles"
    if "epsg" in values:
        try:
            own["crs"] = parse_crs(f"EPSG:{values['epsg']}", parameter="epsg").uri
        except UnknownCrs as error:
            raise InvalidParameter(_("epsg attend un code EPSG : 2154, 4326…"), parameter="epsg") from error
    return kind.extension, own


def _boolean(values: dict[str, str], name: str, *, default: bool) -> bool:
    _check_choice(values, name, _BOOLEANS)
    return _BOOLEANS[values[name]] if name in values else default


def _check_choice(values: dict[str, str], name: str, offered: Collection[str]) -> None:
    if name in values and values[name] not in offered:
        message = _("%(name)s : « %(value)s » n’existe pas ici. Valeurs possibles : %(offered)s.")
        raise InvalidParameter(
            message % {"name": name, "value": values[name][:40], "offered": ", ".join(offered)},
            parameter=name,
        )
