/** French for hours, lengths and counts, as the rest of the site writes them. */

const NO_BREAK = "\u00a0";
const DAY_LENGTH = "2026-08-12".length;

export function clock(moment: string | number): string {
  const at = new Date(moment);
  const parts = new Intl.DateTimeFormat("fr-FR", { hour: "numeric", minute: "2-digit", timeZone: "Europe/Paris" })
    .formatToParts(at);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
  return [String(Number(part("hour"))), "h", part("minute")].filter((text) => text !== "00").join(NO_BREAK);
}

/** « de 19 h 10 à 19 h 24 ». */
export function between(start: string, end: string): string {
  return `de ${clock(start)} à ${clock(end)}`;
}

/** Keep French signs with the word that they belong to. */
export function unbroken(text: string): string {
  return text.replace(/ (?=[:;!?»])|(?<=«) /g, NO_BREAK);
}

/** « 12 août », of a day (« 2026-08-12 ») or of the day of a moment. */
export function day(moment: string): string {
  const at = new Date(moment.length > DAY_LENGTH ? moment : `${moment}T12:00`);
  const words = new Intl.DateTimeFormat("fr-FR", { day: "numeric", month: "long", timeZone: "Europe/Paris" }).format(at);
  return words.replace(/^1 /, "1er ").replace(" ", NO_BREAK);
}

export function length(metres: number): string {
  if (metres < 1000) return `${Math.round(metres / 10) * 10}${NO_BREAK}m`;
  return `${(metres / 1000).toFixed(1).replace(".", ",")}${NO_BREAK}km`;
}

export function duration(seconds: number): string {
  return `${Math.max(1, Math.round(seconds / 60))}${NO_BREAK}min`;
}

/** « 1 envoi », « 2 envois ». */
export function counted(count: number, singular: string): string {
  return `${count}${NO_BREAK}${singular}${count > 1 ? "s" : ""}`;
}

export function elapsed(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}${NO_BREAK}min ${String(seconds % 60).padStart(2, "0")}${NO_BREAK}s`;
}
