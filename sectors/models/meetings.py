"""Meetings of the sectors: when, where, how many came, never who; and their minutes."""

import datetime as dt

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.retention import Retention, first_day_kept
from sectors.declarations import NETWORK
from sectors.models.perimeters import Sector

ABOUT_NOBODY = "un jour, un lieu et des nombres : rien n'y mène à un compte"


def _meeting_is_over(today: dt.date) -> Q:
    return Q(held_on__lt=first_day_kept("meeting", today))


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def with_minutes(self) -> "MeetingQuerySet":
        """Add ``has_minutes``: whether the minutes are kept."""
        return self.annotate(has_minutes=Exists(Minutes.objects.filter(meeting=OuterRef("pk"))))


class Meeting(models.Model):
    """A meeting of a sector; ``present`` counts everybody, the sector's référents (two at most) among them."""

    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="meetings")
    held_on = models.DateField()
    place_name = models.CharField(max_length=80)
    present = models.PositiveSmallIntegerField()
    referents_present = models.PositiveSmallIntegerField()

    objects = MeetingQuerySet.as_manager()

    retention = Retention(
        processing=NETWORK,
        title="Réunions des secteurs",
        data="Secteur, jour, lieu public, nombre de présents et de référents présents",
        duration="meeting",
        since="la réunion",
        over=_meeting_is_over,
        holder=ABOUT_NOBODY,
    )

    class Meta:
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.UniqueConstraint(name="sector_meets_once_a_day", fields=["sector", "held_on"]),
            models.CheckConstraint(
                name="referents_are_among_those_present",
                condition=Q(referents_present__lte=2, present__gte=F("referents_present")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sector} {self.held_on}"


class Minutes(models.Model):
    """The minutes of a meeting as they were sent: a PDF by its content, behind the wall of the numbers."""

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="minutes")
    content = models.BinaryField()
    content_sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    received_at = models.DateTimeField(auto_now_add=True)

    retention = Retention(
        processing=NETWORK,
        title="Comptes rendus des réunions",
        data="Document PDF, tel qu'il a été envoyé, et son empreinte",
        leaves_with="sectors.Meeting",
        holder="un document du secteur, sans nom d'habitant : rien n'y mène à un compte",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="minutes_are_told_by_their_sha256", condition=Q(content_sha256__regex=r"^[0-9a-f]{64}$")
            )
        ]

    def __str__(self) -> str:
        return str(self.meeting_id)
