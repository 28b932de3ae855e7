"""Let all read the names of the streets that have addresses: open data, like the addresses."""

from django.db import migrations

from accounts.walls.operations import Open


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_read_second_factors_at_once"), ("geo", "0002_search_addresses")]

    operations = [Open("geo_streetname")]
