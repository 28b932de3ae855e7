"""Verify the whole chain: its links, the cuts at its start, and the roots kept outside the database."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from accounts.audit.chain import START, Fault, Head, Link, find_faults
from accounts.audit.reading import JOBS, Cut, Source, read_cuts, read_links, steady_chain
from accounts.audit.roots import FILE, Root, RootsBroken, read_roots
from accounts.audit.signing import KEY_FILE, SigningKeyUnusable, signing_key

MOST_FAULTS_TOLD = 50


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a verification has found; ``problems`` are sentences, in the order of the streams."""

    entries: int
    streams: int
    roots: int
    last_root: Root | None
    problems: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing was changed, added, moved or removed."""
        return not self.problems


def verify_chain(folder: Path, *, expected_roots: Iterable[str] = (), source: Source = JOBS) -> Verdict:
    """Check every entry against its neighbours, every cut against its signature, and all against the roots.

    Parameters
    ----------
    folder
        Where the signing key and the file of roots are.
    expected_roots
        Roots (in hexadecimal) that were kept elsewhere, on paper or by the DPO: the file must hold them all.
    source
        Where the chain is read: as a job by default, as ``KEEPERS`` on the site.

    Notes
    -----
    10⁶ entries take 46 s on a busy machine (docs/benchmarks/audit.md). Read by 5,000, they need no more memory.
    """
    with steady_chain():
        cuts = read_cuts(source)
        problems = []
        try:
            roots, public = _read_trusted_roots(folder, is_needed=bool(cuts))
        except (RootsBroken, SigningKeyUnusable) as error:
            roots, public = [], None
            problems.append(str(error))
        counted = _Counted(read_links(source))
        found = find_faults(counted, starts=starts_of(cuts), kept=kept_hashes(roots))
        problems += [*_tell_cuts(cuts, public), *_tell_faults(found), *_tell_unknown_roots(roots, expected_roots)]
    return Verdict(
        entries=counted.entries,
        streams=len(counted.streams),
        roots=len(roots),
        last_root=roots[-1] if roots else None,
        problems=tuple(problems),
    )


def starts_of(cuts: Iterable[Cut]) -> dict[str, Head]:
    """Return for each stream the last entry that was cut off it."""
    starts: dict[str, Head] = {}
    for cut in cuts:
        starts.update(cut.heads)
    return starts


def kept_hashes(roots: Iterable[Root]) -> dict[tuple[str, int], bytes]:
    """Return the hashes that the roots hold, by stream and number; the number 0 stands for no entry at all."""
    return {
        (stream, head.number): head.digest
        for root in roots
        for stream, head in root.moved.items()
        if head.number > START.number
    }


class _Counted:
    """Links that are counted as they go by."""

    def __init__(self, links: Iterable[Link]) -> None:
        self._links = links
        self.entries = 0
        self.streams: set[str] = set()

    def __iter__(self) -> Iterator[Link]:
        for link in self._links:
            self.entries += link.number is not None
            self.streams.add(link.stream)
            yield link


def _read_trusted_roots(folder: Path, *, is_needed: bool) -> tuple[list[Root], Ed25519PublicKey | None]:
    """Read the roots; a site on its first day has neither roots nor key, which is no fault unless it has cut."""
    has_begun = (folder / FILE).exists() or (folder / KEY_FILE).exists()
    if not has_begun and not is_needed:
        return [], None
    public = signing_key(folder).public_key()
    return read_roots(folder / FILE, public), public


def _tell_cuts(cuts: Iterable[Cut], public: Ed25519PublicKey | None) -> Iterator[str]:
    reached: Mapping[str, Head] = {}
    latest: dt.date | None = None
    for cut in cuts:
        day = cut.before.strftime("%d/%m/%Y")
        if public is None or not cut.is_signed_by(public):
            yield f"Retrait des mois antérieurs au {day} : il n'est pas signé par la clé de ce site."
        if latest is not None and cut.before < latest:
            yield f"Retrait des mois antérieurs au {day} : il vient après un retrait plus récent."
        if any(head.number < reached.get(stream, START).number for stream, head in cut.heads.items()):
            yield f"Retrait des mois antérieurs au {day} : il remonte avant un retrait déjà fait."
        latest, reached = cut.before, {**reached, **cut.heads}


def _tell_faults(faults: Iterable[Fault]) -> Iterator[str]:
    untold = 0
    for told, fault in enumerate(faults):
        if told < MOST_FAULTS_TOLD:
            yield f"Flux {fault.stream}, entrée n° {fault.number} : {fault.what}."
        else:
            untold += 1
    if untold:
        yield f"… et {untold} autres défauts."


def _tell_unknown_roots(roots: Iterable[Root], expected: Iterable[str]) -> Iterator[str]:
    known = {root.digest.hex() for root in roots}
    for root in expected:
        if root.strip().lower() not in known:
            yield f"L'empreinte {root} n'est pas dans le fichier des empreintes : il a été raccourci ou remplacé."
