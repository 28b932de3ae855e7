"""What a report is refused for; the docstrings are the messages."""


class ReportsError(Exception):
    """Le signalement ne peut pas être traité."""

    def __str__(self) -> str:
        return super().__str__() or (type(self).__doc__ or "")


class NotThatHour(ReportsError):
    """Le fait remonte à plus de trente jours : un signalement se donne dans les trente jours au plus."""


class HourToCome(NotThatHour):
    """Cette heure est encore à venir : donnez celle du fait."""


class DayToCome(NotThatHour):
    """Ce jour est encore à venir : donnez celui du fait."""


class NoStreetNear(ReportsError):
    """Aucune rue de la commune n'est connue près de ce lieu."""


class AlreadyDealtWith(ReportsError):
    """Quelqu'un s'est occupé de ce signalement entre-temps : relisez-le."""


class TextRefused(ReportsError):
    """Ce texte ne peut pas être transmis."""


class AuthorsWords(TextRefused):
    """Ce sont les mots de l'auteur, et ils pourraient le faire reconnaître : dites le fait avec les vôtres."""
