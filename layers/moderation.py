"""The states of a moderated row, declared with its layer: who takes it from one to another, and which ones are public.

Rows in a state that is not public exist for their author, for who approves rows of the layer, and for nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise

Text = str | Promise


class Actor(Enum):
    """Who takes a step: the author of the row, who approves rows of the layer, either of them, or time itself."""

    AUTHOR = "author"
    APPROVER = "approver"
    EITHER = "either"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class RowState:
    """A state of a row; ``label`` is what people read. Nothing leaves a final one."""

    code: str
    label: Text
    is_public: bool = False
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """A step between states, by the verb of its button; ``needs_reason`` where the author must read why."""

    name: str
    label: Text
    sources: tuple[str, ...]
    target: str
    actor: Actor = Actor.APPROVER
    needs_reason: bool = False


@dataclass(frozen=True, slots=True)
class Moderation:
    """The state machine of the rows of a layer.

    ``state_path`` and ``author_path`` are the ORM paths of the state and of the id of the account that wrote the row
    (None: nobody's). ``initial`` is the state of a new row; one of who approves starts as ``trusted``. A row whose
    ``urgent_path`` is true goes public when it is submitted, and is reviewed after. Rows of the members of
    ``trusted_groups`` (ids) are public at once, and so are their own changes of them. ``start_path`` and ``end_path``
    are the days, or instants, between which a public row is active: to come before, over after.
    """

    state_path: str
    author_path: str
    states: tuple[RowState, ...]
    transitions: tuple[Transition, ...]
    initial: str
    trusted: str
    urgent_path: str = ""
    trusted_groups: frozenset[int] = frozenset()
    start_path: str = ""
    end_path: str = ""

    def __post_init__(self) -> None:
        """Refuse a step between states that are not there."""
        codes = {state.code for state in self.states}
        named = {self.initial, self.trusted}
        for step in self.transitions:
            named |= {*step.sources, step.target}
        if missing := named - codes:
            raise ValueError(f"no such state: {', '.join(sorted(missing))}")

    @property
    def public_states(self) -> tuple[str, ...]:
        """The codes of the states in which everybody who reads the layer reads the row."""
        return tuple(state.code for state in self.states if state.is_public)

    @property
    def waiting_states(self) -> tuple[str, ...]:
        """The codes of the states that wait for who approves: those that an author brings a row to.

        Where no author takes a row out of its first state, it waits there.
        """
        targets = {step.target for step in self.transitions if step.actor is Actor.AUTHOR} - {self.initial}
        left = any(step.actor is Actor.AUTHOR for step in self.steps_from(self.initial))
        waiting = targets if left else {*targets, self.initial}
        return tuple(state.code for state in self.states if state.code in waiting and not state.is_public)

    def is_public(self, code: str) -> bool:
        """Whether everybody who reads the layer reads rows in a state."""
        return code in self.public_states

    def state(self, code: str) -> RowState:
        """Return a state by its code.

        Raises:
            KeyError: the machine has no such state.
        """
        return {state.code: state for state in self.states}[code]

    def transition(self, name: str) -> Transition:
        """Return a step by its name.

        Raises:
            KeyError: the machine has no such step.
        """
        return {step.name: step for step in self.transitions}[name]

    def steps_from(self, code: str) -> tuple[Transition, ...]:
        """Return the steps that leave a state, whoever takes them."""
        return tuple(step for step in self.transitions if code in step.sources)
