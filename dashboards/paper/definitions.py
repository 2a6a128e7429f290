"""How a dashboard is laid out in a file, and the file that comes of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group

from dashboards.models import (
    DashboardSubscription,
    MailFrequency,
    Orientation,
    PaperForm,
    PaperOrder,
    PaperSize,
)

# Sides of the sheets (ISO 216) and both margins, in pixels of CSS: 96 an inch.
_SIDES = {PaperSize.A4: (794, 1_123), PaperSize.A3: (1_123, 1_587)}
_MARGINS = 91
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


def layout_of(stored: PaperOrder | DashboardSubscription) -> PaperLayout:
    """Return the layout that an order or a subscription asks."""
    return PaperLayout(
        PaperSize(stored.size),
        Orientation(stored.orientation),
        PaperForm(stored.extension),
        stored.has_tables,
    )
