"""The words of the builder's script: names of steps, announcements, state of saving. Places are ``{named}``."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from layers.definitions import Text

# Names of steps: said as they are done, and after « Annuler » or « Rétablir ».
_STEPS: Mapping[str, Text] = {
    "add": _("ajouter « {panel} »"),
    "move": _("déplacer « {panel} »"),
    "widen": _("élargir « {panel} »"),
    "narrow": _("rétrécir « {panel} »"),
    "heighten": _("agrandir « {panel} »"),
    "lower": _("réduire « {panel} »"),
    "resize": _("redimensionner « {panel} »"),
    "duplicate": _("dupliquer « {panel} »"),
    "remove": _("retirer « {panel} »"),
    "change": _("changer « {panel} »"),
    "add_section": _("ajouter la section « {section} »"),
    "add_include": _("inclure « {section} »"),
    "rename_section": _("renommer une section"),
    "text_section": _("changer le texte d’une section"),
    "move_section": _("déplacer la section « {section} »"),
    "remove_section": _("retirer la section « {section} »"),
    "title": _("changer le titre"),
    "summary": _("changer le résumé"),
    "refresh": _("changer l’actualisation"),
    "add_filter": _("ajouter le filtre « {filter} »"),
    "remove_filter": _("retirer le filtre « {filter} »"),
    "restore": _("reprendre ce qui n’était pas enregistré"),
}
_SENTENCES: Mapping[str, Text] = {
    "undo": _("Annuler : {step}"),
    "redo": _("Rétablir : {step}"),
    "nothing_to_undo": _("Rien à annuler"),
    "nothing_to_redo": _("Rien à rétablir"),
    "undone": _("Annulé : {step}"),
    "redone": _("Rétabli : {step}"),
    "done": _("Fait : {step}"),
    "columns": _("{width} colonnes sur 12"),
    "one_column": _("1 colonne sur 12"),
    "size": _("{columns}, hauteur {height}"),
    "panel": _("{kind} : {title}, {size}, place {rank} sur {count}"),
    "placed": _("« {panel} » : section « {section} », place {rank} sur {count}"),
    "sized": _("« {panel} » : {size}"),
    "edge": _("« {panel} » est déjà au bord"),
    "unnamed": _("Sans titre"),
    "unnamed_section": _("Section sans titre"),
    "copy_of": _("{panel} (copie)"),
    "new_section": _("Nouvelle section"),
    "new_text": _("Texte"),
    "drop_row": _("Poser ici pour une nouvelle rangée"),
    "full": _("Un tableau de bord compte {count} panneaux au plus."),
    "full_sections": _("Un tableau de bord compte {count} sections au plus."),
    "from": _("de « {dashboard} »"),
}
_SAVING: Mapping[str, Text] = {
    "fresh": _("Rien n’est encore changé"),
    "pending": _("Modifications en attente…"),
    "saving": _("Enregistrement…"),
    "saved": _("gardé à {time}"),
    "kept_here": _("gardé dans ce navigateur, le serveur ne répond pas"),
    "refused": _("pas enregistré : à corriger"),
    "stopped": _("pas enregistré : changé ailleurs"),
    "draft": _("Brouillon {number}"),
    "published": _("Publié, version {number}"),
    "session": _(
        "Votre session est peut-être finie : reconnectez-vous dans un autre onglet, puis réessayez."
    ),
    "preview_failed": _("L’aperçu n’a pas pu être lu."),
    "fragment_failed": _("Cette liste n’a pas pu être lue."),
    "change_failed": _("Ce réglage n’a pas été pris."),
    "restored": _("Ce que vous aviez changé avant de fermer la page est repris."),
    "offered": _("Ce navigateur garde des changements du {at}, faits avant ceux de quelqu’un d’autre."),
    "in_library": _("« {panel} » est dans la bibliothèque."),
    "copied": _("Votre version est dans le presse-papiers."),
    "in_panels": _("dans {count} panneaux sur {total}"),
    "no_fields": _("Aucun champ : ajoutez d’abord un panneau qui lit une couche."),
    "map_not_drawn": _("La carte de l’aperçu n’est pas encore dessinée."),
    "period": _("Période"),
    "commune": _("Commune"),
}


def script_words() -> dict[str, dict[str, str]]:
    """Return the words of the script in the language of the visitor."""
    tables = {"steps": _STEPS, "said": _SENTENCES, "saving": _SAVING}
    return {name: {key: str(text) for key, text in table.items()} for name, table in tables.items()}


def shortcuts() -> list[tuple[tuple[Text, ...], Text]]:
    """Return the keys that the page knows, each with what it does."""
    return [
        ((_("Flèches"),), _("Passer d’un panneau à l’autre")),
        (("Alt", _("Flèches")), _("Déplacer le panneau choisi")),
        ((_("Maj"), _("Flèches")), _("Élargir, rétrécir, agrandir, réduire")),
        ((_("Entrée"),), _("Régler le panneau choisi")),
        ((_("Suppr"),), _("Retirer le panneau choisi")),
        (("Ctrl", "D"), _("Dupliquer le panneau choisi")),
        (("Ctrl", "Z"), _("Annuler")),
        (("Ctrl", "Y"), _("Rétablir")),
        (("Ctrl", "S"), _("Enregistrer tout de suite")),
        ((_("Échap"),), _("Revenir au panneau, puis à la page")),
        (("?",), _("Montrer ces raccourcis")),
    ]
