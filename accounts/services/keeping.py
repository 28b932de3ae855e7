"""Until when things are kept and what remains of them, told of one home or one person and not of the site."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from accounts.models import Account
from accounts.retention import Holder
from accounts.services.extract import holder_of
from accounts.services.register import declarations, describe


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What leaves together: the tables by their titles, how long they are kept, and what remains.

    ``head`` is the label of the table whose duration counts; the others leave with it.
    """

    head: str
    titles: tuple[str, ...]
    kept: str
    remains: str


def told_together(wanted: Iterable[type[models.Model]]) -> tuple[Kept, ...]:
    """Return what is kept in some tables, those that leave with one another told together, the fullest first."""
    declared = declarations()
    together: dict[type[models.Model], list[type[models.Model]]] = {}
    for model in wanted:
        together.setdefault(_head_of(model), []).append(model)
    told = [
        Kept(
            head=head._meta.label,
            # The table whose duration counts is named before those that follow it.
            titles=tuple(declared[model].title for model in sorted(leaving, key=lambda model: model is not head)),
            kept=describe(head, declared[head]).kept,
            remains=declared[head].remains,
        )
        for head, leaving in together.items()
    ]
    return tuple(sorted(told, key=lambda kept: (-len(kept.titles), kept.titles)))


def tables_about(subject: type[models.Model]) -> list[type[models.Model]]:
    """Return the tables whose rows are those of a table, lead to it or leave with what does."""
    declared = declarations()
    about = {subject} | {
        model
        for model in declared
        if any(column.related_model is subject for column in model._meta.concrete_fields if column.is_relation)
    }
    return [model for model in declared if not about.isdisjoint(_line_of(model))]


def tables_of(account: Account) -> list[type[models.Model]]:
    """Return the tables that hold something of an account's holder, as far as the walls show it."""
    return [
        model
        for model, retention in declarations().items()
        if isinstance(holder := holder_of(retention), Holder)
        and model._default_manager.filter(holder.rows_of(account.pk)).exists()
    ]


def _line_of(model: type[models.Model]) -> list[type[models.Model]]:
    """Return a table, the one it leaves with, the one that this leaves with, and so on."""
    followed = declarations()[model].leaves_with
    return [model, *_line_of(apps.get_model(followed))] if followed else [model]


def _head_of(model: type[models.Model]) -> type[models.Model]:
    return _line_of(model)[-1]
