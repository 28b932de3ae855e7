"""What became of a message, sector by sector: sent, read, relayed, each with its dates."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sectors.models import Bulletin, BulletinNotice, BulletinReading, BulletinRelay, BulletinSector, Sector


@dataclass(frozen=True, kw_only=True)
class Relayed:
    """One means by which a message was passed on in a sector, and when first."""

    means: BulletinRelay.Means
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SectorFollowed:
    """What became of a message in one sector; ``referents`` is how many it had when the message was sent."""

    sector: Sector
    referents: int
    read_at: tuple[dt.datetime, ...] = ()
    relayed: tuple[Relayed, ...] = ()
    notices: tuple[tuple[BulletinNotice.State, int], ...] = ()

    @property
    def is_untold(self) -> bool:
        """Whether some référent was not told by e-mail, or may not have been."""
        return any(state is not BulletinNotice.State.SENT for state, _ in self.notices)

    @property
    def is_orphan(self) -> bool:
        """Whether nobody will read it: there was no référent, and none has come since."""
        return not self.referents and not self.read_at


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What became of a message in all: in how many sectors it was read, relayed, or had no reader."""

    by_sector: tuple[SectorFollowed, ...]

    @property
    def sectors(self) -> int:
        return len(self.by_sector)

    @property
    def read(self) -> int:
        return sum(bool(each.read_at) for each in self.by_sector)

    @property
    def relayed(self) -> int:
        return sum(bool(each.relayed) for each in self.by_sector)

    @property
    def orphans(self) -> int:
        return sum(each.is_orphan for each in self.by_sector)


def follow(bulletin: Bulletin) -> Followed:
    """Return what became of a sent message in each of its sectors, by number."""
    return follow_all([bulletin])[bulletin.pk]


def follow_all(bulletins: Iterable[Bulletin]) -> dict[int, Followed]:
    """Return what became of each message, by its key: four queries, however many there are."""
    listed = list(bulletins)
    keys = [bulletin.pk for bulletin in listed]
    read: dict[tuple[int, int], list[dt.datetime]] = {}
    for reading in BulletinReading.objects.filter(bulletin__in=keys).order_by("read_at"):
        read.setdefault((reading.bulletin_id, reading.sector_id), []).append(reading.read_at)
    relayed: dict[tuple[int, int], dict[str, dt.datetime]] = {}
    for relay in BulletinRelay.objects.filter(bulletin__in=keys).order_by("relayed_at"):
        relayed.setdefault((relay.bulletin_id, relay.sector_id), {}).setdefault(relay.means, relay.relayed_at)
    notices: dict[tuple[int, int], Counter[str]] = {}
    for notice in BulletinNotice.objects.filter(bulletin__in=keys).order_by("state"):
        notices.setdefault((notice.bulletin_id, notice.sector_id), Counter())[notice.state] += 1
    followed: dict[int, list[SectorFollowed]] = {key: [] for key in keys}
    links = BulletinSector.objects.filter(bulletin__in=keys).select_related("sector")
    for link in links.order_by("sector__number"):
        place = (link.bulletin_id, link.sector_id)
        followed[link.bulletin_id].append(
            SectorFollowed(
                sector=link.sector,
                referents=link.referents or 0,
                read_at=tuple(read.get(place, ())),
                relayed=tuple(
                    Relayed(means=BulletinRelay.Means(means), at=at)
                    for means, at in relayed.get(place, {}).items()
                ),
                notices=tuple(
                    (BulletinNotice.State(state), number)
                    for state, number in notices.get(place, Counter()).items()
                ),
            )
        )
    return {key: Followed(by_sector=tuple(sectors)) for key, sectors in followed.items()}
