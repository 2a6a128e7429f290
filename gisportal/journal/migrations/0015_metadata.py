"""The journal has changes of metadata."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0014_links_renewed'),
    ]

    operations = [
        migrations.AlterField(
            model_name='journalentry',
            name='event',
            field=models.CharField(choices=[('sign-in', 'Connexion'), ('sign-in-failed', 'Échec de connexion'), ('sign-out', 'Déconnexion'), ('lock-out', 'Blocage des essais'), ('password-changed', 'Mot de passe modifié'), ('password-reset', 'Mot de passe réinitialisé'), ('factor-added', 'Second facteur ajouté'), ('factor-removed', 'Second facteur retiré'), ('token-created', 'Jeton créé'), ('token-revoked', 'Jeton révoqué'), ('link-created', 'Lien sans compte créé'), ('link-renewed', 'Lien sans compte prolongé'), ('link-restored', 'Lien sans compte rétabli'), ('link-revoked', 'Lien sans compte révoqué'), ('view-as', 'Portail vu comme une personne'), ('session-ended', 'Session fermée à distance'), ('account', 'Compte modifié'), ('membership', 'Groupes d’un compte'), ('permissions', 'Permissions'), ('group', 'Groupe modifié'), ('grant', 'Droit sur une couche'), ('protected-field', 'Champ protégé'), ('layer', 'Diffusion d’une couche'), ('version', 'Version d’un jeu de données'), ('style', 'Style d’une couche'), ('metadata', 'Métadonnées d’une couche'), ('dashboard', 'Diffusion d’un tableau de bord'), ('directory', 'Appel de l’annuaire'), ('access-request', 'Demande d’accès'), ('report', 'Signalement suivi'), ('export', 'Export d’une couche interne'), ('administration', 'Action d’administration'), ('emergency', 'Clé d’urgence'), ('personal-data', 'Données d’une personne'), ('erasure', 'Effacement d’une personne'), ('purge', 'Purge du journal')], max_length=20, verbose_name='événement'),
        ),
    ]
