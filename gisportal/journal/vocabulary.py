"""The events of the journal: a code list."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Event(TextChoices):
    """What happened."""

    SIGN_IN = "sign-in", _("Connexion")
    SIGN_IN_FAILED = "sign-in-failed", _("Échec de connexion")
    SIGN_OUT = "sign-out", _("Déconnexion")
    LOCK_OUT = "lock-out", _("Blocage des essais")
    PASSWORD_CHANGED = "password-changed", _("Mot de passe modifié")
    PASSWORD_RESET = "password-reset", _("Mot de passe réinitialisé")
    FACTOR_ADDED = "factor-added", _("Second facteur ajouté")
    FACTOR_REMOVED = "factor-removed", _("Second facteur retiré")
    TOKEN_CREATED = "token-created", _("Jeton créé")
    TOKEN_REVOKED = "token-revoked", _("Jeton révoqué")
    LINK_CREATED = "link-created", _("Lien sans compte créé")
    LINK_RENEWED = "link-renewed", _("Lien sans compte prolongé")
    LINK_RESTORED = "link-restored", _("Lien sans compte rétabli")
    LINK_REVOKED = "link-revoked", _("Lien sans compte révoqué")
    VIEW_AS = "view-as", _("Portail vu comme une personne")
    SESSION_ENDED = "session-ended", _("Session fermée à distance")
    ACCOUNT = "account", _("Compte modifié")
    MEMBERSHIP = "membership", _("Groupes d’un compte")
    PERMISSIONS = "permissions", _("Permissions")
    GROUP = "group", _("Groupe modifié")
    GRANT = "grant", _("Droit sur une couche")
    PROTECTED_FIELD = "protected-field", _("Champ protégé")
    LAYER = "layer", _("Diffusion d’une couche")
    VERSION = "version", _("Version d’un jeu de données")
    STYLE = "style", _("Style d’une couche")
    METADATA = "metadata", _("Métadonnées d’une couche")
    PUBLICATION = "publication", _("Étape ou règle d’une mise en ligne")
    MODERATION = "moderation", _("Étape d’un objet modéré")
    DASHBOARD = "dashboard", _("Diffusion d’un tableau de bord")
    DIRECTORY = "directory", _("Appel de l’annuaire")
    REQUEST = "access-request", _("Demande d’accès")
    REPORT = "report", _("Signalement suivi")
    REUSE = "reuse", _("Réutilisation décidée")
    FORM_ANSWER = "form-answer", _("Réponse à un formulaire décidée")
    EXPORT = "export", _("Export d’une couche interne")
    ADMINISTRATION = "administration", _("Action d’administration")
    EMERGENCY = "emergency", _("Clé d’urgence")
    PERSONAL_DATA = "personal-data", _("Données d’une personne")
    ERASURE = "erasure", _("Effacement d’une personne")
    PURGE = "purge", _("Purge du journal")
