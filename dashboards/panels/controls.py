"""Controls of the settings of a panel as data: name, content, and effect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dashboards.documents.document import Panel
from dashboards.sources.source import FieldRole, PanelSource
from interface.text import fold
from layers.visitor import Visitor


@dataclass(frozen=True, slots=True)
class EditedPanel:
    """A panel whose settings are shown: merged with its library panel, with the source that its maker sees."""

    maker: Visitor
    panel: Panel
    source: PanelSource | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that may be chosen, in words."""

    value: str
    words: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """Choices under a title; without one when it is empty."""

    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class PanelControl:
    """A labelled control.

    ``form`` is ``select``, ``text``, ``area``, ``number``, ``date``, ``flag``, ``button`` (a pictogram), ``command`` (a
    button with words), or ``map-view`` (a command whose value is what the map of the preview shows).

    It carries either ``path``, where the script writes its value in the panel itself (as a ``type``), or ``change``,
    the change requested from the server. ``name`` identifies it in the page.
    """

    name: str
    label: str
    form: str
    value: str = ""
    path: str = ""
    change: str = ""
    type: str = "text"
    groups: tuple[ChoiceGroup, ...] = ()
    help: str = ""
    least: str = ""
    most: str = ""
    step: str = ""
    length: int = 0
    icon: str = ""
    is_checked: bool = False
    is_wide: bool = False
    group: str = ""

    @property
    def element(self) -> str:
        """The id of the control in its page, the same however often it is drawn."""
        return "reglage-" + "".join(sign if sign.isalnum() else "-" for sign in self.name)


@dataclass(frozen=True, slots=True)
class Fieldset:
    """Controls under a title; ``note`` explains them. ``is_folded``: rarely used, folded at first."""

    title: str
    controls: tuple[PanelControl, ...]
    note: str = ""
    is_folded: bool = False


def select(
    name: str, label: str, groups: Iterable[ChoiceGroup], chosen: str, *, change: str = ""
) -> PanelControl:
    """Return a list to choose from; a chosen value outside the groups comes first, as it is."""
    marked = tuple(_marked(group, chosen) for group in groups)
    values = {choice.value for group in marked for choice in group.choices}
    if chosen not in values:
        marked = (ChoiceGroup("", (Choice(chosen, chosen, is_chosen=True),)), *marked)
    return PanelControl(name, label, "select", value=chosen, groups=marked, change=change or name)


def _marked(group: ChoiceGroup, chosen: str) -> ChoiceGroup:
    return replace(
        group, choices=tuple(replace(each, is_chosen=each.value == chosen) for each in group.choices)
    )


def plain(*pairs: tuple[str, str], title: str = "") -> ChoiceGroup:
    """Return a group of choices from values and words."""
    return ChoiceGroup(title, tuple(Choice(value, str(words)) for value, words in pairs))


def fieldset(
    title: str, controls: Sequence[PanelControl | None], note: str = "", *, is_folded: bool = False
) -> Fieldset | None:
    """Return controls under a title; None when there is none."""
    present = tuple(control for control in controls if control is not None)
    return Fieldset(title, present, note, is_folded) if present else None


def field_groups(source: PanelSource, *roles: FieldRole) -> list[ChoiceGroup]:
    """Return the fields of some roles in alphabetical order: those of the rows, then those of their feature."""
    fields = sorted(source.of_role(*roles), key=lambda each: fold(each.title))
    own = plain(*((each.name, each.title) for each in fields if not each.is_of_feature))
    singular = str(source.scope.definition.singular)
    of_features = plain(*((each.name, each.title) for each in fields if each.is_of_feature), title=singular)
    return [group for group in (own, of_features) if group.choices]
