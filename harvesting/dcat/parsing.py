"""What the catalogue reads of an address: a page, and the datasets of one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from layers.parsing.query import Parameters, single_values

PAGE_SIZE, MAX_PAGE_SIZE, MAX_PAGE = 100, 1_000, 1_000_000


def parse_page(parameters: Parameters) -> tuple[int, int]:
    """Return the number of a page, from 1, and its number of datasets.

    Raises:
        UnknownParameter: another parameter than ``page`` and ``page_size``.
        InvalidParameter: one of them is no number within its bounds.
    """
    values = single_values(parameters, allowed=("page", "page_size"))
    return _number(values, "page", 1, MAX_PAGE), _number(values, "page_size", PAGE_SIZE, MAX_PAGE_SIZE)


def _number(values: dict[str, str], name: str, default: int, most: int) -> int:
    text = values.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and 1 <= int(text) <= most):
        message = _("%(name)s attend un nombre entre 1 et %(most)d.")
        raise InvalidParameter(message % {"name": name, "most": most}, parameter=name)
    return int(text)
