#!/usr/bin/env python
"""Django's command line for Ronde."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        sys.exit(
            f"La base de données ne répond pas ({error}). Démarrez celle de ce poste : script/database start ; "
            "ou vérifiez le serveur que DATABASE_URL désigne."
        )
