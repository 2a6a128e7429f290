"""Say in words what the columns of planning documents are, beside their names in the standard."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('layers', '0023_requestable_layers'),
        ('plui', '0004_shares_of_rows'),
    ]

    operations = [
        migrations.AlterField(
            model_name='docurba',
            name='datappro',
            field=models.CharField(default='00000000', help_text='AAAAMMJJ', max_length=8, validators=[django.core.validators.RegexValidator('^(00000000|(19|20)\\d{2}(0000|(0[1-9]|1[0-2])(00|0[1-9]|[12]\\d|3[01])))$')], verbose_name='date d’approbation (DATAPPRO)'),
        ),
        migrations.AlterField(
            model_name='docurba',
            name='datefin',
            field=models.CharField(default='00000000', help_text='AAAAMMJJ', max_length=8, validators=[django.core.validators.RegexValidator('^(00000000|(19|20)\\d{2}(0000|(0[1-9]|1[0-2])(00|0[1-9]|[12]\\d|3[01])))$')], verbose_name='fin de validité (DATEFIN)'),
        ),
        migrations.AlterField(
            model_name='docurba',
            name='dateref',
            field=models.CharField(default='00000000', help_text='AAAAMMJJ', max_length=8, validators=[django.core.validators.RegexValidator('^(00000000|(19|20)\\d{2}(0000|(0[1-9]|1[0-2])(00|0[1-9]|[12]\\d|3[01])))$')], verbose_name='date du référentiel (DATEREF)'),
        ),
        migrations.AlterField(
            model_name='docurba',
            name='etat',
            field=models.CharField(choices=[('01', 'en cours de procédure'), ('02', 'arrêté'), ('03', 'opposable'), ('04', 'annulé'), ('05', 'remplacé'), ('06', 'abrogé'), ('07', 'approuvé'), ('08', 'partiellement annulé'), ('09', 'caduc')], default='01', max_length=2, verbose_name='état (ETAT)'),
        ),
        migrations.AlterField(
            model_name='docurba',
            name='idurba',
            field=models.CharField(max_length=30, unique=True, validators=[django.core.validators.RegexValidator('^(\\d{9}|([013-9]\\d|2[AB1-9])\\d{3})_(PLU|PLUI|POS|PSMV|SCOT)_\\d{8}(_[A-Z])?$')], verbose_name='identifiant (IDURBA)'),
        ),
        migrations.AlterField(
            model_name='docurba',
            name='nomplan',
            field=models.CharField(blank=True, max_length=80, verbose_name='fichier du plan de zonage (NOMPLAN)'),
        ),
        migrations.AlterField(
            model_name='docurba',
            name='nomproc',
            field=models.CharField(default='E', max_length=10, validators=[django.core.validators.RegexValidator('^(E|R|A|(MEC|MAJ|MS|RA|RS|M)\\d{1,3})$')], verbose_name='procédure (NOMPROC)'),
        ),
        migrations.AlterField(
            model_name='docurba',
            name='nomrapp',
            field=models.CharField(blank=True, max_length=80, verbose_name='fichier du rapport (NOMRAPP)'),
        ),
        migrations.AlterField(
            model_name='docurba',
            name='nomreg',
            field=models.CharField(blank=True, max_length=80, verbose_name='fichier du règlement (NOMREG)'),
        ),
        migrations.AlterField(
            model_name='docurba',
            name='siteweb',
            field=models.URLField(blank=True, max_length=254, verbose_name='site du document (SITEWEB)'),
        ),
        migrations.AlterField(
            model_name='docurba',
            name='typedoc',
            field=models.CharField(choices=[('PLU', 'Plan local d’urbanisme'), ('PLUI', 'Plan local d’urbanisme intercommunal'), ('POS', 'Plan d’occupation des sols'), ('PSMV', 'Plan de sauvegarde et de mise en valeur'), ('SCOT', 'Schéma de cohérence territoriale')], default='PLUI', max_length=4, verbose_name='type de document (TYPEDOC)'),
        ),
        migrations.AlterField(
            model_name='docurba',
            name='typeref',
            field=models.CharField(choices=[('01', 'PCI'), ('02', 'BD Parcellaire'), ('03', 'RPCU'), ('04', 'référentiel local'), ('05', 'orthophoto & cadastre')], default='01', max_length=2, verbose_name='référentiel de saisie (TYPEREF)'),
        ),
        migrations.AlterField(
            model_name='docurba',
            name='urlpe',
            field=models.URLField(blank=True, max_length=254, verbose_name='adresse du dossier complet (URLPE)'),
        ),
        migrations.AlterField(
            model_name='docurba',
            name='urlplan',
            field=models.URLField(blank=True, max_length=254, verbose_name='adresse du plan de zonage (URLPLAN)'),
        ),
        migrations.AlterField(
            model_name='docurba',
            name='urlrapp',
            field=models.URLField(blank=True, max_length=254, verbose_name='adresse du rapport (URLRAPP)'),
        ),
        migrations.AlterField(
            model_name='docurba',
            name='urlreg',
            field=models.URLField(blank=True, max_length=254, verbose_name='adresse du règlement (URLREG)'),
        ),
        migrations.AlterField(
            model_name='docurbacom',
            name='idurba',
            field=models.ForeignKey(db_column='idurba', on_delete=django.db.models.deletion.CASCADE, related_name='communes', to='plui.docurba', to_field='idurba', verbose_name='document (IDURBA)'),
        ),
        migrations.AlterField(
            model_name='docurbacom',
            name='insee',
            field=models.ForeignKey(db_column='insee', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='layers.commune', to_field='code', verbose_name='commune (INSEE)'),
        ),
    ]
