"""Layers of heritage, their photographs and the history of both."""

import django.contrib.gis.db.models.fields
import django.contrib.gis.db.models.functions
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import layers.models.features
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('heritage', '0001_initial'), ('heritage', '0002_unverified_tree_protection'), ('heritage', '0003_history'), ('heritage', '0004_photos')]

    initial = True

    dependencies = [
        ('layers', '0002_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='RemarkableTree',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='identifiant')),
                ('geom_3857', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('geom', 3857), output_field=django.contrib.gis.db.models.fields.GeometryField(spatial_index=False, srid=3857))),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='modifié le')),
                ('matricule', models.CharField(blank=True, max_length=30, verbose_name='matricule')),
                ('nom_vernaculaire', models.CharField(max_length=100, verbose_name='nom vernaculaire')),
                ('genre', models.CharField(blank=True, max_length=50, verbose_name='genre')),
                ('espece', models.CharField(blank=True, max_length=60, verbose_name='espèce')),
                ('famille', models.CharField(blank=True, max_length=50, verbose_name='famille')),
                ('cultivar_variete', models.CharField(blank=True, max_length=60, verbose_name='cultivar ou variété')),
                ('adresse', models.CharField(blank=True, max_length=160, verbose_name='adresse')),
                ('date_releve', models.DateField(blank=True, null=True, verbose_name='date du relevé')),
                ('date_plantation', models.DateField(blank=True, null=True, verbose_name='date de plantation')),
                ('stade_developpement', models.CharField(blank=True, choices=[('J', 'Jeune'), ('JA', 'Jeune adulte'), ('A', 'Adulte'), ('M', 'Mature')], max_length=2, verbose_name='stade de développement')),
                ('hauteur', models.FloatField(blank=True, help_text='En mètres.', null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='hauteur')),
                ('circonference', models.FloatField(blank=True, help_text='Du tronc à 1,30 m du sol, en centimètres.', null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='circonférence')),
                ('diametre_couronne', models.FloatField(blank=True, help_text='En mètres.', null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='diamètre de la couronne')),
                ('remarquable', models.BooleanField(default=True, verbose_name='remarquable')),
                ('protege', models.BooleanField(default=False, verbose_name='protégé')),
                ('critere', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('dimensions', 'Dimensions'), ('age', 'Âge'), ('rarete_botanique', 'Rareté botanique'), ('historique', 'Historique'), ('pittoresque', 'Pittoresque'), ('impact_paysager', 'Impact paysager')], max_length=20), blank=True, default=list, help_text='Critères de l’inventaire des Hauts-de-Seine.', size=None, verbose_name='critères')),
                ('protection', models.CharField(choices=[('L151-19', 'PLUi\xa0: motif culturel, historique ou architectural (L151-19)'), ('L151-23', 'PLUi\xa0: motif écologique (L151-23)'), ('EBC', 'PLUi\xa0: espace boisé classé (L113-1)'), ('site_classe', 'Site classé'), ('label_arbres', 'Label A.R.B.R.E.S.'), ('label_region', 'Label de la Région Île-de-France'), ('a_verifier', 'À vérifier'), ('aucune', 'Aucune')], default='aucune', max_length=12, verbose_name='protection')),
                ('statut_foncier', models.CharField(choices=[('public', 'Public'), ('prive', 'Privé')], default='public', max_length=6, verbose_name='statut foncier')),
                ('etat_sanitaire', models.CharField(blank=True, choices=[('bon', 'Bon'), ('a_surveiller', 'À surveiller'), ('degrade', 'Dégradé'), ('dangereux', 'Dangereux')], max_length=12, verbose_name='état sanitaire')),
                ('date_dernier_diagnostic', models.DateField(blank=True, null=True, verbose_name='date du dernier diagnostic')),
                ('precision_position', models.PositiveIntegerField(blank=True, help_text='Erreur probable de la position, en mètres.', null=True, validators=[django.core.validators.MaxValueValidator(5000)], verbose_name='précision de la position')),
                ('source', models.CharField(blank=True, max_length=160, verbose_name='source')),
                ('geom', django.contrib.gis.db.models.fields.PointField(spatial_index=False, srid=4326, verbose_name='position')),
                ('commune', models.ForeignKey(blank=True, editable=False, help_text='Code INSEE de la commune, calculé d’après les limites communales.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='layers.commune', to_field='code', verbose_name='commune')),
            ],
            options={
                'verbose_name': 'arbre remarquable',
                'verbose_name_plural': 'arbres remarquables',
                'ordering': ['nom_vernaculaire', 'pk'],
                'abstract': False,
                'indexes': [django.contrib.postgres.indexes.GistIndex(models.F('geom'), name='remarkabletree_geom'), django.contrib.postgres.indexes.GistIndex(models.F('geom_3857'), name='remarkabletree_geom_3857')],
                'constraints': [models.CheckConstraint(condition=models.Q(('geom__isvalid', True)), name='remarkabletree_geom_valid'), models.CheckConstraint(condition=models.Q(('stade_developpement__in', ['', 'J', 'JA', 'A', 'M'])), name='tree_stade_known'), models.CheckConstraint(condition=models.Q(('critere__contained_by', ['dimensions', 'age', 'rarete_botanique', 'historique', 'pittoresque', 'impact_paysager'])), name='tree_critere_known'), models.CheckConstraint(condition=models.Q(('statut_foncier__in', ['public', 'prive'])), name='tree_statut_known'), models.CheckConstraint(condition=models.Q(('etat_sanitaire__in', ['', 'bon', 'a_surveiller', 'degrade', 'dangereux'])), name='tree_etat_sanitaire_known'), models.CheckConstraint(condition=models.Q(models.Q(('hauteur__isnull', True), models.Q(('hauteur__gt', 0), ('hauteur__lte', 120)), _connector='OR'), models.Q(('circonference__isnull', True), models.Q(('circonference__gt', 0), ('circonference__lte', 3000)), _connector='OR'), models.Q(('diametre_couronne__isnull', True), models.Q(('diametre_couronne__gt', 0), ('diametre_couronne__lte', 80)), _connector='OR')), name='tree_measures_plausible', violation_error_message='Une mesure de l’arbre est hors des valeurs possibles.'), models.CheckConstraint(condition=models.Q(('protection__in', ['L151-19', 'L151-23', 'EBC', 'site_classe', 'label_arbres', 'label_region', 'a_verifier', 'aucune'])), name='tree_protection_known')],
            },
        ),
        migrations.CreateModel(
            name='HeritageBuilding',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='identifiant')),
                ('geom_3857', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('geom', 3857), output_field=django.contrib.gis.db.models.fields.GeometryField(spatial_index=False, srid=3857))),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='créé le')),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='modifié le')),
                ('denomination', models.CharField(max_length=160, verbose_name='dénomination')),
                ('adresse', models.CharField(blank=True, max_length=160, verbose_name='adresse')),
                ('datation', models.CharField(blank=True, max_length=80, verbose_name='datation')),
                ('siecle', models.CharField(blank=True, choices=[('13', 'XIIIe siècle'), ('14', 'XIVe siècle'), ('15', 'XVe siècle'), ('16', 'XVIe siècle'), ('17', 'XVIIe siècle'), ('18', 'XVIIIe siècle'), ('19', 'XIXe siècle'), ('20', 'XXe siècle'), ('21', 'XXIe siècle')], max_length=2, verbose_name='siècle')),
                ('auteur', models.CharField(blank=True, max_length=120, verbose_name='auteur')),
                ('protection', models.CharField(choices=[('classe_mh', 'Classé monument historique'), ('inscrit_mh', 'Inscrit monument historique'), ('mh_a_verifier', 'Monument historique, nature à vérifier'), ('site_classe', 'Site classé'), ('label_acr', 'Label Architecture contemporaine remarquable'), ('l151_19', 'Protégé par le PLUi (L151-19)'), ('a_verifier', 'Protection à vérifier'), ('non_protege', 'Non protégé')], default='a_verifier', max_length=20, verbose_name='protection')),
                ('date_protection', models.DateField(blank=True, null=True, verbose_name='date de protection')),
                ('detail_protection', models.CharField(blank=True, max_length=200, verbose_name='détail de la protection')),
                ('ref_merimee', models.CharField(blank=True, help_text='Référence de la notice POP, par exemple PA00088117\xa0; vide si elle n’a pas été vérifiée.', max_length=13, validators=[django.core.validators.RegexValidator('^(PA\\d{8}|(IA|ACR|JR|MI|DN)[0-9A-Z]{5,10})$')], verbose_name='référence Mérimée')),
                ('interet', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('architectural', 'Architectural'), ('historique', 'Historique'), ('artistique', 'Artistique'), ('technique', 'Technique et industriel'), ('paysager', 'Paysager')], max_length=15), blank=True, default=list, size=None, verbose_name='intérêt')),
                ('code_plui', models.CharField(blank=True, help_text='TYPEPSC-STYPEPSC du standard CNIG PLU, par exemple 07-01\xa0: patrimoine bâti à protéger.', max_length=5, validators=[django.core.validators.RegexValidator('^\\d{2}-\\d{2}$')], verbose_name='code PLUi')),
                ('precision_position', models.PositiveIntegerField(blank=True, help_text='Erreur probable de la position, en mètres.', null=True, validators=[django.core.validators.MaxValueValidator(5000)], verbose_name='précision de la position')),
                ('source', models.CharField(blank=True, max_length=160, verbose_name='source')),
                ('confiance', models.CharField(choices=[('elevee', 'Élevée'), ('moyenne', 'Moyenne'), ('faible', 'Faible')], default='moyenne', max_length=10, verbose_name='confiance')),
                ('geom', django.contrib.gis.db.models.fields.PointField(spatial_index=False, srid=4326, verbose_name='position')),
                ('commune', models.ForeignKey(blank=True, editable=False, help_text='Code INSEE de la commune, calculé d’après les limites communales.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='layers.commune', to_field='code', verbose_name='commune')),
            ],
            options={
                'verbose_name': 'bâtiment patrimonial',
                'verbose_name_plural': 'bâtiments patrimoniaux',
                'ordering': ['denomination', 'pk'],
                'abstract': False,
                'indexes': [django.contrib.postgres.indexes.GistIndex(models.F('geom'), name='heritagebuilding_geom'), django.contrib.postgres.indexes.GistIndex(models.F('geom_3857'), name='heritagebuilding_geom_3857')],
                'constraints': [models.CheckConstraint(condition=models.Q(('geom__isvalid', True)), name='heritagebuilding_geom_valid'), models.CheckConstraint(condition=models.Q(('protection__in', ['classe_mh', 'inscrit_mh', 'mh_a_verifier', 'site_classe', 'label_acr', 'l151_19', 'a_verifier', 'non_protege'])), name='building_protection_known'), models.CheckConstraint(condition=models.Q(('siecle__in', ['', '13', '14', '15', '16', '17', '18', '19', '20', '21'])), name='building_siecle_known'), models.CheckConstraint(condition=models.Q(('confiance__in', ['elevee', 'moyenne', 'faible'])), name='building_confiance_known'), models.CheckConstraint(condition=models.Q(('interet__contained_by', ['architectural', 'historique', 'artistique', 'technique', 'paysager'])), name='building_interet_known'), models.CheckConstraint(condition=models.Q(('ref_merimee', ''), ('ref_merimee__regex', '^(PA\\d{8}|(IA|ACR|JR|MI|DN)[0-9A-Z]{5,10})$'), _connector='OR'), name='building_merimee_format', violation_error_message='La référence Mérimée n’a pas la forme attendue.'), models.CheckConstraint(condition=models.Q(('code_plui', ''), ('code_plui__regex', '^\\d{2}-\\d{2}$'), _connector='OR'), name='building_code_plui_format')],
            },
        ),
        migrations.CreateModel(
            name='HeritageBuildingEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('denomination', models.CharField(max_length=160, verbose_name='dénomination')),
                ('adresse', models.CharField(blank=True, max_length=160, verbose_name='adresse')),
                ('datation', models.CharField(blank=True, max_length=80, verbose_name='datation')),
                ('siecle', models.CharField(blank=True, choices=[('13', 'XIIIe siècle'), ('14', 'XIVe siècle'), ('15', 'XVe siècle'), ('16', 'XVIe siècle'), ('17', 'XVIIe siècle'), ('18', 'XVIIIe siècle'), ('19', 'XIXe siècle'), ('20', 'XXe siècle'), ('21', 'XXIe siècle')], max_length=2, verbose_name='siècle')),
                ('auteur', models.CharField(blank=True, max_length=120, verbose_name='auteur')),
                ('protection', models.CharField(choices=[('classe_mh', 'Classé monument historique'), ('inscrit_mh', 'Inscrit monument historique'), ('mh_a_verifier', 'Monument historique, nature à vérifier'), ('site_classe', 'Site classé'), ('label_acr', 'Label Architecture contemporaine remarquable'), ('l151_19', 'Protégé par le PLUi (L151-19)'), ('a_verifier', 'Protection à vérifier'), ('non_protege', 'Non protégé')], default='a_verifier', max_length=20, verbose_name='protection')),
                ('date_protection', models.DateField(blank=True, null=True, verbose_name='date de protection')),
                ('detail_protection', models.CharField(blank=True, max_length=200, verbose_name='détail de la protection')),
                ('ref_merimee', models.CharField(blank=True, help_text='Référence de la notice POP, par exemple PA00088117\xa0; vide si elle n’a pas été vérifiée.', max_length=13, validators=[django.core.validators.RegexValidator('^(PA\\d{8}|(IA|ACR|JR|MI|DN)[0-9A-Z]{5,10})$')], verbose_name='référence Mérimée')),
                ('interet', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('architectural', 'Architectural'), ('historique', 'Historique'), ('artistique', 'Artistique'), ('technique', 'Technique et industriel'), ('paysager', 'Paysager')], max_length=15), blank=True, default=list, size=None, verbose_name='intérêt')),
                ('code_plui', models.CharField(blank=True, help_text='TYPEPSC-STYPEPSC du standard CNIG PLU, par exemple 07-01\xa0: patrimoine bâti à protéger.', max_length=5, validators=[django.core.validators.RegexValidator('^\\d{2}-\\d{2}$')], verbose_name='code PLUi')),
                ('precision_position', models.PositiveIntegerField(blank=True, help_text='Erreur probable de la position, en mètres.', null=True, validators=[django.core.validators.MaxValueValidator(5000)], verbose_name='précision de la position')),
                ('source', models.CharField(blank=True, max_length=160, verbose_name='source')),
                ('confiance', models.CharField(choices=[('elevee', 'Élevée'), ('moyenne', 'Moyenne'), ('faible', 'Faible')], default='moyenne', max_length=10, verbose_name='confiance')),
                ('geom', django.contrib.gis.db.models.fields.PointField(spatial_index=False, srid=4326, verbose_name='position')),
                ('commune', models.ForeignKey(blank=True, db_constraint=False, editable=False, help_text='Code INSEE de la commune, calculé d’après les limites communales.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='layers.commune', to_field='code', verbose_name='commune')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='heritage.heritagebuilding')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RemarkableTreeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('matricule', models.CharField(blank=True, max_length=30, verbose_name='matricule')),
                ('nom_vernaculaire', models.CharField(max_length=100, verbose_name='nom vernaculaire')),
                ('genre', models.CharField(blank=True, max_length=50, verbose_name='genre')),
                ('espece', models.CharField(blank=True, max_length=60, verbose_name='espèce')),
                ('famille', models.CharField(blank=True, max_length=50, verbose_name='famille')),
                ('cultivar_variete', models.CharField(blank=True, max_length=60, verbose_name='cultivar ou variété')),
                ('adresse', models.CharField(blank=True, max_length=160, verbose_name='adresse')),
                ('date_releve', models.DateField(blank=True, null=True, verbose_name='date du relevé')),
                ('date_plantation', models.DateField(blank=True, null=True, verbose_name='date de plantation')),
                ('stade_developpement', models.CharField(blank=True, choices=[('J', 'Jeune'), ('JA', 'Jeune adulte'), ('A', 'Adulte'), ('M', 'Mature')], max_length=2, verbose_name='stade de développement')),
                ('hauteur', models.FloatField(blank=True, help_text='En mètres.', null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='hauteur')),
                ('circonference', models.FloatField(blank=True, help_text='Du tronc à 1,30 m du sol, en centimètres.', null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='circonférence')),
                ('diametre_couronne', models.FloatField(blank=True, help_text='En mètres.', null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='diamètre de la couronne')),
                ('remarquable', models.BooleanField(default=True, verbose_name='remarquable')),
                ('protege', models.BooleanField(default=False, verbose_name='protégé')),
                ('critere', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('dimensions', 'Dimensions'), ('age', 'Âge'), ('rarete_botanique', 'Rareté botanique'), ('historique', 'Historique'), ('pittoresque', 'Pittoresque'), ('impact_paysager', 'Impact paysager')], max_length=20), blank=True, default=list, help_text='Critères de l’inventaire des Hauts-de-Seine.', size=None, verbose_name='critères')),
                ('protection', models.CharField(choices=[('L151-19', 'PLUi\xa0: motif culturel, historique ou architectural (L151-19)'), ('L151-23', 'PLUi\xa0: motif écologique (L151-23)'), ('EBC', 'PLUi\xa0: espace boisé classé (L113-1)'), ('site_classe', 'Site classé'), ('label_arbres', 'Label A.R.B.R.E.S.'), ('label_region', 'Label de la Région Île-de-France'), ('a_verifier', 'À vérifier'), ('aucune', 'Aucune')], default='aucune', max_length=12, verbose_name='protection')),
                ('statut_foncier', models.CharField(choices=[('public', 'Public'), ('prive', 'Privé')], default='public', max_length=6, verbose_name='statut foncier')),
                ('etat_sanitaire', models.CharField(blank=True, choices=[('bon', 'Bon'), ('a_surveiller', 'À surveiller'), ('degrade', 'Dégradé'), ('dangereux', 'Dangereux')], max_length=12, verbose_name='état sanitaire')),
                ('date_dernier_diagnostic', models.DateField(blank=True, null=True, verbose_name='date du dernier diagnostic')),
                ('precision_position', models.PositiveIntegerField(blank=True, help_text='Erreur probable de la position, en mètres.', null=True, validators=[django.core.validators.MaxValueValidator(5000)], verbose_name='précision de la position')),
                ('source', models.CharField(blank=True, max_length=160, verbose_name='source')),
                ('geom', django.contrib.gis.db.models.fields.PointField(spatial_index=False, srid=4326, verbose_name='position')),
                ('commune', models.ForeignKey(blank=True, db_constraint=False, editable=False, help_text='Code INSEE de la commune, calculé d’après les limites communales.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='layers.commune', to_field='code', verbose_name='commune')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='heritage.remarkabletree')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='BuildingPhoto',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='identifiant')),
                ('image', models.ImageField(height_field='height', upload_to=layers.models.features.photo_path, verbose_name='image', width_field='width')),
                ('thumbnail', models.ImageField(upload_to=layers.models.features.photo_path, verbose_name='vignette')),
                ('width', models.PositiveIntegerField(default=0, editable=False, verbose_name='largeur')),
                ('height', models.PositiveIntegerField(default=0, editable=False, verbose_name='hauteur')),
                ('legende', models.CharField(max_length=200, verbose_name='légende')),
                ('credit', models.CharField(blank=True, max_length=120, verbose_name='crédit')),
                ('date_prise_vue', models.DateField(blank=True, null=True, verbose_name='date de prise de vue')),
                ('building', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='heritage.heritagebuilding', verbose_name='bâtiment patrimonial')),
            ],
            options={
                'verbose_name': 'photo',
                'verbose_name_plural': 'photos',
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='BuildingPhotoEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('image', models.ImageField(height_field='height', upload_to=layers.models.features.photo_path, verbose_name='image', width_field='width')),
                ('thumbnail', models.ImageField(upload_to=layers.models.features.photo_path, verbose_name='vignette')),
                ('width', models.PositiveIntegerField(default=0, editable=False, verbose_name='largeur')),
                ('height', models.PositiveIntegerField(default=0, editable=False, verbose_name='hauteur')),
                ('legende', models.CharField(max_length=200, verbose_name='légende')),
                ('credit', models.CharField(blank=True, max_length=120, verbose_name='crédit')),
                ('date_prise_vue', models.DateField(blank=True, null=True, verbose_name='date de prise de vue')),
                ('building', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='heritage.heritagebuilding', verbose_name='bâtiment patrimonial')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='heritage.buildingphoto')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TreePhoto',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='identifiant')),
                ('image', models.ImageField(height_field='height', upload_to=layers.models.features.photo_path, verbose_name='image', width_field='width')),
                ('thumbnail', models.ImageField(upload_to=layers.models.features.photo_path, verbose_name='vignette')),
                ('width', models.PositiveIntegerField(default=0, editable=False, verbose_name='largeur')),
                ('height', models.PositiveIntegerField(default=0, editable=False, verbose_name='hauteur')),
                ('legende', models.CharField(max_length=200, verbose_name='légende')),
                ('credit', models.CharField(blank=True, max_length=120, verbose_name='crédit')),
                ('date_prise_vue', models.DateField(blank=True, null=True, verbose_name='date de prise de vue')),
                ('tree', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='heritage.remarkabletree', verbose_name='arbre remarquable')),
            ],
            options={
                'verbose_name': 'photo',
                'verbose_name_plural': 'photos',
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TreePhotoEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('image', models.ImageField(height_field='height', upload_to=layers.models.features.photo_path, verbose_name='image', width_field='width')),
                ('thumbnail', models.ImageField(upload_to=layers.models.features.photo_path, verbose_name='vignette')),
                ('width', models.PositiveIntegerField(default=0, editable=False, verbose_name='largeur')),
                ('height', models.PositiveIntegerField(default=0, editable=False, verbose_name='hauteur')),
                ('legende', models.CharField(max_length=200, verbose_name='légende')),
                ('credit', models.CharField(blank=True, max_length=120, verbose_name='crédit')),
                ('date_prise_vue', models.DateField(blank=True, null=True, verbose_name='date de prise de vue')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='heritage.treephoto')),
                ('tree', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='heritage.remarkabletree', verbose_name='arbre remarquable')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='heritagebuilding',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='0568f0fb705521f8dd88e8574f69e656628c987f', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_08308', table='heritage_heritagebuilding', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='heritagebuilding',
            trigger=pgtrigger.compiler.Trigger(name='commune', sql=pgtrigger.compiler.UpsertTriggerSql(func='NEW.commune_id := layers_commune_of(NEW.geom); RETURN NEW;', hash='9988735a2ff300179d7748ae9e1e3e0de4a0e1e1', operation='INSERT OR UPDATE OF "geom", "commune_id"', pgid='pgtrigger_commune_13df0', table='heritage_heritagebuilding', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='remarkabletree',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='8b840ab6c2de5bc986e5f413520a61b00d0eb441', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_379fe', table='heritage_remarkabletree', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='remarkabletree',
            trigger=pgtrigger.compiler.Trigger(name='commune', sql=pgtrigger.compiler.UpsertTriggerSql(func='NEW.commune_id := layers_commune_of(NEW.geom); RETURN NEW;', hash='7217d7894440d529acfe91d614632f99abd8727c', operation='INSERT OR UPDATE OF "geom", "commune_id"', pgid='pgtrigger_commune_2cef2', table='heritage_remarkabletree', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='heritagebuilding',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "heritage_heritagebuildingevent" ("adresse", "auteur", "code_plui", "commune_id", "confiance", "datation", "date_protection", "denomination", "detail_protection", "geom", "id", "interet", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "precision_position", "protection", "ref_merimee", "siecle", "source") SELECT new_values."adresse", new_values."auteur", new_values."code_plui", new_values."commune_id", new_values."confiance", new_values."datation", new_values."date_protection", new_values."denomination", new_values."detail_protection", new_values."geom", new_values."id", new_values."interet", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."precision_position", new_values."protection", new_values."ref_merimee", new_values."siecle", new_values."source" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='ca128cb526b12636c2a71276e87eea1166bf2741', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_5fbb8', referencing='REFERENCING NEW TABLE AS new_values ', table='heritage_heritagebuilding', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='heritagebuilding',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "heritage_heritagebuildingevent" ("adresse", "auteur", "code_plui", "commune_id", "confiance", "datation", "date_protection", "denomination", "detail_protection", "geom", "id", "interet", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "precision_position", "protection", "ref_merimee", "siecle", "source") SELECT old_values."adresse", old_values."auteur", old_values."code_plui", old_values."commune_id", old_values."confiance", old_values."datation", old_values."date_protection", old_values."denomination", old_values."detail_protection", old_values."geom", old_values."id", old_values."interet", _pgh_attached_context.value, NOW(), \'update\', old_values."id", old_values."precision_position", old_values."protection", old_values."ref_merimee", old_values."siecle", old_values."source" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."adresse" IS DISTINCT FROM (new_values."adresse") OR old_values."auteur" IS DISTINCT FROM (new_values."auteur") OR old_values."code_plui" IS DISTINCT FROM (new_values."code_plui") OR old_values."commune_id" IS DISTINCT FROM (new_values."commune_id") OR old_values."confiance" IS DISTINCT FROM (new_values."confiance") OR old_values."datation" IS DISTINCT FROM (new_values."datation") OR old_values."date_protection" IS DISTINCT FROM (new_values."date_protection") OR old_values."denomination" IS DISTINCT FROM (new_values."denomination") OR old_values."detail_protection" IS DISTINCT FROM (new_values."detail_protection") OR old_values."geom" IS DISTINCT FROM (new_values."geom") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."interet" IS DISTINCT FROM (new_values."interet") OR old_values."precision_position" IS DISTINCT FROM (new_values."precision_position") OR old_values."protection" IS DISTINCT FROM (new_values."protection") OR old_values."ref_merimee" IS DISTINCT FROM (new_values."ref_merimee") OR old_values."siecle" IS DISTINCT FROM (new_values."siecle") OR old_values."source" IS DISTINCT FROM (new_values."source")) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='1245b8903bd0c22092e80bf69369298273949b7f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_7724a', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='heritage_heritagebuilding', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='heritagebuilding',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "heritage_heritagebuildingevent" ("adresse", "auteur", "code_plui", "commune_id", "confiance", "datation", "date_protection", "denomination", "detail_protection", "geom", "id", "interet", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "precision_position", "protection", "ref_merimee", "siecle", "source") SELECT old_values."adresse", old_values."auteur", old_values."code_plui", old_values."commune_id", old_values."confiance", old_values."datation", old_values."date_protection", old_values."denomination", old_values."detail_protection", old_values."geom", old_values."id", old_values."interet", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."precision_position", old_values."protection", old_values."ref_merimee", old_values."siecle", old_values."source" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='478a6b98d36d56e82bbe2c69f772dd4095a3589f', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_52d39', referencing='REFERENCING OLD TABLE AS old_values ', table='heritage_heritagebuilding', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='remarkabletree',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "heritage_remarkabletreeevent" ("adresse", "circonference", "commune_id", "critere", "cultivar_variete", "date_dernier_diagnostic", "date_plantation", "date_releve", "diametre_couronne", "espece", "etat_sanitaire", "famille", "genre", "geom", "hauteur", "id", "matricule", "nom_vernaculaire", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "precision_position", "protection", "protege", "remarquable", "source", "stade_developpement", "statut_foncier") SELECT new_values."adresse", new_values."circonference", new_values."commune_id", new_values."critere", new_values."cultivar_variete", new_values."date_dernier_diagnostic", new_values."date_plantation", new_values."date_releve", new_values."diametre_couronne", new_values."espece", new_values."etat_sanitaire", new_values."famille", new_values."genre", new_values."geom", new_values."hauteur", new_values."id", new_values."matricule", new_values."nom_vernaculaire", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."precision_position", new_values."protection", new_values."protege", new_values."remarquable", new_values."source", new_values."stade_developpement", new_values."statut_foncier" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='d6250a28f92330727c27460b45bdff80056e3dde', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_65778', referencing='REFERENCING NEW TABLE AS new_values ', table='heritage_remarkabletree', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='remarkabletree',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "heritage_remarkabletreeevent" ("adresse", "circonference", "commune_id", "critere", "cultivar_variete", "date_dernier_diagnostic", "date_plantation", "date_releve", "diametre_couronne", "espece", "etat_sanitaire", "famille", "genre", "geom", "hauteur", "id", "matricule", "nom_vernaculaire", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "precision_position", "protection", "protege", "remarquable", "source", "stade_developpement", "statut_foncier") SELECT old_values."adresse", old_values."circonference", old_values."commune_id", old_values."critere", old_values."cultivar_variete", old_values."date_dernier_diagnostic", old_values."date_plantation", old_values."date_releve", old_values."diametre_couronne", old_values."espece", old_values."etat_sanitaire", old_values."famille", old_values."genre", old_values."geom", old_values."hauteur", old_values."id", old_values."matricule", old_values."nom_vernaculaire", _pgh_attached_context.value, NOW(), \'update\', old_values."id", old_values."precision_position", old_values."protection", old_values."protege", old_values."remarquable", old_values."source", old_values."stade_developpement", old_values."statut_foncier" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."adresse" IS DISTINCT FROM (new_values."adresse") OR old_values."circonference" IS DISTINCT FROM (new_values."circonference") OR old_values."commune_id" IS DISTINCT FROM (new_values."commune_id") OR old_values."critere" IS DISTINCT FROM (new_values."critere") OR old_values."cultivar_variete" IS DISTINCT FROM (new_values."cultivar_variete") OR old_values."date_dernier_diagnostic" IS DISTINCT FROM (new_values."date_dernier_diagnostic") OR old_values."date_plantation" IS DISTINCT FROM (new_values."date_plantation") OR old_values."date_releve" IS DISTINCT FROM (new_values."date_releve") OR old_values."diametre_couronne" IS DISTINCT FROM (new_values."diametre_couronne") OR old_values."espece" IS DISTINCT FROM (new_values."espece") OR old_values."etat_sanitaire" IS DISTINCT FROM (new_values."etat_sanitaire") OR old_values."famille" IS DISTINCT FROM (new_values."famille") OR old_values."genre" IS DISTINCT FROM (new_values."genre") OR old_values."geom" IS DISTINCT FROM (new_values."geom") OR old_values."hauteur" IS DISTINCT FROM (new_values."hauteur") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."matricule" IS DISTINCT FROM (new_values."matricule") OR old_values."nom_vernaculaire" IS DISTINCT FROM (new_values."nom_vernaculaire") OR old_values."precision_position" IS DISTINCT FROM (new_values."precision_position") OR old_values."protection" IS DISTINCT FROM (new_values."protection") OR old_values."protege" IS DISTINCT FROM (new_values."protege") OR old_values."remarquable" IS DISTINCT FROM (new_values."remarquable") OR old_values."source" IS DISTINCT FROM (new_values."source") OR old_values."stade_developpement" IS DISTINCT FROM (new_values."stade_developpement") OR old_values."statut_foncier" IS DISTINCT FROM (new_values."statut_foncier")) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='c78af5fa588700daba3f053b570c2600c721e7d4', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_8a145', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='heritage_remarkabletree', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='remarkabletree',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "heritage_remarkabletreeevent" ("adresse", "circonference", "commune_id", "critere", "cultivar_variete", "date_dernier_diagnostic", "date_plantation", "date_releve", "diametre_couronne", "espece", "etat_sanitaire", "famille", "genre", "geom", "hauteur", "id", "matricule", "nom_vernaculaire", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "precision_position", "protection", "protege", "remarquable", "source", "stade_developpement", "statut_foncier") SELECT old_values."adresse", old_values."circonference", old_values."commune_id", old_values."critere", old_values."cultivar_variete", old_values."date_dernier_diagnostic", old_values."date_plantation", old_values."date_releve", old_values."diametre_couronne", old_values."espece", old_values."etat_sanitaire", old_values."famille", old_values."genre", old_values."geom", old_values."hauteur", old_values."id", old_values."matricule", old_values."nom_vernaculaire", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."precision_position", old_values."protection", old_values."protege", old_values."remarquable", old_values."source", old_values."stade_developpement", old_values."statut_foncier" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='6fe31ae6a0407d591f40d15f6f6fa1437574fc3f', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_7080f', referencing='REFERENCING OLD TABLE AS old_values ', table='heritage_remarkabletree', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='buildingphoto',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='718cf387c29836f5e34abace04e4bcc37996da78', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_b2f63', table='heritage_buildingphoto', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='buildingphoto',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "heritage_buildingphotoevent" ("building_id", "credit", "date_prise_vue", "height", "id", "image", "legende", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "thumbnail", "width") SELECT new_values."building_id", new_values."credit", new_values."date_prise_vue", new_values."height", new_values."id", new_values."image", new_values."legende", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."thumbnail", new_values."width" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='fefa59775a6c7240b00e42b5c7f37de3879f7623', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_5b23d', referencing='REFERENCING NEW TABLE AS new_values ', table='heritage_buildingphoto', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='buildingphoto',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "heritage_buildingphotoevent" ("building_id", "credit", "date_prise_vue", "height", "id", "image", "legende", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "thumbnail", "width") SELECT old_values."building_id", old_values."credit", old_values."date_prise_vue", old_values."height", old_values."id", old_values."image", old_values."legende", _pgh_attached_context.value, NOW(), \'update\', old_values."id", old_values."thumbnail", old_values."width" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='f6069670354d91135344059317fe8b34de30df7a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_5d61b', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='heritage_buildingphoto', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='buildingphoto',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "heritage_buildingphotoevent" ("building_id", "credit", "date_prise_vue", "height", "id", "image", "legende", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "thumbnail", "width") SELECT old_values."building_id", old_values."credit", old_values."date_prise_vue", old_values."height", old_values."id", old_values."image", old_values."legende", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."thumbnail", old_values."width" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='e12584484a79c78b701b560efa850e2f54f7a601', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_9a95e', referencing='REFERENCING OLD TABLE AS old_values ', table='heritage_buildingphoto', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='treephoto',
            trigger=pgtrigger.compiler.Trigger(name='data_version', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;', hash='b503c191dd40d987d7c26869b5a4e28e70835646', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_data_version_8d7b6', table='heritage_treephoto', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='treephoto',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "heritage_treephotoevent" ("credit", "date_prise_vue", "height", "id", "image", "legende", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "thumbnail", "tree_id", "width") SELECT new_values."credit", new_values."date_prise_vue", new_values."height", new_values."id", new_values."image", new_values."legende", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."thumbnail", new_values."tree_id", new_values."width" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='394cd668c3f5908bc637efa8b7775a0d1444e47a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_19279', referencing='REFERENCING NEW TABLE AS new_values ', table='heritage_treephoto', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='treephoto',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "heritage_treephotoevent" ("credit", "date_prise_vue", "height", "id", "image", "legende", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "thumbnail", "tree_id", "width") SELECT old_values."credit", old_values."date_prise_vue", old_values."height", old_values."id", old_values."image", old_values."legende", _pgh_attached_context.value, NOW(), \'update\', old_values."id", old_values."thumbnail", old_values."tree_id", old_values."width" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='37e7a87cfbded6f714981c3e2f6070c1e62da5d2', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_ec584', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='heritage_treephoto', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='treephoto',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "heritage_treephotoevent" ("credit", "date_prise_vue", "height", "id", "image", "legende", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "thumbnail", "tree_id", "width") SELECT old_values."credit", old_values."date_prise_vue", old_values."height", old_values."id", old_values."image", old_values."legende", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."thumbnail", old_values."tree_id", old_values."width" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='f02dbd9a06e684faf6978fe96152c78e18fe23c7', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_1619f', referencing='REFERENCING OLD TABLE AS old_values ', table='heritage_treephoto', when='AFTER')),
        ),
    ]
