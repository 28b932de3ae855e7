/** Names of persons: after a title, a word that names, or known by themselves; never those of streets and shops. */

import { nameLines, naming, wordSet } from "./data";
import { beginsWithLetter, foldWord, isAlpha, isNumber, type Token } from "./folding";
import { Lexicon, SHORTEST_DISGUISED } from "./phrases";

// What may stand between the words of one name: « Jean-Paul », « Le Goff », « d'Hervé », « J. Morel ».
const NAME_GAPS = new Set([" ", "-", "'", ". ", ".", ".-", "  "]);
const LONGEST_PLACE = 6;
const LONGEST_NAME = 5;
const MOST_PARTICLES = 3;
const PLURAL = /[sxz]$/;
const OF = ["de", "du", "des", "d"];

const titles = wordSet(naming.titles);
const fullTitles = wordSet(naming.full_titles);
const notAfterTitle = wordSet(naming.after_title);
const particles = wordSet(naming.particles);
const kinParticles = new Set([...particles, "les", "aine", "cadet"]);
const notHidden = wordSet(naming.not_hidden);
const kin = wordSet(naming.kin);
const says = wordSet(naming.says);
const ways = wordSet(naming.ways);
const roads = wordSet(naming.roads);
const shops = wordSet(naming.shops);
const saints = wordSet(naming.saints);
const saintWords = new Set(["de", "du", "d", "l", "la", "le", "les"]);
const wayWords = wordSet(naming.way_words);
const brands = wordSet(naming.brands);
const places = wordSet(naming.places);
const common = new Set([...brands, ...places]);
const pluralArticles = wordSet(naming.plural_articles);
const ofGroup = wordSet(naming.of_group);
const ofFamilies = wordSet(naming.of_families);
const relatives = wordSet(naming.relatives);
const afterFamily = new Set([...wordSet(naming.after_family), ...says, ...[...notAfterTitle].filter((word) => !OF.includes(word))]);
const titleOfStranger = new Set(["monsieur", "madame", "mademoiselle"]);
const namingPhrases = new Lexicon(naming.naming);

/** The names of a list that no common word has, and the others. */
function namesOf(lines: string[]) {
  const listed = lines.flatMap((line) => line.split(" "));
  return {
    certain: new Set(listed.filter((name) => !name.endsWith("?")).map(foldWord)),
    ambiguous: new Set(listed.filter((name) => name.endsWith("?")).map((name) => foldWord(name.slice(0, -1)))),
  };
}

const first = namesOf(nameLines.first);
const last = namesOf(nameLines.last);

const isCertain = (word: string) => first.certain.has(word) || last.certain.has(word);
const isName = (word: string) => isCertain(word) || first.ambiguous.has(word) || last.ambiguous.has(word);

/** Say whether a word laid bare is a name: « K3vin », « d u p o n t »; « du jardin » is no Dujardin in pieces. */
export function isHiddenName(bare: string, typed: string): boolean {
  if (bare.length < SHORTEST_DISGUISED || !isCertain(bare)) return false;
  const pieces = typed.trim().split(/\s+/);
  return pieces.every((piece) => piece.length === 1) || !notHidden.has(pieces[0] ?? "");
}

/** Return the words that name a street, or a place right after its kind: « pont des Anglais », « lycée Pasteur ». */
export function roadWords(tokens: Token[]): Set<number> {
  const linking = (word: string) => (roads.has(word) ? wayWords : new Set<string>());
  return new Set(tokens.flatMap(({ word }, at) => (ways.has(word) ? namedPlace(tokens, at, linking(word)) : [])));
}

/** Return the words that are part of the name of a street, a place, a shop or a make. */
export function placeWords(tokens: Token[]): Set<number> {
  return new Set(
    tokens.flatMap(({ word }, at) => {
      if (ways.has(word)) return namedPlace(tokens, at, wayWords);
      if (shops.has(word)) return namedPlace(tokens, at, new Set());
      return saints.has(word) ? namedPlace(tokens, at, saintWords) : [];
    }),
  );
}

/** Return the words after a word of place that name it: those with a capital, names, and what links them. */
function namedPlace(tokens: Token[], at: number, linking: Set<string>): number[] {
  const places: number[] = [];
  for (let place = at + 1; place <= at + LONGEST_PLACE; place += 1) {
    const token = follows(tokens, place);
    if (!token || titles.has(token.word) || titleOfStranger.has(token.word)) break;
    if (ofFamilies.has(tokens[at]!.word) && isFamily(tokens, place)) break;
    if (!(token.isCapitalised || linking.has(token.word) || isName(token.word) || saints.has(token.word))) break;
    places.push(place);
  }
  return places;
}

/** Yield the first and last word of each name. */
export function* findNames(tokens: Token[], passedOver: Set<number>): Generator<[number, number]> {
  for (let at = 0; at < tokens.length; at += 1) {
    const found = passedOver.has(at) ? null : nameAt(tokens, at, passedOver);
    if (found === null) continue;
    yield [at, found];
    at = found;
  }
}

/** Return the last word of the name that begins or is led in at a word, null if there is none. */
function nameAt(tokens: Token[], at: number, passedOver: Set<number>): number | null {
  const token = tokens[at]!;
  if (titles.has(token.word) || fullTitles.has(token.word)) return afterTitle(tokens, at);
  const length = namingPhrases.longest(tokens, at);
  if (length) {
    const isStrict = !["certain", "certaine"].includes(tokens[at + length - 1]!.word);
    const named = afterNaming(tokens, at + length, isStrict);
    if (named !== null) return named;
  }
  if (!passedOver.has(at + 1) && isFamily(tokens, at)) return endOfName(tokens, at + 1);
  if (kin.has(token.word) || (ofGroup.has(token.word) && !token.opensSentence)) return afterKin(tokens, at, passedOver);
  if (isCertain(token.word) && !common.has(token.word)) return endOfName(tokens, at);
  return byCapitals(tokens, at, passedOver);
}

/** Say whether a plural article leads a last name, which takes no plural: « des Petit », « chez les petit ». */
function isFamily(tokens: Token[], at: number): boolean {
  const name = follows(tokens, at + 1);
  if (!pluralArticles.has(tokens[at]!.word) || !name || brands.has(name.word)) return false;
  if (PLURAL.test(name.word) || !(last.certain.has(name.word) || last.ambiguous.has(name.word))) return false;
  const following = follows(tokens, at + 2);
  // « les Petit Poucet »
  if (name.isCapitalised) return !(places.has(name.word) && following?.isCapitalised);
  // Those who leave an s out write « les petit vélos », « des pierre », « le chien des voisin ».
  const isAlone = !following || afterFamily.has(following.word);
  return ofFamilies.has(tokens[at - 1]?.word ?? "") && isAlone && !relatives.has(name.word);
}

function follows(tokens: Token[], at: number): Token | null {
  const token = tokens[at];
  return token && NAME_GAPS.has(token.gap) ? token : null;
}

/** Return the first word from `at` on that is no particle, three at most being passed. */
function pastParticles(tokens: Token[], at: number, passed: Set<string>): number {
  for (let place = at; place < at + MOST_PARTICLES; place += 1) {
    if (!passed.has(follows(tokens, place)?.word ?? "")) return place;
  }
  return at + MOST_PARTICLES;
}

const isInitial = (token: Token | null | undefined) => !!token?.isCapitalised && token.word.length === 1;

/** Say whether the m is of metres: « à 20 m. Petit bruit ». */
function isMeasure(tokens: Token[], at: number): boolean {
  return tokens[at]!.word === "m" && isNumber(tokens[at - 1]?.word ?? "");
}

function afterTitle(tokens: Token[], at: number): number | null {
  const title = tokens[at]!;
  // « Mme L. » is an initial, « M. l'inconnu » none.
  const place = isInitial(follows(tokens, at + 1)) ? at + 1 : pastParticles(tokens, at + 1, particles);
  const token = follows(tokens, place);
  if (!token || !beginsWithLetter(token.word) || isMeasure(tokens, at)) return null;
  const isMarked = token.isCapitalised || token.gap.includes(".");
  // « M. N'Diaye », « Mme K. »
  if (notAfterTitle.has(token.word) && !(isInitial(token) || (isMarked && isName(token.word)))) return null;
  if (titles.has(title.word)) return endOfName(tokens, place);
  if (title.word.length <= 2 && !(title.isCapitalised || token.gap.includes("."))) return null;
  const isNamed = token.isCapitalised || isCertain(token.word) || (isName(token.word) && title.word !== "me");
  return isNamed ? endOfName(tokens, place) : null;
}

function afterNaming(tokens: Token[], at: number, isStrict: boolean): number | null {
  const token = tokens[at];
  if (!token || !beginsWithLetter(token.word) || /[.!?;\n]/.test(token.gap)) return null;
  const isPlain = notAfterTitle.has(token.word) || particles.has(token.word);
  const isNamed = token.isCapitalised || isName(token.word) || (isStrict && !isPlain && token.word.length > 2);
  return isNamed ? endOfName(tokens, at) : null;
}

function afterKin(tokens: Token[], at: number, passedOver: Set<number>): number | null {
  const lead = tokens[at]!;
  if (lead.isCapitalised && !lead.opensSentence) return null;
  const place = pastParticles(tokens, at + 1, kinParticles);
  const token = follows(tokens, place);
  if (!token || passedOver.has(place) || common.has(token.word) || !beginsWithLetter(token.word)) return null;
  const isGroup = ofGroup.has(lead.word);
  const isUnknown = token.isCapitalised && !token.isUpper && !isGroup;
  const isNamed = isCertain(token.word) || (token.isCapitalised && isName(token.word)) || isUnknown;
  return isNamed ? endOfName(tokens, place) : null;
}

/** Return the end of a name that its capitals show: « Pierre Durand », « J. Morel », « vu Zbigniew Kowal ». */
function byCapitals(tokens: Token[], at: number, passedOver: Set<number>): number | null {
  const token = tokens[at]!;
  const following = follows(tokens, at + 1);
  if (!token.isCapitalised || common.has(token.word) || !isAlpha(token.word)) return null;
  const isOpen = following && !passedOver.has(at + 1) && !common.has(following.word);
  const second = isOpen && following.isCapitalised && isAlpha(following.word) ? following : null;
  if (first.ambiguous.has(token.word)) {
    const isTold = second || !token.opensSentence || says.has(following?.word ?? "");
    return isTold ? endOfName(tokens, at) : null;
  }
  if (token.word.length === 1) return second && second.word.length > 2 && second.gap.includes(".") ? at + 1 : null;
  if (token.opensSentence || !second) return null;
  const areUnknown = !(token.isUpper || second.isUpper) && second.word.length > 2;
  return isName(token.word) || isName(second.word) || areUnknown ? endOfName(tokens, at) : null;
}

/** Return the last word of a name: further words with a capital, names, and particles between them. */
function endOfName(tokens: Token[], at: number): number {
  let end = at;
  for (let place = at + 1; place < at + LONGEST_NAME; place += 1) {
    const token = follows(tokens, place);
    if (!token || (token.opensSentence && tokens[place - 1]!.word.length > 1)) break;
    if ((token.isCapitalised && !common.has(token.word)) || isCertain(token.word)) end = place;
    else if (!particles.has(token.word)) break;
  }
  return end;
}
