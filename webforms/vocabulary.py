"""Code lists of forms, and the bounds of what people write in them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

TITLE_MAX, INTRO_MAX, REASON_MAX = 120, 2_000, 1_000
# Bounds of a document.
MAX_SECTIONS, MAX_ITEMS, MAX_CHOICES, MAX_CONDITIONS, MAX_DEPTH = 30, 120, 500, 20, 4
NAME_MAX, LABEL_MAX, HELP_MAX = 63, 200, 1_000
# Bounds of an answer.
SHORT_TEXT_MAX, TEXT_MAX, MAX_RECORDS, MAX_PHOTOS = 500, 10_000, 20, 3
ANSWER_BODY_MAX = 20 * 1024 * 1024
ANSWER_FIELDS_MAX = 600
# Names of routes that no form may have.
RESERVED_SLUGS = frozenset({"nouveau", "lien"})


class FormState(models.TextChoices):
    """Whether a form takes answers."""

    DRAFT = "draft", _("Brouillon")
    OPEN = "open", _("Ouvert")
    CLOSED = "closed", _("Fermé")


class Audience(models.TextChoices):
    """Who fills a form by its own address; a named link opens it to its holder in any case."""

    ACCOUNTS = "accounts", _("Les comptes qui peuvent ajouter à la couche")
    PUBLIC = "public", _("Tout le monde, sans compte")


class AnswerState(models.TextChoices):
    """What became of an answer: it waits for a decision, its row is written, or it is refused."""

    WAITING = "waiting", _("À examiner")
    WRITTEN = "written", _("Dans les données")
    REFUSED = "refused", _("Refusée")


class ItemKind(models.TextChoices):
    """What an item of a form takes."""

    TEXT = "text", _("Texte court")
    LONG_TEXT = "long_text", _("Texte long")
    INTEGER = "integer", _("Nombre entier")
    NUMBER = "number", _("Nombre")
    BOOLEAN = "boolean", _("Oui ou non")
    DATE = "date", _("Date")
    DATETIME = "datetime", _("Date et heure")
    CHOICE = "choice", _("Un choix")
    CHOICES = "choices", _("Plusieurs choix")
    POSITION = "position", _("Position sur la carte")
    FEATURE = "feature", _("Objet d’une couche")
    PHOTO = "photo", _("Photo")
    NOTE = "note", _("Texte à lire")
    TODAY = "today", _("Jour de l’envoi")


class PlaceDefault(models.TextChoices):
    """What fills an item from the position of the answer."""

    COMMUNE = "commune", _("La commune")
    STREET = "street", _("La rue ou l’adresse la plus proche")
    ZONE = "zone", _("La surface où il se trouve")
    NEAREST = "nearest", _("L’objet le plus proche")


NUMERIC_KINDS = frozenset({ItemKind.INTEGER, ItemKind.NUMBER})
LISTED_KINDS = frozenset({ItemKind.CHOICE, ItemKind.CHOICES})
# Written or filled in by the portal, whoever answers.
UNANSWERED_KINDS = frozenset({ItemKind.NOTE, ItemKind.TODAY})
