"""The guard itself: every list and shape over one text."""

from collections.abc import Iterable, Iterator

from reports.guard.disguises import fits, lay_bare, starred
from reports.guard.findings import MAX_CHARACTERS, Finding, Kind, merge
from reports.guard.folding import Folded, Token, fold
from reports.guard.names import find_names, is_hidden_name, place_words, road_words
from reports.guard.phrases import lexicon
from reports.guard.shapes import find_shapes

LISTED = (
    Kind.ADDRESS,
    Kind.ORIGIN,
    Kind.RELIGION,
    Kind.POLITICS,
    Kind.UNION,
    Kind.HEALTH,
    Kind.SEXUALITY,
    Kind.INSULT,
)


def check(text: str) -> tuple[Finding, ...]:
    """Find what a report may not carry in a text as it was typed; keep nothing of it.

    Parameters
    ----------
    text
        Any string. Beyond 500 characters it is refused unread.

    Returns
    -------
    tuple of Finding
        In the order of the text; empty if the text may pass. Passages of different kinds may overlap.
    """
    if len(text) > MAX_CHARACTERS:
        return (Finding(MAX_CHARACTERS, len(text), Kind.LENGTH),)
    return read(text)


def read(text: str) -> tuple[Finding, ...]:
    """Find the same in a text of any length, in a time that grows as the text does."""
    folded = fold(text)
    tokens = folded.tokens()
    allowed = _allowed(tokens)
    found = [
        *find_shapes(folded, tokens),
        *_listed(tokens, allowed | road_words(tokens)),
        *_disguised(folded, tokens, allowed),
    ]
    passed_over = allowed | place_words(tokens)
    found += (
        Finding(tokens[first].start, tokens[last].end, Kind.NAME)
        for first, last in find_names(tokens, passed_over)
    )
    return merge(_as_typed(finding, folded) for finding in _without_shadows(found))


def _allowed(tokens: tuple[Token, ...]) -> frozenset[int]:
    """Return the words of phrases that say nothing of a person: « berger allemand »."""
    harmless = lexicon("allowed")
    return frozenset(at + word for at in range(len(tokens)) for word in range(harmless.longest(tokens, at)))


def _listed(tokens: tuple[Token, ...], passed_over: frozenset[int]) -> Iterator[Finding]:
    for kind in LISTED:
        listed = lexicon(kind)
        for at, token in enumerate(tokens):
            length = 0 if at in passed_over else listed.longest(tokens, at)
            if not length:
                continue
            last = at + length - 1
            # « habite au 12 rue » goes on to the end of the street's name.
            while kind is Kind.ADDRESS and last + 1 in passed_over:
                last += 1
            yield Finding(token.start, tokens[last].end, kind)


def _disguised(folded: Folded, tokens: tuple[Token, ...], allowed: frozenset[int]) -> Iterator[Finding]:
    """Yield the words of the lists, and names, that the text hides."""
    passed_over = allowed | place_words(tokens)
    closed = {place for at in passed_over for place in range(tokens[at].start, tokens[at].end)}
    for bare in lay_bare(folded):
        if bare.start in closed:
            continue
        yield from (Finding(bare.start, bare.end, kind) for kind in LISTED if bare.is_of(lexicon(kind)))
        if is_hidden_name(bare.word, folded.text[bare.start : bare.end]) and not bare.is_exact:
            yield Finding(bare.start, bare.end, Kind.NAME)
    for star, start, end in starred(folded):
        yield from (Finding(start, end, kind) for kind in LISTED if fits(star, lexicon(kind)))


def _without_shadows(found: list[Finding]) -> Iterator[Finding]:
    """Leave out accounts in an address or a disguised word (« b@tard »), phones in a number, « FN » in a plate."""
    hiding = {
        Kind.HANDLE: _taken(finding for finding in found if finding.kind not in (Kind.HANDLE, Kind.NAME)),
        Kind.PHONE: _taken(finding for finding in found if finding.kind is Kind.NUMBER),
        Kind.POLITICS: _taken(finding for finding in found if finding.kind is Kind.PLATE),
    }
    for finding in found:
        if hiding.get(finding.kind, set()).isdisjoint(range(finding.start, finding.end)):
            yield finding


def _taken(findings: Iterable[Finding]) -> set[int]:
    return {place for finding in findings for place in range(finding.start, finding.end)}


def _as_typed(finding: Finding, folded: Folded) -> Finding:
    return Finding(folded.origins[finding.start], folded.origins[finding.end - 1] + 1, finding.kind)
