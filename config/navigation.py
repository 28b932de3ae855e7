"""The sections of the site, each shown to whoever its page would admit: the page's own word is the only rule."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Access, access_of, person_of


@dataclass(frozen=True, kw_only=True)
class Section:
    """One entry of the rail: the name of its page, its word and its icon."""

    page: str
    label: str | Promise
    icon: str

    @property
    def icon_template(self) -> str:
        return f"ronde/icons/{self.icon}.svg"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A section as the rail draws it for one request."""

    url: str
    label: str | Promise
    icon: str
    is_current: bool


SECTIONS = (
    Section(page="home", label=_("Accueil"), icon="home"),
    Section(page="patrols:phone_round", label=_("Tournée"), icon="phone"),
    Section(page="maps:homes", label=_("Logements"), icon="map"),
    Section(page="maps:day", label=_("Plan du jour"), icon="round"),
    Section(page="absences:declare", label=_("Déclarer"), icon="add"),
    Section(page="absences:watch", label=_("Veille"), icon="check"),
    Section(page="reports:own", label=_("Signaler"), icon="warning"),
    Section(page="reports:inbox", label=_("Faits signalés"), icon="warning"),
    Section(page="maps:reports", label=_("Faits signalés"), icon="warning"),
    Section(page="sectors:bulletins", label=_("Messages"), icon="message"),
    Section(page="sectors:list", label=_("Secteurs"), icon="sectors"),
    Section(page="sectors:perimeters", label=_("Périmètres"), icon="perimeter"),
    Section(page="maps:density", label=_("Densité"), icon="heat"),
    Section(page="maps:published_density", label=_("Carte publiée"), icon="squares"),
    Section(page="maps:review", label=_("Bilan"), icon="chart"),
    Section(page="desk_accounts", label=_("Comptes"), icon="people"),
    Section(page="commune_devices", label=_("Appareils"), icon="phone"),
    Section(page="desk_protection", label=_("Protection"), icon="shield"),
    Section(page="journal", label=_("Journal des accès"), icon="journal"),
)


def read_entries(request: HttpRequest) -> tuple[Entry, ...]:
    """Return the sections that the person of a request may open; none for a visitor, who has only the log-in."""
    person = person_of(request)
    if not person.is_known:
        return ()
    open_to_them = []
    for section in SECTIONS:
        url, access = _where_and_for_whom(section.page, settings.ROOT_URLCONF)
        if access is not None and access.admits(person):
            open_to_them.append((section, url))
    current = _nearest(request.path, [url for _section, url in open_to_them])
    return tuple(
        Entry(url=url, label=section.label, icon=section.icon_template, is_current=url == current)
        for section, url in open_to_them
    )


@cache
def _where_and_for_whom(page: str, routes: str) -> tuple[str, Access | None]:
    """Return the address of a page and whom it admits: the same for every request of a site with these routes."""
    url = reverse(page)
    return url, access_of(resolve(url).func)


def _nearest(path: str, urls: list[str]) -> str:
    """Return the section that a page belongs to: « /dpo/journal/ » is one, and lies under another, « /dpo/ »."""
    return max((url for url in urls if path.startswith(url)), key=len, default="")
