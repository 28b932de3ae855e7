"""People, what they hold, and the traces of what they did."""

from accounts.models.people import Account, Device, Grant, Invitation

__all__ = ["Account", "Device", "Grant", "Invitation"]
