/** Word lists as phrases: which begin at a word, and which kind a word alone has. */

import { setLines } from "./data";
import { foldWord, type Token } from "./folding";

// Phrases do not go on into the next sentence.
const STOP = /[.!?;\n]/;
// Shorter words are too many to be looked for in others; those of three letters only where they stand apart.
export const SHORTEST_DISGUISED = 4;
export const SHORTEST_APART = 3;
const SHORTEST_PLURAL = 3;

/** One place of a phrase: words, words with a capital, beginnings of words, a number, or a gap of some words. */
interface Element {
  words: Set<string>;
  capitals: Set<string>;
  beginnings: string[];
  isNumber: boolean;
  gap: number;
}

type Phrase = Element[];

const wordSets = new Map(
  setLines.map((line) => {
    const [name = "", words = ""] = line.split(": ");
    return [name, foldWord(words).split(" ")];
  }),
);

const singular = (word: string) => (word.length > SHORTEST_PLURAL && /[sx]$/.test(word) ? word.slice(0, -1) : null);

function takes(element: Element, { word, isCapitalised }: Token): boolean {
  const bare = singular(word);
  return (
    element.words.has(word) ||
    (isCapitalised && element.capitals.has(word)) ||
    (bare !== null && element.words.has(bare)) ||
    element.beginnings.some((beginning) => word.startsWith(beginning)) ||
    (element.isNumber && /^[0-9]/.test(word))
  );
}

/** The phrases of one list, found by their first word. */
export class Lexicon {
  private readonly byWord = new Map<string, Phrase[]>();
  private readonly byBeginning = new Map<string, Phrase[]>();
  /** Single words that are looked for in disguise too, and beginnings of such. */
  readonly alone = new Set<string>();
  readonly beginnings = new Set<string>();

  constructor(lines: string[]) {
    for (const line of lines) this.add(line.split(/\s+/).filter(Boolean).map(elementOf));
  }

  private add(phrase: Phrase): void {
    const [first] = phrase;
    if (!first) return;
    for (const word of first.words) push(this.byWord, word, phrase);
    for (const beginning of first.beginnings) push(this.byBeginning, beginning, phrase);
    if (phrase.length > 1 || first.words.size + first.beginnings.length > 1) return;
    for (const word of first.words) if (word.length >= SHORTEST_APART) this.alone.add(word);
    for (const word of first.beginnings) if (word.length >= SHORTEST_DISGUISED) this.beginnings.add(word);
  }

  /** Return how many words from `at` on the longest phrase takes, 0 if none. */
  longest(tokens: Token[], at: number): number {
    const word = tokens[at]?.word ?? "";
    const bare = singular(word);
    const candidates = [...(this.byWord.get(word) ?? []), ...((bare !== null && this.byWord.get(bare)) || [])];
    for (let length = 2; length <= word.length; length += 1) candidates.push(...(this.byBeginning.get(word.slice(0, length)) ?? []));
    return candidates.reduce((longest, phrase) => Math.max(longest, lengthOf(phrase, 0, tokens, at)), 0);
  }

  /** Say whether the word is there as it stands. */
  hasAsItStands(word: string): boolean {
    return this.alone.has(word) || this.beginnings.has(word);
  }

  /** Say whether a disguised word, laid bare, is one of the list or its feminine or plural. */
  has(word: string): boolean {
    return [word, word.replace(/s$/, ""), word.replace(/e$/, ""), word.replace(/es$/, "")].some((bare) => this.hasAsItStands(bare));
  }

  /** Say whether a word is of the list or goes on from a beginning of it. */
  begins(word: string): boolean {
    if (this.has(word)) return true;
    for (let length = SHORTEST_DISGUISED; length < word.length; length += 1) if (this.beginnings.has(word.slice(0, length))) return true;
    return false;
  }
}

function push(map: Map<string, Phrase[]>, key: string, phrase: Phrase): void {
  const known = map.get(key);
  if (known) known.push(phrase);
  else map.set(key, [phrase]);
}

/** Return the place that a part of a line writes: `word`, `Word`, `word*`, `a|b`, `<set>`, `#`, `~2`. */
function elementOf(part: string): Element {
  const element: Element = { words: new Set(), capitals: new Set(), beginnings: [], isNumber: part.includes("#"), gap: 0 };
  if (part.startsWith("~")) return { ...element, gap: Number(part.slice(1)) };
  for (const piece of part.split("|")) {
    if (piece.startsWith("<")) for (const word of wordSets.get(piece.slice(1, -1)) ?? []) element.words.add(word);
    else if (piece.endsWith("*")) element.beginnings.push(foldWord(piece.slice(0, -1)));
    else if (/^[A-Z]/.test(piece)) element.capitals.add(foldWord(piece));
    else if (piece !== "#") element.words.add(foldWord(piece));
  }
  return element;
}

/** Return the words that the phrase takes from `at` on, 0 if it does not stand there. */
function lengthOf(phrase: Phrase, place: number, tokens: Token[], at: number): number {
  const element = phrase[place];
  if (!element) return 0;
  if (element.gap) return lengthAfterGap(phrase, place, element.gap, tokens, at);
  const token = tokens[at];
  if (!token || (place > 0 && STOP.test(token.gap)) || !takes(element, token)) return 0;
  if (place + 1 === phrase.length) return 1;
  const rest = lengthOf(phrase, place + 1, tokens, at + 1);
  return rest ? rest + 1 : 0;
}

function lengthAfterGap(phrase: Phrase, place: number, gap: number, tokens: Token[], at: number): number {
  for (let skipped = 0; skipped <= gap; skipped += 1) {
    if (tokens.slice(at, at + skipped).some((token) => STOP.test(token.gap))) return 0;
    const rest = lengthOf(phrase, place + 1, tokens, at + skipped);
    if (rest) return rest + skipped;
  }
  return 0;
}
