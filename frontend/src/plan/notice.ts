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

let redo: (() => void) | undefined;

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

export function dismiss(): void {
  need("avis").hidden = true;
  redo = undefined;
}
