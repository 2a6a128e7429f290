"""What was loaded of the demonstration. A new database has no table of django-axes to drop."""

from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('gisportal', '0001_initial'), ('gisportal', '0002_drop_axes'), ('gisportal', '0003_demo_additions'), ('gisportal', '0004_demo_dashboards')]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='DemoLoad',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('anchor', models.DateField(verbose_name='jour de référence')),
                ('loaded_at', models.DateTimeField(auto_now=True, verbose_name='chargée le')),
                ('additions', models.JSONField(default=list, verbose_name='ajouts faits')),
                ('dashboards', models.JSONField(default=dict, verbose_name='tableaux de bord chargés')),
            ],
            options={
                'verbose_name': 'chargement de la démonstration',
                'verbose_name_plural': 'chargements de la démonstration',
            },
        ),
    ]
