"""`manage.py` as the people of a town meet it: Ronde's commands, their help and their refusals in French."""

import argparse
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from textwrap import shorten
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import ManagementUtility, get_commands, handle_default_options, load_command_class
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from config.french_arguments import speak_french

BAD_INPUT = 2
SUMMARY_WIDTH = 80
# Of every command of Django, and of no use to who runs a town's site; they still work.
HIDDEN_OPTIONS = {
    "--version",
    "--verbosity",
    "--settings",
    "--pythonpath",
    "--traceback",
    "--no-color",
    "--force-color",
    "--skip-checks",
}


def execute_from_command_line(argv: Sequence[str]) -> None:
    """Run the command that the arguments name; ends with 2 when what was asked cannot be done as asked."""
    speak_french()
    CommandLine(list(argv)).execute()


class CommandLine(ManagementUtility):
    """Django's own utility, which shows and runs Ronde's commands in French and leaves Django's as they are."""

    def main_help_text(self, commands_only: bool = False) -> str:
        """List Ronde's commands, each with what it does."""
        if commands_only:
            return super().main_help_text(commands_only)
        names = [name for name, app in get_commands().items() if is_ours(app)]
        width = max(map(len, names))
        lines = [f"  {name:<{width}}  {self._summary(name)}" for name in sorted(names)]
        return "\n".join(
            [
                f"emploi : {self.prog_name} COMMANDE [options]",
                "",
                *lines,
                "",
                f"L'aide d'une commande : {self.prog_name} COMMANDE --help",
                f"Avec celles de Django (en anglais) : {self.prog_name} help --commands",
            ]
        )

    def fetch_command(self, subcommand: str) -> Any:
        """Find a command by its name; end with 2, and the nearest name, if there is none."""
        app = get_commands().get(subcommand)
        if app is None:
            known = get_close_matches(subcommand, get_commands())
            nearest = f" Vouliez-vous dire {known[0]} ?" if known else ""
            sys.stderr.write(
                f"« {subcommand} » n'est pas une commande.{nearest} La liste : {self.prog_name} help\n"
            )
            sys.exit(BAD_INPUT)
        if not is_ours(app):
            return super().fetch_command(subcommand)
        return FrenchCommand(load_command_class(app, subcommand))

    def _summary(self, name: str) -> str:
        command: BaseCommand = load_command_class(get_commands()[name], name)
        return shorten(command.help.partition(" : ")[0].rstrip("."), SUMMARY_WIDTH, placeholder="…")


class FrenchCommand:
    """One of Ronde's commands, run as Django runs it, but for what is shown to who typed it."""

    def __init__(self, command: BaseCommand) -> None:
        self.command = command

    def run_from_argv(self, argv: list[str]) -> None:
        """Run the command with the arguments typed; end with the code of its refusal if it refuses."""
        setattr(self.command, "_called_from_command_line", True)  # noqa: B010 (what BaseCommand does itself)
        options = vars(self._parser(argv[0], argv[1]).parse_args(argv[2:]))
        handle_default_options(argparse.Namespace(**options))
        try:
            self.command.execute(*options.pop("args", ()), **options)
        except CommandError as refusal:
            if options["traceback"]:
                raise
            self.command.stderr.write(str(refusal))
            sys.exit(refusal.returncode)
        finally:
            connections.close_all()

    def print_help(self, prog_name: str, subcommand: str) -> None:
        """Print the command's help, without the options that all commands of Django have."""
        self._parser(prog_name, subcommand).print_help()

    def _parser(self, prog_name: str, subcommand: str) -> CommandParser:
        parser = self.command.create_parser(prog_name, subcommand)
        for action in parser._actions:
            if HIDDEN_OPTIONS.intersection(action.option_strings):
                action.help = argparse.SUPPRESS
        return parser


def is_ours(app: str | BaseCommand) -> bool:
    """Whether the application that brings a command is one of the project's own."""
    ours = {config.name for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR}
    return app in ours
