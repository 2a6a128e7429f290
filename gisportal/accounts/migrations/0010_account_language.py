"""Remember the language of the messages of an account."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_account_end")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(
                blank=True, editable=False, max_length=10, verbose_name="langue des messages"
            ),
        ),
    ]
