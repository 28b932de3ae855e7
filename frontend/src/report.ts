/** A report: its text, which the guard reads while one types (nothing leaves the page for it), and its place, which a pin that is moved tells. */

import { check, MAX_CHARACTERS } from "./guard";

const PAUSE_MS = 400;

for (const field of document.querySelectorAll<HTMLTextAreaElement>("textarea[data-guard]")) enhance(field);

document.addEventListener("placechange", (event) => {
  const { isMoved } = (event as CustomEvent<{ isMoved: boolean }>).detail;
  const choose = (kind: string) => document.querySelector<HTMLInputElement>(`input[name=place_kind][value=${kind}]`);
  const spot = choose("spot");
  if (isMoved && spot) spot.checked = true;
  else if (spot?.checked) choose("address")!.checked = true;
});

function enhance(field: HTMLTextAreaElement): void {
  const told = document.createElement("div");
  told.className = "guard-told";
  told.setAttribute("role", "status");
  const count = document.createElement("p");
  count.className = "hint";
  field.after(told, count);
  let waiting = 0;
  const look = (): boolean => {
    const findings = check(field.value);
    const words = findings.map(({ start, end, why, instead }) => `« ${field.value.slice(start, Math.min(end, start + 40))} » : ${why} ${instead}`);
    told.replaceChildren(...[...new Set(words)].map(paragraph));
    field.toggleAttribute("aria-invalid", findings.length > 0);
    return findings.length === 0;
  };
  const tellLength = () => (count.textContent = `${[...field.value].length} / ${MAX_CHARACTERS} signes`);
  field.addEventListener("input", () => {
    tellLength();
    window.clearTimeout(waiting);
    waiting = window.setTimeout(look, PAUSE_MS);
  });
  field.form?.addEventListener("submit", (event) => {
    if (!field.value.trim() || look()) return;
    event.preventDefault();
    field.focus();
  });
  tellLength();
  if (field.value) look();
}

function paragraph(words: string): HTMLParagraphElement {
  const made = document.createElement("p");
  made.className = "field-error";
  made.textContent = words;
  return made;
}
