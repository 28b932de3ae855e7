"""Send an account a notice by e-mail: that something waits on the site, and not a word of it."""

from enum import StrEnum
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMessage, get_connection

from accounts import audit
from accounts.models import Identity
from accounts.sealing import SealingError
from accounts.unsealing import unseal


class Sent(StrEnum):
    """What became of a notice: a doubtful one broke off in the middle, and the server may have taken it."""

    SENT = "sent"
    FAILED = "failed"
    DOUBTFUL = "doubtful"

    @property
    def has_left(self) -> bool:
        """Whether the server took it for certain."""
        return self is Sent.SENT


def address_of(account: int | None) -> str | None:
    """Return the address of an account, empty when it gave none, None when it cannot be unsealed today."""
    identity = Identity.objects.filter(account=account).first() if account else None
    if identity is None:
        return ""
    try:
        return unseal(identity, "email", reason=audit.Reason.NOTICE)["email"]
    except SealingError:
        return None


def send_notice(address: str, subject: str, text: str) -> Sent:
    """Send one notice; what the server answers may quote the address, and is told to nobody."""
    server = get_connection()
    try:
        server.open()
    except OSError:
        return Sent.FAILED
    try:
        EmailMessage(subject, text, to=[address], connection=server).send()
    except (SMTPResponseException, SMTPRecipientsRefused):
        return Sent.FAILED
    except OSError:
        return Sent.DOUBTFUL
    finally:
        server.close()
    return Sent.SENT
