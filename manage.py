#!/usr/bin/env python
"""Django's command line for Ronde."""

import os
import signal
import sys
from types import FrameType

from django.db import OperationalError

from config.command_line import execute_from_command_line
from config.log_redaction import watch_standard_error
from config.logins import work_as_command

ENDING_SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
INSIST_EVERY_S = 1


class EndedBySignal(KeyboardInterrupt):
    """La commande a été interrompue ; son premier argument est le numéro du signal."""


def end_cleanly(number: int, frame: FrameType | None) -> None:
    """Unwind what runs, so that no transaction, temporary file or program started is left behind."""
    for each in ENDING_SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    ended = EndedBySignal(number)
    signal.signal(signal.SIGALRM, lambda *_: insist(ended))
    signal.setitimer(signal.ITIMER_REAL, INSIST_EVERY_S, INSIST_EVERY_S)
    raise ended


def insist(ended: EndedBySignal) -> None:
    """Raise again what nothing unwinds for: Python swallows what is raised in a finalizer or a weak reference."""
    handled = sys.exception()
    while handled is not None and handled is not ended:
        handled = handled.__context__
    if handled is None:
        raise ended


def hear_signals() -> None:
    """Let a signal end the command, unless it was to be ignored from the start (nohup)."""
    for each in ENDING_SIGNALS:
        if signal.getsignal(each) is not signal.SIG_IGN:
            signal.signal(each, end_cleanly)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    work_as_command(sys.argv)
    watch_standard_error(sys.argv)
    hear_signals()
    try:
        execute_from_command_line(sys.argv)
    except EndedBySignal as ended:
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.exit(128 + ended.args[0])
    except OperationalError as error:
        sys.exit(
            f"La base de données ne répond pas ({error}). Démarrez celle de ce poste : script/database start ; "
            "ou vérifiez le serveur que DATABASE_URL désigne."
        )
