/** Hours, lengths of time and sentences, as the site writes them. */

const NO_BREAK = "\u00a0";
const HOUR = new Intl.DateTimeFormat("fr-FR", { hour: "numeric", minute: "2-digit", hourCycle: "h23", timeZone: "Europe/Paris" });

/** Write « 20 h 15 » or « 21 h ». */
export function clock(moment: string): string {
  const parts = Object.fromEntries(HOUR.formatToParts(new Date(moment)).map(({ type, value }) => [type, value]));
  const hour = Number(parts.hour);
  return parts.minute === "00" ? `${hour}${NO_BREAK}h` : `${hour}${NO_BREAK}h${NO_BREAK}${parts.minute}`;
}

/** Write « 12 min » or « 1 h 05 ». */
export function duration(seconds: number): string {
  const minutes = Math.round(Math.abs(seconds) / 60);
  if (minutes < 60) return `${minutes}${NO_BREAK}min`;
  return `${Math.floor(minutes / 60)}${NO_BREAK}h${NO_BREAK}${String(minutes % 60).padStart(2, "0")}`;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count}${NO_BREAK}${count > 1 ? many : one}`;
}

export function paragraph(text: string, className = ""): HTMLParagraphElement {
  const element = document.createElement("p");
  element.textContent = text;
  if (className) element.className = className;
  return element;
}

export function list(sentences: (string | Node[])[]): HTMLUListElement {
  const element = document.createElement("ul");
  for (const sentence of sentences) {
    const item = document.createElement("li");
    item.append(...(typeof sentence === "string" ? [sentence] : sentence));
    element.append(item);
  }
  return element;
}

/** Say something to who listens, without moving the focus. */
export function say(text: string): void {
  const announcer = document.getElementById("announcer");
  if (announcer) announcer.textContent = text;
}
