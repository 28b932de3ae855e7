/** What has a shape: telephone numbers, plates, electronic addresses, accounts, numbers of a person. */

import { folding, shapeFile, wordSet, type Kind, type Shape } from "./data";
import { isNumber, isShouted, type Folded, type Token } from "./folding";

/** A passage of the folded text. */
export interface Passage {
  kind: Kind;
  start: number;
  end: number;
}

const digitLetters: Record<string, string> = folding.digit_letters;
const numberWords = new Map(Object.entries(shapeFile.number_words));
const alphabet = new Set(shapeFile.spelling_alphabet);
const shortWords = wordSet(shapeFile.short_words);
const blanked = shapeFile.blanked.map((pattern) => new RegExp(pattern, "g"));
const patterns = shapeFile.shapes.map((shape) => ({ shape, pattern: new RegExp(shape.pattern, "dg") }));
// A telephone number told in words has five groups; one of them may be in figures.
const FEWEST_NUMBER_WORDS = 4;
const PHONE_DIGITS = 9;
// With fewer words it is told whole, from its zero on; « cinquante six » counts as 50 and 6.
const WHOLE_PHONE_DIGITS = 10;
const PLATE = /(?<![a-z0-9])[a-z]{2}[0-9]{3}[a-z]{2}(?![a-z0-9])/g;

/** Yield what has a forbidden shape. */
export function* findShapes(folded: Folded, tokens: Token[]): Generator<Passage> {
  const whole = readingsOf(folded.text);
  const cleanText = blanked.reduce((text, pattern) => text.replace(pattern, (found) => " ".repeat(found.length)), folded.text);
  const clean = readingsOf(cleanText);
  for (const { shape, pattern } of patterns) {
    for (const text of shape.dates ? whole : clean) {
      for (const found of text.matchAll(pattern)) {
        // Of a plate its pieces, not the words before and between them.
        const pieces = found.indices!.slice(shape.group ? 1 : 0, shape.group ? undefined : 1).filter((piece) => piece !== undefined);
        if (isTold(found[0], pieces, folded, shape)) yield { kind: shape.kind, start: pieces[0]![0], end: pieces.at(-1)![1] };
      }
    }
  }
  yield* phonesInWords(tokens, cleanText);
  yield* platesSpelt(tokens);
}

const readingsOf = (text: string) => new Set([text, digitsRestored(text)]);

/** Return the text where o, l and i beside a digit are digits: « O6 l2 » gives « 06 12 ». */
function digitsRestored(text: string): string {
  const restored = [...text];
  for (const [at, character] of restored.entries()) {
    const digit = digitLetters[character];
    if (digit !== undefined && (isNumber(restored[at - 1] ?? "") || isNumber(text[at + 1] ?? ""))) restored[at] = digit;
  }
  return restored.join("");
}

function isTold(found: string, pieces: [number, number][], folded: Folded, shape: Shape): boolean {
  const places = pieces.flatMap(([start, end]) => Array.from({ length: end - start }, (_, at) => start + at));
  const isInCapitals = !places.some((at) => /[a-z]/.test(folded.text[at] ?? "") && !folded.upper[at]);
  if (shape.capitals && !isInCapitals) return false;
  // « ET 917 KB » is a plate where the rest is in small letters, « la 206 de » is none.
  const isInProse = shape.words && found.trim().includes(" ") && (!isInCapitals || isShouted(folded));
  const words = pieces.flatMap(([start, end]) => folded.text.slice(start, end).match(/[a-z]+/g) ?? []);
  return !(isInProse && words.some((word) => shortWords.has(word)));
}

/** Yield runs of numbers, in words or figures, that make a telephone number; a date ends a run. */
function* phonesInWords(tokens: Token[], clean: string): Generator<Passage> {
  let run: Token[] = [];
  let numbers: string[] = [];
  for (const token of [...tokens, null]) {
    const told = token && clean[token.start] !== " " ? numbersOf(token) : [];
    if (token && told.length > 0) {
      run.push(token);
      numbers.push(...told);
      continue;
    }
    if (isPhone(numbers)) yield { kind: "phone", start: run[0]!.start, end: run.at(-1)!.end };
    run = [];
    numbers = [];
  }
}

function isPhone(numbers: string[]): boolean {
  const digits = numbers.map((number) => numberWords.get(number) ?? number).join("");
  const words = numbers.filter((number) => numberWords.has(number));
  if (words.length >= FEWEST_NUMBER_WORDS) return digits.length >= PHONE_DIGITS && /^(0|33)/.test(digits);
  return words.some((word) => numberWords.get(word)) && digits.length >= WHOLE_PHONE_DIGITS && digits.startsWith("0");
}

/** Return the words and figures that a word is made of, « zero6 » of two; none if it says something else. */
function numbersOf(token: Token): string[] {
  const pieces = token.word.match(/[a-z]+|[0-9]+/g) ?? [];
  return pieces.every((piece) => isNumber(piece) || numberWords.has(piece)) ? pieces : [];
}

/** Yield plates whose letters stand alone or are spelt: « alpha bravo 1 2 3 puis Charlie Delta ». */
function* platesSpelt(tokens: Token[]): Generator<Passage> {
  let spelt = "";
  const owners: Token[] = [];
  for (const token of tokens) {
    const piece = alphabet.has(token.word) ? token.word.slice(0, 1) : (numberWords.get(token.word) ?? token.word);
    spelt += isNumber(piece) || piece.length <= 1 ? piece : " ";
    while (owners.length < spelt.length) owners.push(token);
  }
  for (const found of spelt.matchAll(PLATE)) {
    yield { kind: "plate", start: owners[found.index]!.start, end: owners[found.index + found[0].length - 1]!.end };
  }
}
