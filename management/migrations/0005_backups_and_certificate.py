"""Create the backups that are recorded, and what was read of the certificate."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('management', '0004_requests_of_dashboards'),
    ]

    operations = [
        migrations.CreateModel(
            name='Backup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='faite le')),
                ('size', models.PositiveBigIntegerField(verbose_name='octets')),
                ('restored_at', models.DateTimeField(blank=True, null=True, verbose_name='restauration essayée le')),
            ],
            options={
                'verbose_name': 'sauvegarde',
                'verbose_name_plural': 'sauvegardes',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='CertificateReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=500, verbose_name='fichier ou adresse')),
                ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='fin')),
                ('fault', models.CharField(blank=True, max_length=300, verbose_name='défaut')),
                ('read_at', models.DateTimeField(verbose_name='lu le')),
            ],
            options={
                'verbose_name': 'lecture du certificat',
                'verbose_name_plural': 'lectures du certificat',
            },
        ),
    ]
