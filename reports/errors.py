"""What a report is refused for; the docstrings are the messages."""


class ReportsError(Exception):
    """Le signalement ne peut pas être traité."""

    def __str__(self) -> str:
        return super().__str__() or (type(self).__doc__ or "")


class NotThatHour(ReportsError):
    """L'heure du fait est passée, et remonte à trente jours au plus."""


class NoStreetNear(ReportsError):
    """Aucune rue de la commune n'est connue près de ce lieu."""


class AlreadyDealtWith(ReportsError):
    """Quelqu'un s'est occupé de ce signalement entre-temps : relisez-le."""


class TextRefused(ReportsError):
    """Ce texte ne peut pas être transmis."""
