/** A word above the list that stays until it is read: a refusal, or what another correspondent did. */

import { need } from "../page/drawer";
import { list, paragraph, say } from "./words";

interface Notice {
  title: string;
  sentences?: string[];
  isWarning?: boolean;
  /** What the button does, « Refaire mon changement » unless `again` names it; without it there is no such button. */
  redo?: () => void;
  again?: string;
}

const EFFECT_MS = 12_000;

let redo: (() => void) | undefined;
let hiding = 0;

export function enableNotice(): void {
  need("avis-fermer").addEventListener("click", () => {
    dismiss();
    need("titre").focus({ preventScroll: true });
  });
  need("avis-refaire").addEventListener("click", () => {
    const does = redo;
    dismiss();
    does?.();
  });
}

export function tell({ title, sentences = [], isWarning = false, redo: does, again = "Refaire mon changement" }: Notice): void {
  redo = does;
  const text = need("avis-texte");
  text.replaceChildren(paragraph(title, "notice-title"));
  if (sentences.length) text.append(list(sentences));
  need("avis-refaire").textContent = again;
  need("avis-refaire").hidden = does === undefined;
  need("avis").classList.toggle("is-warning", isWarning);
  need("avis").hidden = false;
  say([title, ...sentences].join(" "));
}

/** Say what was done, and show it for a while at the edge of the page. */
export function tellEffect(text: string): void {
  const effect = need("effet");
  effect.textContent = text;
  effect.hidden = false;
  clearTimeout(hiding);
  hiding = window.setTimeout(() => (effect.hidden = true), EFFECT_MS);
  say(text);
}

export function dismiss(): void {
  need("avis").hidden = true;
  redo = undefined;
}
