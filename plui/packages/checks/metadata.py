"""The metadata record: what INSPIRE and the national profile ask of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from plui.packages.content import Package
from plui.packages.encodings import CHARSETS
from plui.packages.findings import Finding
from plui.packages.metadata_records import Contact, MetadataRecord, Specification

_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?)?)?")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LANGUAGE = re.compile(r"[a-z]{3}")
_SCOPES = frozenset({"dataset", "series", "service"})
_REPRESENTATIONS = frozenset({"vector", "grid", "textTable", "tin", "stereoModel", "video"})
_TOPICS_TEXT = (
    "farming biota boundaries climatologyMeteorologyAtmosphere economy elevation environment geoscientificInformation"
    " health imageryBaseMapsEarthCover intelligenceMilitary inlandWaters location oceans planningCadastre society"
    " structure transportation utilitiesCommunication"
)
_TOPICS = frozenset(_TOPICS_TEXT.split())
_THESAURI = (
    "Types de documents d’urbanisme",
    "Répertoire SIRENE",
    "Code officiel géographique",
    "Sous-code de documents d’urbanisme",
)
"""Vocabularies that keywords are expected under; the last is for documents with a letter."""


def check_metadata(package: Package, record: MetadataRecord | None) -> list[Finding]:
    """Check that there is one record, and what it says."""
    files = [file for file in package.files if file.extension == "xml" and file.folder == ""]
    if not files:
        return [Finding("FILE_MISSING_MANDATORY", _("La fiche de métadonnées (.xml) manque."), file="*.xml")]
    path = files[0].path
    if len(files) > 1:
        names = ", ".join(file.name for file in files)
        return [
            Finding("METADATA_MULTIPLE_FILES", _("Plusieurs fiches de métadonnées : %s.") % names, file=path)
        ]
    if record is None:
        return [
            Finding("METADATA_INVALID_FILE", _("La fiche de métadonnées ne peut pas être lue."), file=path)
        ]
    faults = [
        *_missing(record),
        *_invalid(record),
        *_contacts(record),
        *_specifications(package, record),
        *_reference_system(record),
        *_keywords(package, record),
    ]
    return [Finding(code, message, file=path, value=value[:100]) for code, message, value in faults]


Fault = tuple[str, str, str]
"""Code, message, value."""


def _missing(record: MetadataRecord) -> Iterable[Fault]:
    absent = (
        ("METADATA_FILEIDENTIFIER_NOT_FOUND", record.identifier, _("l’identifiant de la fiche")),
        ("METADATA_IDENTIFIER_NOT_FOUND", record.identifiers, _("l’identificateur de la ressource")),
        ("METADATA_TITLE_NOT_FOUND", record.title, _("l’intitulé")),
        ("METADATA_ABSTRACT_NOT_FOUND", record.abstract, _("le résumé")),
        ("METADATA_TYPE_NOT_FOUND", record.scope, _("le type de ressource")),
        ("METADATA_LOCATORS_EMPTY", record.addresses, _("une adresse de la ressource")),
        ("METADATA_LANGUAGE_NOT_FOUND", record.language, _("la langue de la ressource")),
        ("METADATA_TOPICCATEGORY_NOT_FOUND", record.topics, _("la catégorie thématique")),
        ("METADATA_EXTENTS_EMPTY", record.extents, _("le rectangle géographique")),
        ("METADATA_DATES_NOT_FOUND", record.dates, _("une date de la ressource")),
        ("METADATA_CHARACTERSET_NOT_FOUND", record.charset, _("l’encodage")),
        ("METADATA_DISTRIBUTIONFORMATS_EMPTY", record.formats, _("le format de diffusion")),
        (
            "METADATA_SPATIALREPRESENTATIONTYPE_NOT_FOUND",
            record.representation,
            _("le type de représentation"),
        ),
        ("METADATA_LINEAGE_NOT_FOUND", record.lineage, _("la généalogie")),
        (
            "METADATA_SPATIALRESOLUTIONS_EMPTY",
            record.denominators or record.distances,
            _("la résolution spatiale"),
        ),
        ("METADATA_SPECIFICATIONS_EMPTY", record.specifications, _("la spécification suivie")),
        ("METADATA_METADATADATE_NOT_FOUND", record.metadata_date, _("la date de la fiche")),
        ("METADATA_METADATALANGUAGE_NOT_FOUND", record.metadata_language, _("la langue de la fiche")),
        (
            "CNIG_METADATA_DATEOFLASTREVISION_NOT_FOUND",
            record.dates.get("revision"),
            _("la date de dernière révision"),
        ),
    )
    sentence = _("Dans la fiche de métadonnées, il manque %s.")
    return [(code, sentence % name, "") for code, value, name in absent if not value]


def _invalid(record: MetadataRecord) -> Iterable[Fault]:
    """Yield the values that are there and make no sense."""
    yield from _outside("METADATA_TYPE_INVALID", [record.scope], _SCOPES)
    if record.scope in _SCOPES - {"dataset"}:
        yield "CNIG_METADATA_TYPE_INVALID", _invalid_text(record.scope), record.scope
    yield from _outside("METADATA_TOPICCATEGORY_INVALID", record.topics, _TOPICS)
    yield from _outside("METADATA_CHARACTERSET_INVALID", [record.charset], CHARSETS)
    yield from _outside(
        "METADATA_SPATIALREPRESENTATIONTYPE_INVALID", [record.representation], _REPRESENTATIONS
    )
    yield from _unlike("METADATA_LANGUAGE_INVALID", [record.language], _LANGUAGE)
    yield from _unlike("METADATA_METADATALANGUAGE_INVALID", [record.metadata_language], _LANGUAGE)
    yield from _unlike("METADATA_METADATADATE_INVALID", [record.metadata_date], _DAY)
    for kind, code in (
        ("publication", "METADATA_DATEOFPUBLICATION_INVALID"),
        ("revision", "METADATA_DATEOFLASTREVISION_INVALID"),
        ("creation", "METADATA_DATEOFCREATION_INVALID"),
    ):
        yield from _unlike(code, [record.dates.get(kind, "")], _DAY)
    yield from _unlike(
        "METADATA_SPATIALRESOLUTION_INVALID_DENOMINATOR", record.denominators, re.compile(r"\d+")
    )
    yield from _unlike("METADATA_SPATIALRESOLUTION_INVALID_DISTANCE", record.distances, re.compile(r"[\d.]+"))
    if record.formats and not any(record.formats):
        yield (
            "METADATA_DISTRIBUTIONFORMAT_NAME_NOT_FOUND",
            _("Dans la fiche de métadonnées, le format de diffusion n’a pas de nom."),
            "",
        )
    if record.addresses and not any(record.addresses):
        yield "METADATA_LOCATOR_URL_NOT_FOUND", _("Dans la fiche de métadonnées, une adresse est vide."), ""
    for box in record.extents:
        if not _is_box(box):
            yield "METADATA_EXTENT_INVALID", _invalid_text(", ".join(box)), ", ".join(box)


def _is_box(box: tuple[str, str, str, str]) -> bool:
    try:
        west, south, east, north = map(float, box)
    except ValueError:
        return False
    return -180 <= west <= east <= 180 and -90 <= south <= north <= 90


def _outside(code: str, values: Iterable[str], codes: frozenset[str]) -> Iterable[Fault]:
    return [(code, _invalid_text(value), value) for value in values if value and value not in codes]


def _unlike(code: str, values: Iterable[str], pattern: re.Pattern[str]) -> Iterable[Fault]:
    return [(code, _invalid_text(value), value) for value in values if value and not pattern.fullmatch(value)]


def _invalid_text(value: str) -> str:
    return _("Dans la fiche de métadonnées, « %s » n’est pas une valeur attendue.") % value[:100]


def _contacts(record: MetadataRecord) -> Iterable[Fault]:
    named = (
        ("METADATA_CONTACT", record.contact, _("le contact de la ressource")),
        ("METADATA_METADATACONTACT", record.metadata_contact, _("le contact de la fiche")),
    )
    for prefix, contact, name in named:
        yield from _contact(prefix, contact, name)


def _contact(prefix: str, contact: Contact | None, name: str) -> Iterable[Fault]:
    if contact is None:
        yield f"{prefix}_NOT_FOUND", _("Dans la fiche de métadonnées, il manque %s.") % name, ""
        return
    if not contact.organisation:
        yield f"{prefix}_NAMEABSENT", _("Dans la fiche de métadonnées, %s n’a pas d’organisme.") % name, ""
    if not _MAIL.fullmatch(contact.mail):
        yield (
            f"{prefix}_MAILINVALID",
            _("Dans la fiche de métadonnées, %s n’a pas d’adresse électronique.") % name,
            contact.mail,
        )


def _specifications(package: Package, record: MetadataRecord) -> Iterable[Fault]:
    for each in record.specifications:
        yield from _specification(each)
    titles = [each.title for each in record.specifications]
    expected = re.compile(rf"CNIG {package.model.typedoc} v20[0-9]{{2}}")
    if not any(expected.fullmatch(title) for title in titles):
        yield (
            "CNIG_METADATA_SPECIFICATION_NOT_FOUND",
            _("La fiche de métadonnées ne cite pas de spécification « %s ».")
            % f"CNIG {package.model.typedoc} vAAAA",
            "; ".join(titles),
        )


def _specification(each: Specification) -> Iterable[Fault]:
    if not each.title:
        yield (
            "METADATA_SPECIFICATION_TITLE_NOT_FOUND",
            _("Dans la fiche de métadonnées, une spécification n’a pas de titre."),
            "",
        )
    if not each.dates or not any(each.dates):
        yield (
            "METADATA_SPECIFICATION_DATE_NOT_FOUND",
            _("Dans la fiche de métadonnées, une spécification n’a pas de date."),
            each.title,
        )
    yield from _unlike("METADATA_SPECIFICATION_DATE_INVALID", each.dates, _DAY)
    if each.degree not in {"true", "false", "1", "0", ""}:
        yield "METADATA_SPECIFICATION_DEGREE_INVALID", _invalid_text(each.degree), each.degree


def _reference_system(record: MetadataRecord) -> Iterable[Fault]:
    if not record.reference_systems:
        yield (
            "CNIG_METADATA_REFERENCESYSTEMIDENTIFIER_NOT_FOUND",
            _("Dans la fiche de métadonnées, il manque %s.") % _("le système de coordonnées"),
            "",
        )
    elif not any(record.reference_systems):
        yield (
            "CNIG_METADATA_REFERENCESYSTEMIDENTIFIER_CODE_NOT_FOUND",
            _("Dans la fiche de métadonnées, il manque %s.") % _("le code du système de coordonnées"),
            "",
        )


def _keywords(package: Package, record: MetadataRecord) -> Iterable[Fault]:
    thesauri = [_plain(thesaurus) for thesaurus, _keyword in record.keywords]
    expected = _THESAURI if package.suffix else _THESAURI[:-1]
    return [
        (
            "CNIG_METADATA_KEYWORD_NOT_FOUND",
            _("Aucun mot-clé de la fiche de métadonnées n’est du vocabulaire « %s ».") % name,
            "",
        )
        for name in expected
        if not any(thesaurus.startswith(_plain(name)) for thesaurus in thesauri)
    ]


def _plain(text: str) -> str:
    return text.replace("'", "’").strip().lower()
