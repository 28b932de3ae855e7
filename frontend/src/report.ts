/** A report: its text, which the guard reads while one types (nothing leaves the page for it), and its place, which a pin that is moved tells. */

import { check, MAX_CHARACTERS } from "./guard";

const PAUSE_MS = 400;

for (const field of document.querySelectorAll<HTMLTextAreaElement>("textarea[data-guard]")) enhance(field);

const placeKind = (kind: string) => document.querySelector<HTMLInputElement>(`input[name=place_kind][value=${kind}]`);

document.addEventListener("placechange", (event) => {
  const { isMoved } = (event as CustomEvent<{ isMoved: boolean }>).detail;
  const spot = placeKind("spot");
  if (isMoved && spot) spot.checked = true;
  else if (spot?.checked) placeKind("address")!.checked = true;
});

document.addEventListener("streetchoose", () => {
  const street = placeKind("street");
  if (street) street.checked = true;
});

function enhance(field: HTMLTextAreaElement): void {
  const told = document.createElement("div");
  told.id = `${field.id}_guard`;
  told.className = "field-error";
  told.setAttribute("role", "status");
  const count = document.createElement("p");
  count.className = "hint";
  field.after(told, count);
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${told.id}`.trim());
  const refusal = document.getElementById(`${field.id}_error`);
  const sent = field.defaultValue.trim();
  const mark = () => {
    // What the server refused is said of what it was sent, and of no other text.
    if (refusal) refusal.hidden = field.value.trim() !== sent;
    const isWrong = told.childElementCount > 0 || refusal?.hidden === false;
    if (isWrong) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    field.closest(".field")?.classList.toggle("has-error", isWrong);
  };
  let waiting = 0;
  const look = (): boolean => {
    told.replaceChildren(...remarksOn(field.value).map(paragraph));
    mark();
    return told.childElementCount === 0;
  };
  const tellLength = () => (count.textContent = `${[...field.value].length} / ${MAX_CHARACTERS} signes`);
  field.addEventListener("input", () => {
    tellLength();
    // What was said of words that are gone goes with them; what is new waits until the hand does.
    const remarks = remarksOn(field.value);
    for (const said of [...told.children]) if (!remarks.includes(said.textContent ?? "")) said.remove();
    mark();
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

/** Return what is wrong with a text, passage by passage, and what to write instead. */
function remarksOn(text: string): string[] {
  const remarks = check(text).map(({ start, end, why, instead }) => `« ${text.slice(start, Math.min(end, start + 40))} » : ${why} ${instead}`);
  return [...new Set(remarks)];
}

function paragraph(words: string): HTMLParagraphElement {
  const made = document.createElement("p");
  made.textContent = words;
  return made;
}
