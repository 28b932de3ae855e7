/** The text as it is read: small ASCII letters, digits and marks, each knowing the character it was typed as. */

import { folding } from "./data";

const lookalikes: Record<string, string> = folding.lookalikes;
// Marks that sit on a letter, and characters that are not seen: what joins, turns or hides letters.
const UNSEEN = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const SENTENCE_END = /[.!?:;\n]/;
// Text in capitals says nothing by them.
const MOSTLY_CAPITALS = 0.6;

/** A word or number of the folded text, and how it was typed. */
export interface Token {
  word: string;
  start: number;
  end: number;
  /** What stands between the word before and this one. */
  gap: string;
  isCapitalised: boolean;
  isUpper: boolean;
  opensSentence: boolean;
}

/** A text folded: where in the typed text the character that each folded one came from begins and ends. */
export interface Folded {
  text: string;
  starts: number[];
  ends: number[];
  upper: boolean[];
}

/** Return the text without accents, capitals, unseen characters and look-alikes of other alphabets. */
export function fold(text: string): Folded {
  const folded: Folded = { text: "", starts: [], ends: [], upper: [] };
  let start = 0;
  for (const typed of text) {
    const small = typed.toLowerCase();
    const plain = plainOf(small);
    for (let at = 0; at < plain.length; at += 1) {
      folded.starts.push(start);
      folded.ends.push(start + typed.length);
      folded.upper.push(small !== typed);
    }
    folded.text += plain;
    start += typed.length;
  }
  return folded;
}

export const foldWord = (word: string) => fold(word).text;

function plainOf(small: string): string {
  const known = lookalikes[small];
  if (known !== undefined) return known;
  let plain = "";
  for (const character of small.normalize("NFKD").toLowerCase()) {
    if (UNSEEN.test(character)) continue;
    const letter = lookalikes[character] ?? character;
    plain += letter === "" || letter === "\n" || /^[ -~]/.test(letter) ? letter : " ";
  }
  return plain;
}

/** Say whether most letters are capitals. */
export function isShouted(folded: Folded): boolean {
  const letters = folded.text.replace(/[^a-z]/g, "").length;
  return letters > 0 && folded.upper.filter(Boolean).length > MOSTLY_CAPITALS * letters;
}

/** Return the words in their order; no word is capitalised where most letters are. */
export function tokensOf(folded: Folded): Token[] {
  const shouted = isShouted(folded);
  let end = 0;
  return [...folded.text.matchAll(/[a-z0-9]+/g)].map((found) => {
    const gap = folded.text.slice(end, found.index);
    const upper = folded.upper.slice(found.index, found.index + found[0].length);
    const token = {
      word: found[0],
      start: found.index,
      end: found.index + found[0].length,
      gap,
      isCapitalised: upper[0] === true && !shouted,
      isUpper: upper.every(Boolean) && !shouted,
      opensSentence: end === 0 || SENTENCE_END.test(gap),
    };
    end = token.end;
    return token;
  });
}

export const isAlpha = (word: string) => /^[a-z]+$/.test(word);
export const isNumber = (word: string) => /^[0-9]+$/.test(word);
export const beginsWithLetter = (word: string) => /^[a-z]/.test(word);
