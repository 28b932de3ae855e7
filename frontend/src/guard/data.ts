/** The word lists and patterns of reports/guard/data, which the server reads too. */

import folding from "../../../reports/guard/data/folding.json";
import messages from "../../../reports/guard/data/messages.json";
import naming from "../../../reports/guard/data/naming.json";
import shapes from "../../../reports/guard/data/shapes.json";
import address from "../../../reports/guard/data/words/address.txt";
import allowed from "../../../reports/guard/data/words/allowed.txt";
import firstNames from "../../../reports/guard/data/words/first_names.txt";
import health from "../../../reports/guard/data/words/health.txt";
import insult from "../../../reports/guard/data/words/insult.txt";
import lastNames from "../../../reports/guard/data/words/last_names.txt";
import origin from "../../../reports/guard/data/words/origin.txt";
import politics from "../../../reports/guard/data/words/politics.txt";
import religion from "../../../reports/guard/data/words/religion.txt";
import sets from "../../../reports/guard/data/words/sets.txt";
import sexuality from "../../../reports/guard/data/words/sexuality.txt";
import union from "../../../reports/guard/data/words/union.txt";

export { folding, messages, naming };

export type Kind = keyof typeof messages;

export interface Shape {
  kind: Kind;
  pattern: string;
  /** Between spaces, short words of the language are no letters of a plate. */
  words?: boolean;
  capitals?: boolean;
  /** Only what the groups take is forbidden. */
  group?: boolean;
  /** Read where dates stand, which the other shapes are not shown. */
  dates?: boolean;
}

export const shapeFile = shapes as Omit<typeof shapes, "shapes"> & { shapes: Shape[]; number_words: Record<string, string> };

/** Return the lines of a word list, its heading of sources left out. */
const linesOf = (text: string) => text.split("\n").filter((line) => line && !line.startsWith("#"));

/** The lists of phrases, those of what is forbidden in the order in which they are read. */
export const phraseLines = {
  address: linesOf(address),
  origin: linesOf(origin),
  religion: linesOf(religion),
  politics: linesOf(politics),
  union: linesOf(union),
  health: linesOf(health),
  sexuality: linesOf(sexuality),
  insult: linesOf(insult),
};
export const allowedLines = linesOf(allowed);
export const setLines = linesOf(sets);
export const nameLines = { first: linesOf(firstNames), last: linesOf(lastNames) };

export const wordSet = (words: string) => new Set(words.split(" "));
