"""QR codes (ISO/IEC 18004) as SVG: dark on white in every scheme, for readers do not know negatives."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe

from layers.lazy import lazy_module

if TYPE_CHECKING:
    import segno
else:
    segno = lazy_module("segno")

# Over that many bytes a code has more than 117 modules a side, and a phone no longer reads it on a screen.
MAX_BYTES = 1_200
# ``border``: modules left free around the code (ISO/IEC 18004).
_LOOK: dict[str, Any] = {"scale": 4, "border": 4, "dark": "#000000", "light": "#ffffff", "omitsize": True}


def is_short_enough(text: str) -> bool:
    """Whether a text fits in a code that a phone reads."""
    return len(text.encode()) <= MAX_BYTES


def qr_svg(text: str, *, title: str = "") -> SafeString:
    """Return the code of a text as an SVG element without style, to write in a page or in a file.

    The level of correction is the highest that needs no larger code. ``title`` is the text that stands for the code.

    Raises:
        ValueError: the text is longer than ``MAX_BYTES``.
    """
    if not is_short_enough(text):
        raise ValueError(f"a QR code holds {MAX_BYTES} bytes here")
    code = segno.make(text, micro=False, error="l", boost_error=True)
    written = io.BytesIO()
    code.save(written, kind="svg", xmldecl=False, nl=False, title=title or None, **_LOOK)
    return mark_safe(written.getvalue().decode())  # noqa: S308 (segno writes numbers, our two colours and an escaped title)
