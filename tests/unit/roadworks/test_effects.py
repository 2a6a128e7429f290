"""Effects by mode: the answers of a form and the rows that say the same."""

from __future__ import annotations

from roadworks.services.effects import EffectAnswer, effect_answers, passages_of
from roadworks.vocabulary import Direction, Impact, Mode

CLOSED = (Impact.CLOSED, Direction.BOTH)
ALTERNATE = (Impact.ALTERNATE, Direction.BOTH)
FREE = (Impact.NONE, Direction.BOTH)


def test_an_answer_for_the_whole_site_is_one_effect() -> None:
    assert effect_answers({Mode.CAR: CLOSED}, [{}, {}]) == (EffectAnswer("voiture", "ferme", "deux"),)


def test_a_phase_with_an_answer_of_its_own_has_it_instead_of_that_of_the_site() -> None:
    answers = effect_answers({Mode.CAR: CLOSED}, [{}, {Mode.CAR: ALTERNATE}])
    assert [(each.impact, each.phase) for each in answers] == [("ferme", 1), ("alterne", 2)]


def test_effects_give_back_the_answers_that_they_come_from() -> None:
    whole = {Mode.CAR: CLOSED}
    phases = [{}, {Mode.CAR: FREE, Mode.BUS: CLOSED}, {Mode.FOOT: ALTERNATE}]
    assert passages_of(effect_answers(whole, phases), [1, 2, 3]) == (whole, phases)


def test_effects_of_the_site_and_of_a_phase_at_once_are_the_worst_of_both() -> None:
    effects = [EffectAnswer("voiture", "alterne", "deux"), EffectAnswer("voiture", "ferme", "deux", 2)]
    assert passages_of(effects, [1, 2]) == ({Mode.CAR: ALTERNATE}, [{}, {Mode.CAR: CLOSED}])
