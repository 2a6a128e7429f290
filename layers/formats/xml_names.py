"""Names of layers and fields as names of XML: a column may be called ``surface_m²``, an element may not."""

from __future__ import annotations

import re
from functools import lru_cache

# NCName (XML Names 1.0, 4) without its characters beyond the basic plane, which no identifier of PostgreSQL needs.
_START = (
    r"A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD"
)
_NO_START = re.compile(f"[^{_START}]")
_NO_PART = re.compile(rf"[^{_START}\-.0-9\u00B7\u0300-\u036F\u203F-\u2040]")
_SUPERSCRIPTS = str.maketrans("¹²³ªº", "123ao")


@lru_cache(maxsize=4_096)
def xml_name(name: str) -> str:
    """Return a name of the portal as an XML name: characters that XML does not allow are replaced.

    ``surface_m²`` → ``surface_m2``.
    """
    allowed = _NO_PART.sub("_", name.translate(_SUPERSCRIPTS))
    return f"_{allowed}" if _NO_START.match(allowed) else allowed
