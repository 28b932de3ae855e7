"""Begin a report at a place that another page knows: kept in the session until the form is shown."""

from django.contrib.sessions.backends.base import SessionBase

from geo.models import Address

KEPT = "ronde.report_begins_at"


def begin_at(session: SessionBase, address: Address) -> None:
    """Let the next report of this session begin at an address. The report does not learn from where."""
    session[KEPT] = address.pk


def take_beginning(session: SessionBase, commune: str) -> dict[str, object]:
    """Return what the form of a report begins with, once; nothing where no page has said a place."""
    address = Address.objects.filter(pk=session.pop(KEPT, None), commune=commune, point__isnull=False).first()
    if address is None:
        return {}
    return {"address": address.pk, "address_text": f"{address}", "address_shown": f"{address}"}
