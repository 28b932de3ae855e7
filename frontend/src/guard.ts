/** What the free text of a report may not carry, found as the server does: same lists, same passages (reports/guard). */

import { allowedLines, messages, phraseLines, type Kind } from "./guard/data";
import { fits, isOf, layBare, starred } from "./guard/disguises";
import { fold, tokensOf, type Folded, type Token } from "./guard/folding";
import { findNames, isHiddenName, placeWords, roadWords } from "./guard/names";
import { Lexicon } from "./guard/phrases";
import { findShapes, type Passage } from "./guard/shapes";

export const MAX_CHARACTERS = 500;

/** A passage that must be written otherwise, at its place in a text field, with a reason and what to do in French. */
export interface Finding extends Passage {
  why: string;
  instead: string;
}

const listed = (Object.keys(phraseLines) as (keyof typeof phraseLines)[]).map((kind) => ({ kind, lexicon: new Lexicon(phraseLines[kind]) }));
const harmless = new Lexicon(allowedLines);

/** Find what a report may not carry in a text as it was typed; keep nothing of it. */
export function check(text: string): Finding[] {
  return passagesOf(text).map((passage) => ({ ...passage, ...messages[passage.kind] }));
}

function passagesOf(text: string): Passage[] {
  const typed = text.length > 2 * MAX_CHARACTERS ? null : [...text];
  if (!typed || typed.length > MAX_CHARACTERS) {
    return [{ kind: "length", start: (typed ?? [...text.slice(0, 2 * MAX_CHARACTERS)]).slice(0, MAX_CHARACTERS).join("").length, end: text.length }];
  }
  const folded = fold(text);
  const tokens = tokensOf(folded);
  const allowed = new Set(tokens.flatMap((_, at) => Array.from({ length: harmless.longest(tokens, at) }, (_, word) => at + word)));
  const passedOver = new Set([...allowed, ...placeWords(tokens)]);
  const found = [
    ...findShapes(folded, tokens),
    ...inLists(tokens, new Set([...allowed, ...roadWords(tokens)])),
    ...inDisguise(folded, tokens, passedOver),
    ...[...findNames(tokens, passedOver)].map(([first, last]): Passage => ({ kind: "name", start: tokens[first]!.start, end: tokens[last]!.end })),
  ];
  return merge(withoutShadows(found).map(({ kind, start, end }) => ({ kind, start: folded.starts[start]!, end: folded.ends[end - 1]! })));
}

function* inLists(tokens: Token[], passedOver: Set<number>): Generator<Passage> {
  for (const { kind, lexicon } of listed) {
    for (const [at, token] of tokens.entries()) {
      const length = passedOver.has(at) ? 0 : lexicon.longest(tokens, at);
      if (!length) continue;
      let last = at + length - 1;
      // « habite au 12 rue » goes on to the end of the street's name.
      while (kind === "address" && passedOver.has(last + 1)) last += 1;
      yield { kind, start: token.start, end: tokens[last]!.end };
    }
  }
}

/** Yield the words of the lists, and names, that the text hides. */
function* inDisguise(folded: Folded, tokens: Token[], passedOver: Set<number>): Generator<Passage> {
  const isClosed = (place: number) => tokens.some((token, at) => passedOver.has(at) && token.start <= place && place < token.end);
  for (const bare of layBare(folded.text)) {
    const where = { start: bare.start, end: bare.end };
    const kinds = listed.filter(({ lexicon }) => isOf(bare, lexicon)).map(({ kind }): Kind => kind);
    if (bare.reading !== "exact" && isHiddenName(bare.word, folded.text.slice(bare.start, bare.end))) kinds.push("name");
    if (kinds.length && !isClosed(bare.start)) yield* kinds.map((kind) => ({ kind, ...where }));
  }
  for (const { word, start, end } of starred(folded.text)) {
    yield* listed.filter(({ lexicon }) => fits(word, lexicon)).map(({ kind }) => ({ kind, start, end }));
  }
}

/** Leave out accounts within an electronic address or a word in disguise (« b@tard »), phones within a number, « FN » of a plate. */
function withoutShadows(found: Passage[]): Passage[] {
  const hides = (other: Passage, one: Passage) =>
    (one.kind === "handle" && other.kind !== "handle" && other.kind !== "name") ||
    (one.kind === "phone" && other.kind === "number") ||
    (one.kind === "politics" && other.kind === "plate");
  return found.filter((one) => !found.some((other) => hides(other, one) && other.start < one.end && one.start < other.end));
}

/** Return the passages in their order, those of one kind that overlap made one. */
function merge(passages: Passage[]): Passage[] {
  const inOrder = (one: Passage, other: Passage) => one.start - other.start || one.end - other.end || (one.kind < other.kind ? -1 : 1);
  const latest = new Map<Kind, Passage>();
  const merged: Passage[] = [];
  for (const passage of [...passages].sort(inOrder)) {
    const before = latest.get(passage.kind);
    if (before && passage.start <= before.end) {
      before.end = Math.max(before.end, passage.end);
      continue;
    }
    latest.set(passage.kind, passage);
    merged.push(passage);
  }
  return merged.sort(inOrder);
}
