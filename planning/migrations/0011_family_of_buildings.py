"""Let rules of the sheet be about what is built."""

from django.db import migrations, models
from django.db.models import Q

_FAMILIES = [
    ("zones", "Zones du PLUi"),
    ("prescriptions", "Prescriptions"),
    ("information", "Informations"),
    ("servitudes", "Servitudes"),
    ("risks", "Risques et nuisances"),
    ("heritage", "Patrimoine"),
    ("nature", "Nature"),
    ("built", "Constructions"),
    ("other", "Autres règles"),
]


class Migration(migrations.Migration):
    dependencies = [("planning", "0010_printed_registers")]

    operations = [
        migrations.AlterField(
            model_name="applicablerule",
            name="family",
            field=models.CharField(choices=_FAMILIES, max_length=20, verbose_name="famille"),
        ),
        migrations.RemoveConstraint(model_name="applicablerule", name="applicablerule_family_known"),
        migrations.AddConstraint(
            model_name="applicablerule",
            constraint=models.CheckConstraint(
                condition=Q(family__in=[code for code, _label in _FAMILIES]),
                name="applicablerule_family_known",
            ),
        ),
    ]
