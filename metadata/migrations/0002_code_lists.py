"""Name the languages, INSPIRE themes and topic categories that metadata may have."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('metadata', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='layermetadata',
            name='inspire_theme',
            field=models.CharField(blank=True, choices=[('rs', 'Référentiels de coordonnées'), ('gg', 'Systèmes de maillage géographique'), ('gn', 'Dénominations géographiques'), ('au', 'Unités administratives'), ('ad', 'Adresses'), ('cp', 'Parcelles cadastrales'), ('tn', 'Réseaux de transport'), ('hy', 'Hydrographie'), ('ps', 'Sites protégés'), ('el', 'Altitude'), ('lc', 'Occupation des terres'), ('oi', 'Ortho-imagerie'), ('ge', 'Géologie'), ('su', 'Unités statistiques'), ('bu', 'Bâtiments'), ('so', 'Sols'), ('lu', 'Usage des sols'), ('hh', 'Santé et sécurité des personnes'), ('us', 'Services d’utilité publique et services publics'), ('ef', 'Installations de suivi environnemental'), ('pf', 'Lieux de production et sites industriels'), ('af', 'Installations agricoles et aquacoles'), ('pd', 'Répartition de la population, démographie'), ('am', 'Zones de gestion, de restriction ou de réglementation et unités de déclaration'), ('nz', 'Zones à risque naturel'), ('ac', 'Conditions atmosphériques'), ('mf', 'Caractéristiques géographiques météorologiques'), ('of', 'Caractéristiques géographiques océanographiques'), ('sr', 'Régions maritimes'), ('br', 'Régions biogéographiques'), ('hb', 'Habitats et biotopes'), ('sd', 'Répartition des espèces'), ('er', 'Sources d’énergie'), ('mr', 'Ressources minérales')], max_length=2, verbose_name='thème INSPIRE'),
        ),
        migrations.AlterField(
            model_name='layermetadata',
            name='language',
            field=models.CharField(choices=[('FRA', 'Français'), ('ENG', 'Anglais'), ('DEU', 'Allemand'), ('SPA', 'Espagnol'), ('ITA', 'Italien'), ('NLD', 'Néerlandais')], default='FRA', max_length=3, verbose_name='langue'),
        ),
        migrations.AlterField(
            model_name='layermetadata',
            name='topic_category',
            field=models.CharField(blank=True, choices=[('farming', 'Agriculture'), ('biota', 'Faune et flore'), ('boundaries', 'Limites administratives'), ('climatologyMeteorologyAtmosphere', 'Climat, météo, atmosphère'), ('economy', 'Économie'), ('elevation', 'Altitude et relief'), ('environment', 'Environnement'), ('geoscientificInformation', 'Sous-sol et géologie'), ('health', 'Santé'), ('imageryBaseMapsEarthCover', 'Photographies, fonds de plan, occupation du sol'), ('intelligenceMilitary', 'Défense'), ('inlandWaters', 'Eaux intérieures'), ('location', 'Adresses et localisation'), ('oceans', 'Océans'), ('planningCadastre', 'Urbanisme et cadastre'), ('society', 'Société, culture, patrimoine'), ('structure', 'Bâtiments et ouvrages'), ('transportation', 'Transports'), ('utilitiesCommunication', 'Réseaux, eau, énergie, déchets')], max_length=40, verbose_name='catégorie ISO 19115'),
        ),
    ]
