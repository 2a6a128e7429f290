"""Refuse COULEUR above 255 in the drawings of plans; such a text was no colour, and is emptied."""

import django.core.validators
from django.db import migrations, models


_TABLES = [f"plui_habillage{kind}{twin}" for kind in ("surf", "lin", "pct", "txt") for twin in ("", "version")]
_LEVEL = r"([01]\d{2}|2[0-4]\d|25[0-5])"


def empty_what_is_no_colour(apps, schema_editor):
    for table in _TABLES:
        schema_editor.execute(
            f"UPDATE {table} SET couleur = '' WHERE couleur <> '' AND couleur !~ %s",
            [f"^{_LEVEL}-{_LEVEL}-{_LEVEL}$"],
        )


class Migration(migrations.Migration):

    dependencies = [
        ('layers', '0031_search_of_public_rows'),
        ('plui', '0009_identifiers_at_a_date'),
    ]

    operations = [
        migrations.RunPython(empty_what_is_no_colour, migrations.RunPython.noop, elidable=True),
        migrations.RemoveConstraint(
            model_name='habillagelin',
            name='habillagelin_couleur_format',
        ),
        migrations.RemoveConstraint(
            model_name='habillagelinversion',
            name='habillagelinversion_couleur_format',
        ),
        migrations.RemoveConstraint(
            model_name='habillagepct',
            name='habillagepct_couleur_format',
        ),
        migrations.RemoveConstraint(
            model_name='habillagepctversion',
            name='habillagepctversion_couleur_format',
        ),
        migrations.RemoveConstraint(
            model_name='habillagesurf',
            name='habillagesurf_couleur_format',
        ),
        migrations.RemoveConstraint(
            model_name='habillagesurfversion',
            name='habillagesurfversion_couleur_format',
        ),
        migrations.RemoveConstraint(
            model_name='habillagetxt',
            name='habillagetxt_couleur_format',
        ),
        migrations.RemoveConstraint(
            model_name='habillagetxtversion',
            name='habillagetxtversion_couleur_format',
        ),
        migrations.AlterField(
            model_name='habillagelin',
            name='couleur',
            field=models.CharField(blank=True, help_text='RRR-VVV-BBB', max_length=11, validators=[django.core.validators.RegexValidator('^([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])$')], verbose_name='couleur'),
        ),
        migrations.AlterField(
            model_name='habillagelinevent',
            name='couleur',
            field=models.CharField(blank=True, help_text='RRR-VVV-BBB', max_length=11, validators=[django.core.validators.RegexValidator('^([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])$')], verbose_name='couleur'),
        ),
        migrations.AlterField(
            model_name='habillagelinversion',
            name='couleur',
            field=models.CharField(blank=True, help_text='RRR-VVV-BBB', max_length=11, validators=[django.core.validators.RegexValidator('^([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])$')], verbose_name='couleur'),
        ),
        migrations.AlterField(
            model_name='habillagepct',
            name='couleur',
            field=models.CharField(blank=True, help_text='RRR-VVV-BBB', max_length=11, validators=[django.core.validators.RegexValidator('^([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])$')], verbose_name='couleur'),
        ),
        migrations.AlterField(
            model_name='habillagepctevent',
            name='couleur',
            field=models.CharField(blank=True, help_text='RRR-VVV-BBB', max_length=11, validators=[django.core.validators.RegexValidator('^([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])$')], verbose_name='couleur'),
        ),
        migrations.AlterField(
            model_name='habillagepctversion',
            name='couleur',
            field=models.CharField(blank=True, help_text='RRR-VVV-BBB', max_length=11, validators=[django.core.validators.RegexValidator('^([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])$')], verbose_name='couleur'),
        ),
        migrations.AlterField(
            model_name='habillagesurf',
            name='couleur',
            field=models.CharField(blank=True, help_text='RRR-VVV-BBB', max_length=11, validators=[django.core.validators.RegexValidator('^([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])$')], verbose_name='couleur'),
        ),
        migrations.AlterField(
            model_name='habillagesurfevent',
            name='couleur',
            field=models.CharField(blank=True, help_text='RRR-VVV-BBB', max_length=11, validators=[django.core.validators.RegexValidator('^([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])$')], verbose_name='couleur'),
        ),
        migrations.AlterField(
            model_name='habillagesurfversion',
            name='couleur',
            field=models.CharField(blank=True, help_text='RRR-VVV-BBB', max_length=11, validators=[django.core.validators.RegexValidator('^([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])$')], verbose_name='couleur'),
        ),
        migrations.AlterField(
            model_name='habillagetxt',
            name='couleur',
            field=models.CharField(blank=True, help_text='RRR-VVV-BBB', max_length=11, validators=[django.core.validators.RegexValidator('^([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])$')], verbose_name='couleur'),
        ),
        migrations.AlterField(
            model_name='habillagetxtevent',
            name='couleur',
            field=models.CharField(blank=True, help_text='RRR-VVV-BBB', max_length=11, validators=[django.core.validators.RegexValidator('^([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])$')], verbose_name='couleur'),
        ),
        migrations.AlterField(
            model_name='habillagetxtversion',
            name='couleur',
            field=models.CharField(blank=True, help_text='RRR-VVV-BBB', max_length=11, validators=[django.core.validators.RegexValidator('^([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])$')], verbose_name='couleur'),
        ),
        migrations.AddConstraint(
            model_name='habillagelin',
            constraint=models.CheckConstraint(condition=models.Q(('couleur', ''), ('couleur__regex', '^([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])$'), _connector='OR'), name='habillagelin_couleur_format'),
        ),
        migrations.AddConstraint(
            model_name='habillagelinversion',
            constraint=models.CheckConstraint(condition=models.Q(('couleur', ''), ('couleur__regex', '^([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])$'), _connector='OR'), name='habillagelinversion_couleur_format'),
        ),
        migrations.AddConstraint(
            model_name='habillagepct',
            constraint=models.CheckConstraint(condition=models.Q(('couleur', ''), ('couleur__regex', '^([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])$'), _connector='OR'), name='habillagepct_couleur_format'),
        ),
        migrations.AddConstraint(
            model_name='habillagepctversion',
            constraint=models.CheckConstraint(condition=models.Q(('couleur', ''), ('couleur__regex', '^([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])$'), _connector='OR'), name='habillagepctversion_couleur_format'),
        ),
        migrations.AddConstraint(
            model_name='habillagesurf',
            constraint=models.CheckConstraint(condition=models.Q(('couleur', ''), ('couleur__regex', '^([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])$'), _connector='OR'), name='habillagesurf_couleur_format'),
        ),
        migrations.AddConstraint(
            model_name='habillagesurfversion',
            constraint=models.CheckConstraint(condition=models.Q(('couleur', ''), ('couleur__regex', '^([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])$'), _connector='OR'), name='habillagesurfversion_couleur_format'),
        ),
        migrations.AddConstraint(
            model_name='habillagetxt',
            constraint=models.CheckConstraint(condition=models.Q(('couleur', ''), ('couleur__regex', '^([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])$'), _connector='OR'), name='habillagetxt_couleur_format'),
        ),
        migrations.AddConstraint(
            model_name='habillagetxtversion',
            constraint=models.CheckConstraint(condition=models.Q(('couleur', ''), ('couleur__regex', '^([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])-([01]\\d{2}|2[0-4]\\d|25[0-5])$'), _connector='OR'), name='habillagetxtversion_couleur_format'),
        ),
    ]
