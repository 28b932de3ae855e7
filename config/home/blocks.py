"""What a home page is made of: figures of the day, tasks that wait, and what is true today."""

from dataclasses import dataclass
from enum import StrEnum


class Urgency(StrEnum):
    """How soon a task wants somebody; each is drawn with a shape of its own."""

    NOW = "now"
    SOON = "soon"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class Task:
    """One thing to do, or done: a sentence, what it means, and the page where one does it."""

    words: str
    detail: str = ""
    url: str = ""
    action: str = ""
    urgency: Urgency = Urgency.SOON


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number of the day with its words."""

    value: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing that is true today: what it is about, and what is so."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Block:
    """What one role finds on its home page; ``warning`` is what matters more than the rest."""

    title: str
    warning: str = ""
    tasks: tuple[Task, ...] = ()
    figures: tuple[Figure, ...] = ()
    facts: tuple[Fact, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def tasks_in_order(self) -> list[Task]:
        """The tasks, the urgent first, and as they were given within one urgency."""
        return sorted(self.tasks, key=lambda task: list(Urgency).index(task.urgency))
