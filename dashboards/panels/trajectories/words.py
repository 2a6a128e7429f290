"""Amounts of a row as people read them: with its own decimals and its own unit."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import formats

from interface.wording import HARD_SPACE, NARROW_SPACE, difference_unit, unit

SHORT_UNIT = 8
"""Letters of a unit that has room beside every amount; a longer one is said once, under the name."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How the amounts of a row are written."""

    unit: str = ""
    decimals: int = 0

    def plain(self, value: float | None) -> str:
        """Write an amount; a dash for none."""
        if value is None:
            return "–"
        rounded = round(abs(value), self.decimals)  # Django would cut the other decimals off
        text = formats.number_format(
            rounded, decimal_pos=self.decimals, use_l10n=True, force_grouping=True
        ).replace(HARD_SPACE, NARROW_SPACE)
        return f"−{text}" if value < 0 and self._is_told(value) else text

    def whole(self, value: float | None) -> str:
        """Write an amount with its unit."""
        return f"{self.plain(value)}{self._after(unit(self.unit) if value is not None else '')}"

    def size(self, value: float) -> str:
        """Write a difference without its sign, with its unit; percentages differ by points."""
        return f"{self.plain(abs(value))}{self._after(self._difference_unit(value))}"

    def signed(self, value: float | None) -> str:
        """Write a difference: its sign is always there, with a true minus; the unit where it has room."""
        if value is None:
            return ""
        sign = "+" if value > 0 and self._is_told(value) else ""
        words = self._difference_unit(value)
        return f"{sign}{self.plain(value)}{self._after(words if len(words) <= SHORT_UNIT else '')}"

    def _difference_unit(self, value: float) -> str:
        return difference_unit(self.unit, round(abs(value), self.decimals))

    @staticmethod
    def _after(words: str) -> str:
        return f"{HARD_SPACE}{words}" if words else ""

    def _is_told(self, value: float) -> bool:
        """Whether a value is not written as zero."""
        return bool(round(value, self.decimals))
