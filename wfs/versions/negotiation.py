"""Which version a request is of: the one it names, or the best that both sides know.

OGC 06-121r3, 7.3.2 for ``ACCEPTVERSIONS``; 02-058, 6.2.4 for ``VERSION``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from wfs.errors import VersionNegotiationFailed
from wfs.versions.definitions import V2_0_0, VERSIONS, Version

# The corrigendum of 2.0 changed no message: some clients call it so.
_SAME = {"2.0.2": V2_0_0, "2.0": V2_0_0, "1.1": VERSIONS[1], "1.0": VERSIONS[2]}
_NUMBER = re.compile(r"\d{1,3}(\.\d{1,3}){0,2}", re.ASCII)


def _known(text: str) -> Version | None:
    return next((version for version in VERSIONS if version.number == text), _SAME.get(text))


def named_version(text: str, *, parameter: str) -> Version:
    """Return the version that a request names; the newest when it names none.

    Raises:
        InvalidParameter: a version that is not served.
    """
    if not text:
        return VERSIONS[0]
    version = _known(text.strip())
    if version is None:
        raise InvalidParameter(
            _("La version « %(asked)s » n’est pas servie. Versions servies : %(served)s.")
            % {"asked": text[:40], "served": ", ".join(map(str, VERSIONS))},
            parameter=parameter,
        )
    return version


def accepted_version(texts: Sequence[str], *, parameter: str) -> Version:
    """Return the first version that a client accepts and that is served.

    Raises:
        VersionNegotiationFailed: there is none.
    """
    for text in texts:
        version = _known(text.strip())
        if version is not None:
            return version
    raise VersionNegotiationFailed(
        _("Aucune de ces versions n’est servie : %(asked)s. Versions servies : %(served)s.")
        % {"asked": ", ".join(texts)[:80], "served": ", ".join(map(str, VERSIONS))},
        parameter=parameter,
    )


def negotiated_version(text: str, *, parameter: str) -> Version:
    """Return what answers a GetCapabilities of a version: that one, else the one below it, else the oldest.

    Raises:
        InvalidParameter: no number of a version.
    """
    if not text:
        return VERSIONS[0]
    if _NUMBER.fullmatch(text.strip()) is None:
        raise InvalidParameter(
            _("%(name)s attend un numéro de version comme 2.0.0 ; reçu « %(value)s ».")
            % {"name": parameter, "value": text[:40]},
            parameter=parameter,
        )
    asked = _order(text.strip())
    below = (version for version in VERSIONS if _order(version.number) <= asked)
    return _known(text.strip()) or next(below, VERSIONS[-1])


def _order(text: str) -> list[int]:
    return [int(part) for part in text.split(".")]
