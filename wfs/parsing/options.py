"""Options of requests for features: count, format, result type, sections; the same in an address and a body."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from layers.parsing.numbers import whole_number
from wfs.errors import UnsupportedOption
from wfs.versions import V1_0_0, GmlVersion, OutputFormat, Version, find_format, formats_of

# A bound for what is counted in 32 bits.
MAX_COUNT = 2**31 - 1


def check_feature_count(count: int | None, version: Version, *, parameter: str) -> int | None:
    """Return the requested number of features; 0 is valid in 2.0 alone (OGC 04-094, 9.2).

    Raises:
        InvalidParameter: nothing asked, of 1.1.0 or 1.0.0.
    """
    if count == 0 and not version.is_2:
        raise InvalidParameter(
            _("%(name)s attend un nombre entier d’au moins 1 en %(version)s.")
            % {"name": parameter, "version": version},
            parameter=parameter,
        )
    return count


def read_whole_number(text: str, *, parameter: str, largest: int) -> int:
    """Read a whole number from 0 to ``largest``.

    Raises:
        InvalidParameter: not such a number.
    """
    number = whole_number(text, most=largest)
    if number is None:
        raise InvalidParameter(
            _("%(name)s attend un nombre entier de 0 à %(max)d ; reçu « %(value)s ».")
            % {"name": parameter, "max": largest, "value": text[:40]},
            parameter=parameter,
        )
    return number


def read_output(text: str, version: Version, *, parameter: str) -> OutputFormat:
    """Return the format that a name stands for, the GML of the version when there is none.

    Raises:
        InvalidParameter: no such format.
    """
    if not text:
        return formats_of(version)[0]
    output = find_format(text, version)
    if output is None:
        raise InvalidParameter(
            _("%(name)s : « %(value)s » n’est pas servi. Formats servis : %(served)s.")
            % {
                "name": parameter,
                "value": text[:80],
                "served": ", ".join(form.names[0] for form in formats_of(version)),
            },
            parameter=parameter,
        )
    return output


def read_result_type(text: str, version: Version, *, parameter: str) -> bool:
    """Return whether only the number of features is requested, which 1.0.0 cannot answer.

    Raises:
        InvalidParameter: neither ``hits`` nor ``results``.
    """
    if version is V1_0_0 and text.lower() == "hits":
        raise InvalidParameter(_("hits n’existe pas en 1.0.0."), parameter=parameter)
    if text.lower() not in {"", "hits", "results"}:
        raise InvalidParameter(
            _("%(name)s attend results ou hits ; reçu « %(value)s ».")
            % {"name": parameter, "value": text[:40]},
            parameter=parameter,
        )
    return text.lower() == "hits"


def check_resolve(text: str, *, parameter: str) -> None:
    """Refuse to follow links elsewhere: features of the portal have none, so local ones cost nothing.

    Raises:
        UnsupportedOption: remote links.
        InvalidParameter: no word of the standard.
    """
    if text.lower() in {"remote", "all"}:
        raise UnsupportedOption(
            _("Les liens vers d’autres services ne sont pas suivis : %s attend none ou local.") % parameter,
            parameter=parameter,
        )
    if text.lower() not in {"none", "local"}:
        raise InvalidParameter(
            _("%(name)s attend none ou local ; reçu « %(value)s ».")
            % {"name": parameter, "value": text[:40]},
            parameter=parameter,
        )


# Sections of capabilities, 2.0 and 1.1 (OGC 09-025r2, table 13; 06-121r3, table 5).
_SECTIONS = frozenset(
    {
        "all",
        "serviceidentification",
        "serviceprovider",
        "operationsmetadata",
        "featuretypelist",
        "servesgmlobjecttypelist",
        "supportsgmlobjecttypelist",
        "filter_capabilities",
        "languages",
        "contents",
    }
)


def read_sections(texts: Sequence[str], *, parameter: str) -> frozenset[str]:
    """Return the requested sections of capabilities, in lower case; none for all of them.

    Raises:
        InvalidParameter: no section of the standard.
    """
    for text in texts:
        if text.lower() not in _SECTIONS:
            raise InvalidParameter(
                _("« %s » n’est pas une section des capacités.") % text[:60], parameter=parameter
            )
    sections = frozenset(text.lower() for text in texts)
    return frozenset() if "all" in sections else sections


def check_accepted(texts: Sequence[str], *, parameter: str) -> None:
    """Refuse a client that reads no XML.

    Raises:
        InvalidParameter: none of the media types it accepts is that of capabilities.
    """
    if texts and not any(text.split(";")[0].strip().lower() in _XML for text in texts):
        raise InvalidParameter(
            _("Les capacités sont en application/xml ou text/xml ; reçu « %s ».") % ", ".join(texts)[:80],
            parameter=parameter,
        )


_XML = frozenset({"text/xml", "application/xml", "application/gml+xml", "*/*", "text/*", "application/*"})


def read_output_schema(text: str, version: Version, *, parameter: str) -> GmlVersion:
    """Return the requested form of GML of a schema, by default that of the version.

    Raises:
        InvalidParameter: a format that is no schema.
    """
    if text.upper() in {"", "XMLSCHEMA", "TEXT/XML; SUBTYPE=XMLSCHEMA", "TEXT/XML;SUBTYPE=XMLSCHEMA"}:
        return version.gml
    gml = read_output(text, version, parameter=parameter).gml
    if gml is None:
        raise InvalidParameter(
            _("%(name)s : un schéma est en XML Schema ; reçu « %(value)s ».")
            % {"name": parameter, "value": text[:80]},
            parameter=parameter,
        )
    return gml
