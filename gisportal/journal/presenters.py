"""Entries of the journal in words, for the list that administrators read; the entry itself stays as written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.wording import number
from layers.definitions import Text

LENGTH = 240
# The other name of what is written: identifiers say nothing to a reader.
_LEFT_OUT = frozenset({"id", "added_ids", "removed_ids"})
_SUBJECTS: Mapping[str, Text] = {
    "account": gettext_lazy("compte n° %s"),
    "group": gettext_lazy("groupe n° %s"),
    "layer": gettext_lazy("couche %s"),
    "report": gettext_lazy("signalement n° %s"),
}
_ALONE: Mapping[str, Text] = {
    "unknown": gettext_lazy("nom inconnu"),
    "journal": gettext_lazy("le journal"),
}
_NAMES: Mapping[str, Text] = {
    "action": gettext_lazy("action"),
    "added": gettext_lazy("ajouté"),
    "answered": gettext_lazy("répondu"),
    "can_approve": gettext_lazy("approbation"),
    "can_download": gettext_lazy("téléchargement"),
    "can_edit": gettext_lazy("modification"),
    "factor": gettext_lazy("second facteur"),
    "fields": gettext_lazy("champs"),
    "format": gettext_lazy("format"),
    "group_id": gettext_lazy("groupe n°"),
    "is_active": gettext_lazy("actif"),
    "is_staff": gettext_lazy("entre dans l’administration"),
    "is_superuser": gettext_lazy("administre tout"),
    "layer": gettext_lazy("couche"),
    "name": gettext_lazy("nom"),
    "name_digest": gettext_lazy("empreinte du nom"),
    "note": gettext_lazy("note"),
    "prefix": gettext_lazy("début du jeton"),
    "producer_id": gettext_lazy("producteur n°"),
    "proofs": gettext_lazy("preuves"),
    "question": gettext_lazy("demande"),
    "removed": gettext_lazy("retiré"),
    "rows": gettext_lazy("lignes"),
    "session": gettext_lazy("session n°"),
    "state": gettext_lazy("état"),
    "token": gettext_lazy("jeton n°"),
    "type": gettext_lazy("type"),
    "username": gettext_lazy("identifiant"),
    "valid_from": gettext_lazy("à partir du"),
    "valid_until": gettext_lazy("jusqu’au"),
    "version": gettext_lazy("version"),
    "visibility": gettext_lazy("visibilité"),
}
_VALUES: Mapping[str, Text] = {
    "password": gettext_lazy("mot de passe"),
    "totp": gettext_lazy("application de codes"),
    "mfa totp": gettext_lazy("application de codes"),
    "webauthn": gettext_lazy("clé d’accès"),
    "mfa webauthn": gettext_lazy("clé d’accès"),
    "recovery_codes": gettext_lazy("code de secours"),
    "mfa recovery_codes": gettext_lazy("code de secours"),
    "open": gettext_lazy("ouverte"),
    "internal": gettext_lazy("interne"),
}


def subject_text(subject: str) -> str:
    """Return in words what an entry is about."""
    kind, _space, name = subject.partition(" ")
    if name and kind in _SUBJECTS:
        return str(_SUBJECTS[kind]) % name
    return str(_ALONE.get(subject, subject))


def detail_text(detail: Mapping[str, Any]) -> str:
    """Return the detail of an entry in words, at most ``LENGTH`` characters: what changed, from what to what."""
    text = " ; ".join(_parts(detail))
    return text if len(text) <= LENGTH else f"{text[: LENGTH - 1]}…"


def _parts(detail: Mapping[str, Any]) -> Iterator[str]:
    before, after = detail.get("before") or {}, detail.get("after")
    if "after" in detail and after is None:
        yield _("supprimé")
        after = {}
    for name in dict.fromkeys((*before, *(after or {}))):
        yield _changed(name, before.get(name), (after or {}).get(name), is_new=name not in before)
    for name, value in detail.items():
        if name not in _LEFT_OUT | {"before", "after"} and value not in (None, "", [], {}):
            yield _named(name, _word(value))


def _changed(name: str, before: Any, after: Any, *, is_new: bool) -> str:
    if is_new or after is None:
        return _named(name, _word(after if is_new else before))
    return _named(name, f"{_word(before)} → {_word(after)}")


def _named(name: str, words: str) -> str:
    return _("%(title)s : %(text)s") % {"title": _NAMES.get(name, name), "text": words}


def _word(value: Any) -> str:
    """Return a value in words; a list is one after the other, and what no word is known for stays as it is."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {_word(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(_word(each) for each in value)
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, int | float):
        return number(value)
    return "–" if value in (None, "") else str(_VALUES.get(str(value), value))
