"""What works hamper, as a form asks it: an answer by mode for the whole site, and others for single phases.

A phase with an answer of its own has it instead of that of the site. Rows say the same without exceptions: one effect
for the whole site where every phase agrees, else one for each phase.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from roadworks.vocabulary import Direction, Impact, Mode

# What becomes of a mode: the impact, and the direction that it concerns.
Passage = tuple[Impact, Direction]
Passages = Mapping[Mode, Passage]
_IMPACTS = list(Impact)


@dataclass(frozen=True, slots=True)
class EffectAnswer:
    """What happens to a mode in a direction; ``phase`` is a number, None for the whole site."""

    mode: str
    impact: str
    sens: str
    phase: int | None = None


def effect_answers(whole: Passages, phases: Sequence[Passages]) -> tuple[EffectAnswer, ...]:
    """Return the effects of a form; ``phases`` are the answers of each phase in order, empty where it has none."""
    answers = []
    for mode in Mode:
        exceptions = [phase.get(mode) for phase in phases]
        if not any(exceptions):
            if passage := whole.get(mode):
                answers.append(_answer(mode, passage, None))
            continue
        for number, exception in enumerate(exceptions, 1):
            if passage := exception or whole.get(mode):
                answers.append(_answer(mode, passage, number))
    return tuple(answers)


def passages_of(effects: Iterable[Any], numbers: Sequence[int]) -> tuple[Passages, list[Passages]]:
    """Return the answers that effects come from: those of the whole site, and those of each phase that differ.

    ``effects`` have ``mode``, ``impact``, ``sens`` and ``phase``, a number of ``numbers`` or None.
    """
    by_mode: dict[Mode, dict[int | None, Passage]] = defaultdict(dict)
    for effect in effects:
        passages = by_mode[Mode(effect.mode)]
        passage = Impact(effect.impact), Direction(effect.sens)
        former = passages.get(effect.phase)
        passages[effect.phase] = passage if former is None else _worst(former, passage)
    whole: dict[Mode, Passage] = {}
    phases: list[dict[Mode, Passage]] = [{} for _number in numbers]
    for mode, passages in by_mode.items():
        common = passages.get(None)
        each = [_during(passages, number, common) for number in numbers]
        # Where every phase has an answer, that of the first one stands for the site.
        general = common or (each[0] if each and all(each) else None)
        if general is not None:
            whole[mode] = general
        for index, own in enumerate(each):
            if own is not None and own != general:
                phases[index][mode] = own
    return whole, list(phases)


def _during(passages: Mapping[int | None, Passage], number: int, common: Passage | None) -> Passage | None:
    own = passages.get(number)
    return _worst(own, common) if own and common else own or common


def _worst(first: Passage, second: Passage) -> Passage:
    return max(first, second, key=lambda passage: _IMPACTS.index(passage[0]))


def _answer(mode: Mode, passage: Passage, phase: int | None) -> EffectAnswer:
    impact, direction = passage
    return EffectAnswer(mode.value, impact.value, direction.value, phase)
