"""The audit chain: say who read or did what, and prove later that nothing was changed or removed."""

from accounts.audit.recording import UnknownAction, record
from accounts.audit.wording import Reason

__all__ = ["Reason", "UnknownAction", "record"]
