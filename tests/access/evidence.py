"""What a person sees and does by asking every address of the site."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core import mail
from django.db import transaction
from django.test import Client

from absences.models import Absence
from tests.access.acts import ACTS, Act
from tests.access.answers import read
from tests.access.questions import Question, questions
from tests.access.stage import Stage
from tests.builders import DAY

OK = 200


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All answers to one person, as text; headers, cookies and e-mails ``outside``; what was done by asking."""

    answers: dict[Question, tuple[int, str]]
    outside: str = ""
    done: dict[str, set[object]] = field(default_factory=dict)

    def open(self, kind: str) -> dict[int, str]:
        """The texts of the pages of a kind that were given, by what they are about."""
        return {
            question.about: text
            for question, (status, text) in self.answers.items()
            if question.kind == kind and status == OK
        }

    def answered(self, kind: str) -> list[tuple[int, str]]:
        """The pages of a kind that were given, one by one: what each is about, and its text."""
        return [(q.about, text) for q, (status, text) in self.answers.items() if q.kind == kind and status == OK]

    def text(self, *kinds: str) -> str:
        """The text of all pages of some kinds that were given, of all kinds when none is named."""
        return "\n".join(
            text
            for question, (status, text) in self.answers.items()
            if status == OK and (not kinds or question.kind in kinds)
        )

    def text_but_of(self, kind: str) -> str:
        """The text of all that was answered about the other kinds, refusals included."""
        return "\n".join(text for question, (_, text) in self.answers.items() if question.kind != kind)

    def round_at(self, home: int) -> dict[str, Any]:
        """What the round on a crew's phone tells of a home; nothing where it has no stop there."""
        stops = [stop for text in self.open("round").values() for stop in json.loads(text)["stops"]]
        return next((stop for stop in stops if stop["home"] == home), {})

    @cached_property
    def everything(self) -> str:
        """Whatever came back, refusals and headers included."""
        return "\n".join([*(text for _, text in self.answers.values()), self.outside])

    @cached_property
    def features(self) -> list[dict[str, object]]:
        """What is drawn on the maps."""
        drawn = [*self.open("plan_map").values(), *self.open("vacant_map").values()]
        return [feature["properties"] for text in drawn for feature in json.loads(text)["features"]]


def gather(client: Client, stage: Stage, *, asking: Callable[[Stage], Iterable[Question]] = questions) -> Evidence:
    """Ask every question, or those that are wanted, then try every act; what was done is undone."""
    answers, outside = {}, []
    with transaction.atomic():
        for question in asking(stage):
            sent = dict(question.fields)
            answer = client.post(question.url, sent) if question.is_sent else client.get(question.url)
            answers[question] = (answer.status_code, read(answer))
            outside += [f"{dict(answer.headers)}", answer.cookies.output()]
        answers |= _ask_for_statements(client, stage)
        transaction.set_rollback(True)
    done = {row: _try(act, client, stage) for row, act in ACTS.items()}
    outside += [str(message.message()) for message in mail.outbox]
    return Evidence(answers=answers, outside="\n".join(outside), done=done)


def _ask_for_statements(client: Client, stage: Stage) -> dict[Question, tuple[int, str]]:
    """Ask, of each home, for the statement of passages that is given while it is vacant, and after its return."""
    urls = {home.pk: f"/logements/{home.pk}/releve.pdf" for home in stage.homes}
    asked = {pk: client.get(url) for pk, url in urls.items()}
    before = {
        Question(kind="early_statement", url=urls[pk], about=pk): (answer.status_code, read(answer))
        for pk, answer in asked.items()
    }
    Absence.objects.filter(pk__in=urls).update(returned_on=DAY)
    asked = {pk: client.get(url) for pk, url in urls.items()}
    return before | {
        Question(kind="statement", url=urls[pk], about=pk): (answer.status_code, read(answer))
        for pk, answer in asked.items()
    }


def _try(act: Act, client: Client, stage: Stage) -> set[object]:
    with transaction.atomic():
        done = act(client, stage)
        transaction.set_rollback(True)
    return done
