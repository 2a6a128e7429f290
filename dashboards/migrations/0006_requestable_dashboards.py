from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("dashboards", "0005_readers_as_grants"),
        ("gisportal", "0009_drop_reader_counters"),
    ]

    operations = [
        migrations.RemoveField(model_name="dashboard", name="groups"),
        migrations.RemoveField(model_name="dashboard", name="persons"),
        migrations.AddField(
            model_name="dashboard",
            name="is_requestable",
            field=models.BooleanField(
                default=False,
                help_text="Son titre et son résumé paraissent à toute personne connectée, qui peut en demander l’accès.",
                verbose_name="s’annonce",
            ),
        ),
    ]
