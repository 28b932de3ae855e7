/** The best plan so far, while it is looked for: straight lines on the map, addresses in the list. */

import { need } from "../page/drawer";
import { counted } from "./words";

export interface PreviewRound {
  crew: string;
  style: number;
  letter: string;
  homes: number[];
}

let lastShown = "";

export function showPreview(best: Record<string, number[]>): void {
  const written = JSON.stringify(best);
  if (written === lastShown || !Object.keys(best).length) return;
  lastShown = written;
  const rounds = roundsOf(best);
  list().replaceChildren(...rounds.map(write));
  list().hidden = false;
  need("plan").hidden = true;
  document.dispatchEvent(new CustomEvent<PreviewRound[]>("planpreview", { detail: rounds }));
}

export function hidePreview(): void {
  lastShown = "";
  list().hidden = true;
  list().replaceChildren();
  need("plan").hidden = false;
  document.dispatchEvent(new CustomEvent<PreviewRound[]>("planpreview", { detail: [] }));
}

const list = (): HTMLElement => need("essai");

function roundsOf(best: Record<string, number[]>): (PreviewRound & { name: string })[] {
  return Object.entries(best).map(([shift, homes]) => {
    const { name = "", crew = "", style = "1", letter = "" } =
      document.querySelector<HTMLElement>(`#calculer input[name=shifts][value="${Number(shift)}"]`)?.dataset ?? {};
    return { name, crew, style: Number(style), letter, homes };
  });
}

function write({ name, style, homes }: PreviewRound & { name: string }): HTMLElement {
  const card = document.createElement("section");
  card.className = `crew-card crew-${style}`;
  const head = document.createElement("h2");
  head.textContent = name;
  const count = document.createElement("p");
  count.className = "crew-kind";
  count.textContent = counted(homes.length, "passage placé", "passages placés");
  const order = document.createElement("ol");
  order.className = "preview-stops";
  order.append(
    ...homes.map((home) => {
      const stop = document.createElement("li");
      stop.textContent = document.querySelector(`#plan [data-home="${home}"] .pick`)?.textContent ?? "Logement déclaré depuis";
      return stop;
    }),
  );
  card.append(head, count, order);
  return card;
}
