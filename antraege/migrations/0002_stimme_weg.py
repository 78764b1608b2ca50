from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('antraege', '0001_abstimmungen'),
    ]

    operations = [
        migrations.AlterField(
            model_name='stimme',
            name='weg',
            field=models.CharField(choices=[('selbst', 'selbst'), ('geschaeftsstelle', 'durch die Geschäftsstelle erfasst'), ('nacherfasst', 'nacherfasst')], max_length=16),
        ),
    ]
