"""States of the readings of one text, from which the readings that go another way at a word begin."""

from __future__ import annotations

from explorer.natural_language.state import ParserState

Way = tuple[int, ...]


class Checkpoints:
    """The states of readings just before the words that have several meanings.

    A text is read in up to some thirty ways, most of which begin alike: the words before the first difference are read
    once. The readings have the same tokens, vocabulary and places, and are all loose or none is.
    """

    def __init__(self) -> None:
        self._states: dict[tuple[str, Way], tuple[ParserState, int]] = {}
        self._plain: set[int] = set()

    def resumed(self, choices: Way, hint: str) -> tuple[ParserState, int] | None:
        """Return a state before the last of ``choices``, the nearest one, and its token; None when there is none."""
        for count in range(len(choices) - 1, -1, -1):
            if checkpoint := self._states.get((hint, choices[:count])):
                state = checkpoint[0].copy()
                state.choices = choices
                return state, checkpoint[1]
        return None

    def before(self, state: ParserState, at: int) -> ParserState | None:
        """Return a copy of the state before a token; None where it is not worth it: no meaning was chosen there."""
        return None if at in self._plain or state.tokens[at].is_glue else state.copy()

    def store(self, before: ParserState, at: int, hint: str, decisions: int) -> None:
        """Store the state before a token, unless there are as many ``decisions`` after it."""
        count = len(before.reading.decisions)
        if decisions == count:
            self._plain.add(at)
            return
        way = (*before.choices[:count], *(0,) * (count - len(before.choices)))
        self._states.setdefault((hint, way), (before, at))
