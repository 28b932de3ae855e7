"""The register of processing (GDPR, article 30), written from what the models declare."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from accounts.borrowed_tables import BORROWED, NO_DATA
from accounts.retention import NOTHING, Processing, Retention, days_kept

# What remains of a table that is never erased.
NO_END = "sans objet"
SECURITY = (
    "Connexion à deux facteurs (facultative pour les seuls citoyens vigilants), droits par rôle appliqués par la "
    "base de données, noms et coordonnées chiffrés par ligne (AES-256-GCM) avec une clé détruite à la fin de la "
    "conservation, journal des accès chaîné, dont toute retouche se voit à la vérification."
)


@dataclass(frozen=True, kw_only=True)
class RegisteredTable:
    """One table of a processing, in the words of the register; it ``follows`` one that takes its rows along."""

    label: str
    title: str
    data: str
    kept: str
    remains: str
    follows: bool

    @property
    def leaves_something(self) -> bool:
        """Whether something remains once its rows are erased."""
        return self.remains not in (NOTHING, NO_END)


@dataclass(frozen=True, kw_only=True)
class RegisteredProcessing:
    """One processing with its tables."""

    processing: Processing
    tables: tuple[RegisteredTable, ...]

    @property
    def leading_tables(self) -> tuple[RegisteredTable, ...]:
        """The tables that hold something for a duration of their own: what a reader wants to know first."""
        return tuple(table for table in self.tables if not table.follows and table.data != NO_DATA)


def declarations() -> Mapping[type[models.Model], Retention]:
    """Return what each table declares, in the order in which rows may leave: what refers to others first."""
    return {
        model: retention
        for app in reversed(list(apps.get_app_configs()))
        for model in reversed(list(app.get_models()))
        if (retention := vars(model).get("retention") or BORROWED.get(model._meta.label)) is not None
    }


def register() -> tuple[RegisteredProcessing, ...]:
    """Return the register: each processing with its tables, by name.

    Raises
    ------
    accounts.retention.UnknownDuration
        When a table names a duration that the settings lack.
    """
    by_processing: dict[Processing, list[RegisteredTable]] = {}
    for model, retention in declarations().items():
        by_processing.setdefault(retention.processing, []).append(describe(model, retention))
    return tuple(
        RegisteredProcessing(processing=processing, tables=tuple(sorted(tables, key=_without_accents)))
        for processing, tables in sorted(by_processing.items(), key=lambda item: item[0].name)
    )


def as_markdown(entries: Sequence[RegisteredProcessing]) -> str:
    """Write the register as a Markdown document in French."""
    return "\n".join(_lines(entries)) + "\n"


def _lines(entries: Sequence[RegisteredProcessing]) -> Iterator[str]:
    yield "# Registre des traitements"
    for entry in entries:
        processing = entry.processing
        yield f"\n## {processing.name}\n"
        yield f"- Finalité : {processing.purpose}."
        yield f"- Base légale : {processing.legal_basis}."
        yield f"- Personnes concernées : {processing.people}."
        yield f"- Destinataires : {processing.recipients}."
        yield f"- Sécurité : {SECURITY}\n"
        yield "| table | données | conservation | ce qui reste |"
        yield "|---|---|---|---|"
        for table in entry.tables:
            yield f"| {table.title} | {table.data} | {table.kept} | {table.remains} |"


def _without_accents(table: RegisteredTable) -> str:
    return unicodedata.normalize("NFKD", table.title).casefold()


def describe(model: type[models.Model], retention: Retention) -> RegisteredTable:
    """Describe one table in the words of the register."""
    return RegisteredTable(
        label=model._meta.label,
        title=retention.title,
        data=retention.data,
        kept=_write_duration(retention),
        remains=retention.remains,
        follows=bool(retention.leaves_with),
    )


def _write_duration(retention: Retention) -> str:
    if retention.apart:
        return retention.apart
    if retention.leaves_with:
        owner = declarations()[apps.get_model(retention.leaves_with)]
        return f"jusqu'à l'effacement de : {owner.title.lower()}"
    days = days_kept(retention.duration)
    return f"{days} jour{'s' if days > 1 else ''} après {retention.since}"
