import django.core.serializers.json
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='proposedchange',
            name='related',
            field=models.JSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='ce qui change avec'),
        ),
    ]
