"""Amounts of tables in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from interface.wording import HARD_SPACE, number

_SMALLEST = 0.0005


def percent(share: float | None) -> str:
    """Write a share from 0 to 1 in percent, to a tenth; nothing for none, never « 0 % » for what is not nothing."""
    if share is None:
        return ""
    if 0 < share < _SMALLEST:
        return _("moins de %s") % f"{number(0.1)}{HARD_SPACE}%"
    return f"{number(round(100 * share, 1))}{HARD_SPACE}%"
