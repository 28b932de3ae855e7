"""The logins of PostgreSQL under which Ronde's processes work; walls are written for them by name."""

from enum import StrEnum


class Login(StrEnum):
    """One login: what it is for, and what it can never reach."""

    OWNER = "ronde"  # makes and changes the tables; reads no row of theirs unless it declares a job
    WEB = "ronde_web"  # the site: sees what the person who asks may see
    AGGREGATES = "ronde_aggregates"  # pages of figures: was never granted a nominative table
    WORKER = "ronde_worker"  # commands and jobs: sees everything while it declares which job it does
