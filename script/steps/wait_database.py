"""Return once the database of the settings answers; exit with 1, saying what it answered, if it never does."""

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
    import django
    from django.conf import settings
    from django.db import OperationalError, connection

    django.setup()

    # The pool would keep trying by itself, and hide the reason behind a time-out.
    settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            if time.monotonic() > deadline:
                sys.exit(str(error).strip())
            time.sleep(PAUSE_S)
        else:
            return


try:
    main()
except ValueError:
    sys.exit("DATABASE_URL n'est pas de la forme postgis://compte:motdepasse@serveur/base.")
