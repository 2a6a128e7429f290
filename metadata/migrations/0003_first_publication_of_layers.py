"""Leave the first publication to the layer itself."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('metadata', '0002_code_lists'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='layermetadata',
            name='first_published_at',
        ),
    ]
