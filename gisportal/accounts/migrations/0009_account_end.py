"""Let an account end at an instant."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_emergency_key")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="ends_at",
            field=models.DateTimeField(
                blank=True,
                help_text="À cet instant, heure de Paris, le compte n’ouvre plus rien. Vide : sans limite.",
                null=True,
                verbose_name="fin du compte",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("date_joined")),
                name="user_ends_after_creation",
                violation_error_message="La fin du compte doit suivre son ouverture.",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(is_superuser=False),
                name="user_administrator_without_end",
                violation_error_message="Le compte d’un administrateur n’a pas de fin : retirez-lui ce droit.",
            ),
        ),
    ]
