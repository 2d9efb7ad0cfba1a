import uuid

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Client",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("currency", models.CharField(default="USD", help_text="ISO 4217", max_length=3)),
                ("code", models.CharField(max_length=64, unique=True)),
                ("users", models.ManyToManyField(blank=True, related_name="origination_accounts", to=settings.AUTH_USER_MODEL)),
            ],
            options={"abstract": False},
        ),
    ]
