"""What residents tell of what they saw, and what became of it."""

from reports.models.authors import AuthorSeal
from reports.models.counts import ReportCount
from reports.models.places import ReportPlace
from reports.models.reports import Report, ReportStep
from reports.models.texts import Answer, Relay, Telling

__all__ = ["Answer", "AuthorSeal", "Relay", "Report", "ReportCount", "ReportPlace", "ReportStep", "Telling"]
