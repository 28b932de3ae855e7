/** Moves the point without the map: four buttons, metre by metre, and one that puts it back. */

import type { PlaceFields } from "./place";

const STEP_M = 5;

export function enhanceAdjusting(field: HTMLElement, place: PlaceFields): void {
  const panel = field.querySelector<HTMLElement>("[data-adjust]");
  const told = field.querySelector<HTMLElement>("[data-place-told]");
  if (!panel || !told) return;
  const show = () => {
    panel.hidden = place.current === null;
    told.textContent = place.told();
  };
  panel.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button");
    if (!button) return;
    if (button.dataset.move === "reset") place.reset();
    else {
      const [east, north] = (button.dataset.move ?? "0 0").split(" ").map(Number);
      place.moveBy((east ?? 0) * STEP_M, (north ?? 0) * STEP_M);
    }
  });
  place.onMove(show);
  show();
}
