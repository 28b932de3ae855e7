"""Let référents take back a relay noted by mistake, and police have notices that did not leave sent again."""

from django.db import migrations

from accounts.walls.operations import Admit

PERSON = "(SELECT walls.person())"
FOR_POLICE = (
    "bulletin_id IN (SELECT id FROM sectors_bulletin"
    " WHERE commune_id = (SELECT walls.police_commune()) AND sent_at IS NOT NULL)"
)


class Migration(migrations.Migration):
    dependencies = [("sectors", "0015_keep_minutes_and_trainings")]

    operations = [
        Admit(
            "sectors_bulletinrelay",
            "DELETE",
            name="sectors_bulletinrelay_web_undo",
            using=f"account_id = {PERSON} AND relayed_at > now() - interval '24 hours'",
        ),
        Admit(
            "sectors_bulletinnotice",
            "UPDATE",
            name="sectors_bulletinnotice_web_again",
            using=f"{FOR_POLICE} AND state IN ('failed', 'no_address', 'no_server')",
            check=f"{FOR_POLICE} AND state = 'waiting' AND attempts = 0",
            columns=["state", "attempts", "changed_at"],
        ),
    ]
