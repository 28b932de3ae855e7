/** Words in disguise, laid bare: figures for letters, letters apart, doubled, starred, turned round. */

import { folding } from "./data";
import { SHORTEST_APART, SHORTEST_DISGUISED, type Lexicon } from "./phrases";

const LEET: Record<string, string> = folding.leet;
const READINGS = [LEET, { ...LEET, ...folding.leet_second }];
const LONGEST_WORD = 20;
// Letters apart, at least: « c o n »; « y a » are two words.
const FEWEST_APART = 3;
// « mu sul man »: words in pieces, each short; two pieces may be longer.
const LONGEST_PIECE = 5;
const MOST_PIECES = 6;
const SHORTEST_PIECED = 6;
const SHORTEST_REVERSED = 5;
const SHORTEST_SQUEEZED = 5;
const FEWEST_SHOWN = 2;

/** A word laid bare, and where it stands: beginnings of words count where it is whole, forms do not where it must be exact. */
export interface Bare {
  word: string;
  start: number;
  end: number;
  reading?: "whole" | "exact";
}

interface Piece {
  text: string;
  start: number;
  end: number;
}

/** Say whether the word is one of the list, in one of its forms where that is likely. */
export function isOf(bare: Bare, lexicon: Lexicon): boolean {
  if (bare.reading === "exact") return lexicon.hasAsItStands(bare.word) || lexicon.hasAsItStands(bare.word.replace(/s$/, ""));
  return bare.reading === "whole" ? lexicon.begins(bare.word) : lexicon.has(bare.word);
}

/** Yield the words that the folded text may hide. */
export function* layBare(text: string): Generator<Bare> {
  const pieces = [...text.matchAll(/[a-z0-9@$!|+]+/g)].map((found) => ({
    text: found[0],
    start: found.index,
    end: found.index + found[0].length,
  }));
  for (const piece of pieces) yield* one(piece);
  yield* apart(pieces);
  yield* chained(text, pieces);
  yield* inPieces(text, pieces);
}

/** Yield words with stars: « c*nnard ». */
export function* starred(text: string): Generator<Bare> {
  for (const found of text.matchAll(/(?<![a-z])[a-z][a-z*#%]{2,19}(?![a-z])/g)) {
    const shown = found[0].replace(/[^a-z]/g, "").length;
    if (shown >= FEWEST_SHOWN && shown < found[0].length) {
      yield { word: found[0], start: found.index, end: found.index + found[0].length };
    }
  }
}

/** Say whether a starred word is one of the list. */
export function fits(star: string, lexicon: Lexicon): boolean {
  const isFit = (word: string) => word.length === star.length && [...star].every((shown, at) => "*#%".includes(shown) || shown === word[at]);
  return [...lexicon.alone, ...lexicon.beginnings].some((known) => ["", "s", "e", "es"].some((ending) => isFit(known + ending)));
}

/** Return the readings of figures and marks as letters. */
const lettersOf = (text: string) => new Set(READINGS.map((reading) => [...text].map((character) => reading[character] ?? character).join("")));

function* one(piece: Piece): Generator<Bare> {
  const text = piece.text.replace(/[!+|]+$/, "");
  const where = { start: piece.start, end: piece.end };
  if (text.length < SHORTEST_APART || !/[a-z]/.test(text)) return;
  if (text.length < SHORTEST_DISGUISED) {
    for (const word of lettersOf(text)) if (word !== text) yield { word, ...where, reading: "exact" };
    return;
  }
  for (const word of lettersOf(text)) {
    if (word !== text) yield { word, ...where, reading: "whole" };
    for (const shorter of new Set([word.replace(/([a-z])\1{2,}/g, "$1"), word.replace(/([a-z])\1{2,}/g, "$1$1")])) {
      if (shorter !== word) yield { word: shorter, ...where, reading: "whole" };
    }
    const squeezed = word.replace(/([a-z])\1+/g, "$1");
    if (squeezed !== word && squeezed.length >= SHORTEST_SQUEEZED) yield { word: squeezed, ...where, reading: "exact" };
    if (word.length >= SHORTEST_REVERSED) yield { word: [...word].reverse().join(""), ...where };
  }
}

/** Yield what letters that stand apart spell: « a r a b e », « c.o.n.n.a.r.d ». */
function* apart(pieces: Piece[]): Generator<Bare> {
  let run: Piece[] = [];
  for (const piece of [...pieces, { text: "", start: 0, end: 0 }]) {
    const last = run.at(-1);
    if (piece.text.length === 1 && (!last || piece.start - last.end <= FEWEST_APART)) {
      run.push(piece);
      continue;
    }
    if (run.length >= FEWEST_APART) yield* within(run);
    run = piece.text.length === 1 ? [piece] : [];
  }
}

function* within(run: Piece[]): Generator<Bare> {
  const between = (word: string, first: number, last: number): Bare => ({
    word: word.slice(first, last),
    start: run[first]!.start,
    end: run[last - 1]!.end,
  });
  for (const word of lettersOf(run.map((piece) => piece.text).join(""))) {
    if (run.length === FEWEST_APART) yield between(word, 0, FEWEST_APART);
    for (let first = 0; first < run.length; first += 1) {
      for (let last = first + SHORTEST_DISGUISED; last <= Math.min(first + LONGEST_WORD, run.length); last += 1) yield between(word, first, last);
    }
  }
}

/** Yield pieces held together by marks as one word: « ara-be », « con_nard ». */
function* chained(text: string, pieces: Piece[]): Generator<Bare> {
  let chain: Piece[] = [];
  for (const piece of [...pieces, null]) {
    const last = chain.at(-1);
    if (piece && last && /^[^ \na-z0-9']{1,3}$/.test(text.slice(last.end, piece.start))) {
      chain.push(piece);
      continue;
    }
    const joined = chain.map((part) => part.text).join("");
    if (chain.length > 1 && joined.length <= 2 * LONGEST_WORD) {
      for (const word of lettersOf(joined)) yield { word, start: chain[0]!.start, end: chain.at(-1)!.end, reading: "whole" };
    }
    chain = piece ? [piece] : [];
  }
}

/** Yield neighbours as one word: « mu sul man », « con nard ». */
function* inPieces(text: string, pieces: Piece[]): Generator<Bare> {
  for (const [at, first] of pieces.entries()) {
    let joined = first.text;
    for (let count = 2; count <= MOST_PIECES; count += 1) {
      const before = pieces[at + count - 2];
      const last = pieces[at + count - 1];
      if (!before || !last || text.slice(before.end, last.start) !== " ") break;
      joined += last.text;
      if (count > 2 && pieces.slice(at, at + count).some((piece) => piece.text.length > LONGEST_PIECE)) break;
      if (joined.length < SHORTEST_PIECED || joined.length > LONGEST_WORD) continue;
      for (const word of lettersOf(joined)) yield { word, start: first.start, end: last.end };
    }
  }
}
