"""Answers in words: why a person does not read a layer, a row or a dashboard."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from gisportal.accounts.models import User
from interface import wording
from layers.access import GrantReason
from layers.models import Layer
from layers.vocabulary import GrantState, LayerState
from management.reasons.queries import DashboardAnswer, LayerAnswer, Membership


def layer_refusals(
    answer: LayerAnswer, person: User, memberships: list[Membership], *, is_on_commune: bool
) -> list[str]:
    """Return what keeps a person from reading a layer, or its rows, in words; none where all of them are read."""
    scope = answer.reasons.scope
    if answer.is_read and (scope is None or answer.count == answer.every):
        return []
    return list(_layer_refusals(answer, person, memberships, is_on_commune=is_on_commune))


def _layer_refusals(
    answer: LayerAnswer, person: User, memberships: list[Membership], *, is_on_commune: bool
) -> Iterator[str]:
    if not person.is_active:
        yield _("Ce compte est fermé : il lit ce que tout le monde lit.")
    if not answer.is_read:
        yield from _state_refusal(answer.layer)
    if not answer.paths and person.is_active and not answer.layer.is_open:
        yield _no_way(memberships)
    faults = ((path.line.who, grant_fault(path.reason)) for path in answer.paths)
    yield from (_titled(who, fault) for who, fault in faults if fault)
    if answer.is_read:
        yield from _row_refusals(answer, is_on_commune=is_on_commune)


def _no_way(memberships: list[Membership]) -> str:
    if memberships:
        return _("Aucun accès à cette couche, ni par un de ses groupes, ni personnel.")
    return _("Cette personne n’est dans aucun groupe, et n’a aucun accès personnel.")


def _row_refusals(answer: LayerAnswer, *, is_on_commune: bool) -> Iterator[str]:
    rules = [path.line.rows for path in answer.effective_paths]
    if rules:
        yield _("Les autres lignes ne répondent à aucune règle : %s.") % _(" ou ").join(rules)
    if is_on_commune:
        yield _("Ce portail ne montre que les lignes de sa commune.")


def _state_refusal(layer: Layer) -> Iterator[str]:
    if layer.state == LayerState.ARCHIVED:
        yield _("La couche est retirée : seuls les administrateurs la lisent.")
    elif layer.state == LayerState.DRAFT:
        yield _("La couche est un brouillon : seuls les administrateurs la lisent.")


def grant_fault(reason: GrantReason) -> str:
    """Say why a grant opens nothing now; empty where it does."""
    grant = reason.grant
    if reason.state is GrantState.ENDED and grant.valid_until is not None:
        return _("l’accès est terminé depuis le %s") % wording.instant(grant.valid_until)
    if reason.state is GrantState.TO_COME and grant.valid_from is not None:
        return _("l’accès ne commence que le %s") % wording.instant(grant.valid_from)
    if reason.rows is None:
        return _("la règle des lignes nomme un champ que la couche n’a pas, et n’ouvre rien")
    return ""


def dashboard_refusals(answer: DashboardAnswer, person: User) -> list[str]:
    """Return what keeps a person from reading a dashboard, in words; none where they read it."""
    return [] if answer.reasons.is_read else list(_dashboard_refusals(answer, person))


def _dashboard_refusals(answer: DashboardAnswer, person: User) -> Iterator[str]:
    if not person.is_active:
        yield _("Ce compte est fermé : il lit ce que tout le monde lit.")
    if answer.dashboard.published_id is None:
        yield _("Le tableau de bord n’est pas publié.")
    if not answer.reasons.is_on_portal:
        yield _("Le tableau de bord est celui d’une autre commune que ce portail.")
    yield from _audience_refusals(answer)
    for path in answer.grants:
        line = path.line
        if line.end.is_over:
            yield _titled(line.who, _("l’accès est terminé"))
        elif line.begins:
            yield _titled(line.who, _("l’accès ne commence que le %s") % line.begins)


def _audience_refusals(answer: DashboardAnswer) -> Iterator[str]:
    reasons = answer.reasons
    is_granted = any(not path.line.end.is_over and not path.line.begins for path in answer.grants)
    if reasons.is_public or is_granted or reasons.is_maker:
        return
    if answer.readers:
        names = ", ".join(answer.readers)
        yield _("Cette personne n’est dans aucun des groupes qui le lisent : %s.") % names
    else:
        yield _("Le tableau de bord n’est ouvert ni à un groupe de cette personne, ni à elle-même.")


def _titled(title: str, text: str) -> str:
    return _("%(title)s : %(text)s") % {"title": title, "text": text}
