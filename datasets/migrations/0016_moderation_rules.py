from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('datasets', '0015_moderated_rows'),
    ]

    operations = [
        migrations.AddField(
            model_name='dataset',
            name='moderation_rules',
            field=models.JSONField(blank=True, default=dict, editable=False, verbose_name='règles de modération'),
        ),
    ]
