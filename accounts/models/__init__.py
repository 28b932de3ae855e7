"""People, what they hold, and the traces of what they did."""

from accounts.models.audit import AuditCut, AuditEntry, AuditStream
from accounts.models.exports import Export
from accounts.models.identity import Identity
from accounts.models.people import Account, Device, Grant, Invitation
from accounts.models.purge_runs import PurgeRun
from accounts.models.service_tokens import ServiceToken

__all__ = [
    "Account",
    "AuditCut",
    "AuditEntry",
    "AuditStream",
    "Device",
    "Export",
    "Grant",
    "Identity",
    "Invitation",
    "PurgeRun",
    "ServiceToken",
]
