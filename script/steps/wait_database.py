"""Return once the database answers each login of Ronde; exit with 1, saying what it answered, if it never does."""

import os
import sys
import time
from pathlib import Path

# A server that starts along with us (the container's first start makes its cluster) takes a while.
PATIENCE_S = 40
PAUSE_S = 1


def main() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings

    from accounts.walls.logins import Login
    from config.logins import address_of

    addresses = {
        login: address_of(login, dict(os.environ), private_cluster=settings.PRIVATE_CLUSTER) for login in Login
    }
    wait_for_server(addresses[Login.OWNER])
    refused = {login: said for login, address in addresses.items() if (said := ask(address))}
    if refused:
        sys.exit(
            f"Le serveur répond, mais pas au compte {', '.join(refused)} :\n{'\n'.join(refused.values())}\n"
            "Ces comptes se créent par ce que « script/database roles » écrit, à donner à la personne qui "
            "administre le serveur ; leurs adresses, s'ils ont chacun un mot de passe, par DATABASE_URL_WEB, "
            "DATABASE_URL_AGGREGATES et DATABASE_URL_WORKER."
        )


def wait_for_server(address: str) -> None:
    """Ask until the server answers."""
    deadline = time.monotonic() + PATIENCE_S
    while said := ask(address):
        if time.monotonic() > deadline:
            sys.exit(said)
        time.sleep(PAUSE_S)


def ask(address: str) -> str:
    """Return what the server says instead of answering; empty when it answers."""
    import psycopg

    try:
        psycopg.connect("postgresql" + address[address.index(":") :], connect_timeout=5).close()
    except psycopg.OperationalError as error:
        return str(error).strip()
    return ""


try:
    main()
except ValueError:
    sys.exit("DATABASE_URL n'est pas de la forme postgis://compte:motdepasse@serveur/base.")
