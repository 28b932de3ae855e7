"""Print the register of processing, as the models declare it."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.services.register import as_markdown, register


class Command(BaseCommand):
    help = "Écrit le registre des traitements (RGPD, art. 30) en Markdown."

    def handle(self, **options: Any) -> None:
        self.stdout.write(as_markdown(register()), ending="")
