"""Let a layer be announced to accounts that do not read it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("layers", "0022_layers_in_links")]

    operations = [
        migrations.AddField(
            model_name="layer",
            name="is_requestable",
            field=models.BooleanField(
                default=False,
                help_text=(
                    "Les comptes qui ne lisent pas la couche voient sa carte, sans donnée, et peuvent demander l’accès."
                ),
                verbose_name="s’annonce à qui ne la lit pas",
            ),
        ),
    ]
