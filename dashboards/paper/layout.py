"""The layout of a file of a dashboard: its sheet, its form, and how the address asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from dashboards.documents.document import COLUMNS
from dashboards.models import (
    DashboardSubscription,
    MailFrequency,
    Orientation,
    PaperForm,
    PaperJob,
    PaperSize,
)
from interface.requests import Parameters
from layers.errors import InvalidParameter
from layers.parsing import single_values
from layers.parsing.choices import choice

# Sides of the sheets (ISO 216) and both margins, in pixels of CSS: 96 an inch.
_SIDES = {PaperSize.A4: (794, 1_123), PaperSize.A3: (1_123, 1_587)}
_MARGINS, _HEIGHT_MARGINS = 83, 94
_NARROWEST = 711
MEDIA_TYPES = {PaperForm.PDF: "application/pdf", PaperForm.HTML: "text/html; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class PaperLayout:
    """The sheet, its orientation, the kind of file, and whether the data of charts and maps follow them."""

    size: PaperSize = PaperSize.A4
    orientation: Orientation = Orientation.PORTRAIT
    form: PaperForm = PaperForm.PDF
    has_tables: bool = False

    @property
    def page_size(self) -> str:
        """The sheet as CSS has it (``size`` of CSS Paged Media, 7.1)."""
        side = "landscape" if self.orientation is Orientation.LANDSCAPE else "portrait"
        return f"{self.size.upper()} {side}"

    @property
    def drawing_width(self) -> int:
        """The width between the margins, in pixels: letters of 12 are 9 points on the sheet."""
        short, long = _SIDES[self.size]
        return (long if self.orientation is Orientation.LANDSCAPE else short) - _MARGINS

    @property
    def drawing_height(self) -> int:
        """The height between the margins, in pixels."""
        short, long = _SIDES[self.size]
        return (short if self.orientation is Orientation.LANDSCAPE else long) - _HEIGHT_MARGINS

    @property
    def columns(self) -> int:
        """How many columns of the grid are side by side: those of a dashboard on the narrowest sheet."""
        return round(COLUMNS * self.drawing_width / _NARROWEST)

    @property
    def is_narrow(self) -> bool:
        """Whether three panels side by side would be too small to be read."""
        return self.size is PaperSize.A4 and self.orientation is Orientation.PORTRAIT

    @property
    def media_type(self) -> str:
        """The media type of the file."""
        return MEDIA_TYPES[self.form]


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A dashboard in a file."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class SubscriptionRequest:
    """A group that is to get a dashboard by e-mail: how often, and how it is laid out."""

    group: Group
    frequency: MailFrequency
    layout: PaperLayout


def layout_of(stored: PaperJob | DashboardSubscription) -> PaperLayout:
    """Return the layout of a prepared file or of a subscription."""
    return PaperLayout(
        PaperSize(stored.size),
        Orientation(stored.orientation),
        PaperForm(stored.extension),
        stored.has_tables,
    )


SIZE, ORIENTATION, FORM, TABLES = "papier-format", "papier-sens", "fichier-type", "avec-tableaux"
LAYOUT = (SIZE, ORIENTATION, FORM, TABLES)
_Choice = TypeVar("_Choice", bound=Enum)


def parse_layout(parameters: Parameters) -> PaperLayout | None:
    """Return the layout asked; None without a kind of file: then it is still to be chosen.

    Raises:
        InvalidParameter: a value that is none of the choices, or a parameter given twice.
    """
    values = single_values({name: parameters[name] for name in LAYOUT if name in parameters}, allowed=LAYOUT)
    layout = PaperLayout(
        size=_choice(PaperSize, values.get(SIZE, PaperSize.A4.value), SIZE),
        orientation=_choice(Orientation, values.get(ORIENTATION, Orientation.PORTRAIT.value), ORIENTATION),
        form=_choice(PaperForm, values.get(FORM, PaperForm.PDF.value), FORM),
        has_tables=_flag(values.get(TABLES, "0")),
    )
    return layout if FORM in values else None


def filters_in(parameters: Parameters) -> dict[str, list[str]]:
    """Return the filters of the dashboard alone."""
    return {name: list(values) for name, values in parameters.items() if name not in LAYOUT}


def _choice(choices: type[_Choice], value: str, name: str) -> _Choice:
    return choices(choice(value, [str(one.value) for one in choices], parameter=name))


def _flag(value: str) -> bool:
    if value not in {"0", "1"}:
        raise InvalidParameter(_("%s attend 0 ou 1.") % TABLES, parameter=TABLES)
    return value == "1"
