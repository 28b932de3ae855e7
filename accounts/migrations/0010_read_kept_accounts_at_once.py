"""Let keepers of accounts read those of their commune at once, and not one by one."""

from pathlib import Path

from django.db import migrations

CREATE = Path(__file__).parent.parent / "walls" / "sql" / "7_accounts_of_commune.sql"
KEEPERS = "(SELECT walls.is_keeper())"
ONE_BY_ONE = "walls.is_account_of_commune({key})"
AT_ONCE = f"({{key}} IN (SELECT walls.accounts_of_commune()) OR {ONE_BY_ONE})"
ENTERING = (
    "id = (SELECT walls.person()) OR login = (SELECT walls.claimed_login()) OR id = (SELECT walls.claimed_account())"
    " OR id IN (SELECT account_id FROM accounts_invitation WHERE token_sha256 = (SELECT walls.bearer()))"
)
BEARER = "token_sha256 = (SELECT walls.bearer())"
# Table, command, key of the account, and who may besides the keepers.
READ_BY_KEEPERS = (
    ("accounts_account", "select", "id", ENTERING),
    ("accounts_account", "update", "id", ENTERING),
    ("accounts_invitation", "select", "account_id", BEARER),
    ("accounts_invitation", "update", "account_id", BEARER),
)


def ask(table: str, command: str, key: str, others: str, how: str) -> str:
    condition = f"{others} OR ({KEEPERS} AND {how.format(key=key)})"
    check = f" WITH CHECK ({condition})" if command == "update" else ""
    return f"ALTER POLICY {table}_web_{command} ON {table} USING ({condition}){check}"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_recognise_in_one_round_trip")]

    operations = [
        migrations.RunSQL(CREATE.read_text(encoding="utf-8"), "DROP FUNCTION walls.accounts_of_commune()"),
        *(migrations.RunSQL(ask(*wall, AT_ONCE), ask(*wall, ONE_BY_ONE)) for wall in READ_BY_KEEPERS),
    ]
