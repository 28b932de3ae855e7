"""A new password for one's own account."""

from django.db import transaction

from accounts import audit
from accounts.models import Account


def change(account: Account, password: str) -> None:
    """Give the account a password that was found good enough; every session opened before is over."""
    with transaction.atomic():
        account.set_password(password)
        account.save(update_fields=["password"])
        audit.record("password.changed", subjects=[account])
