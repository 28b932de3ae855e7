"""Note the trainings of référents and who came, and tell of each mandate which were followed."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from accounts import audit
from sectors.models import Attendance, Training


@transaction.atomic
def note_training(commune: str, *, held_on: dt.date, title: str, mandates: Collection[int]) -> Training:
    """Note a training and who came to it.

    Parameters
    ----------
    mandates
        Keys of the mandates of those who came; their number stays when the mandates are gone.
    """
    training = Training.objects.create(
        commune_id=commune, held_on=held_on, title=title, attended=len(set(mandates))
    )
    Attendance.objects.bulk_create(Attendance(training=training, mandate_id=key) for key in sorted(set(mandates)))
    audit.record("training.note", subjects=[training])
    return training


@transaction.atomic
def remove_training(training: Training) -> None:
    """Take back a training that was noted by mistake."""
    audit.record("training.remove", subjects=[training])
    training.delete()


def followed_by(mandates: Collection[int]) -> dict[int, list[Training]]:
    """Return the trainings that each mandate followed, the latest first, as far as one may know who came."""
    followed: dict[int, list[Training]] = {}
    kept = Attendance.objects.filter(mandate__in=mandates).select_related("training")
    for attendance in kept.order_by("-training__held_on", "-training"):
        followed.setdefault(attendance.mandate_id, []).append(attendance.training)
    return followed
