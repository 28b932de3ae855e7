/** On a phone the list is a sheet over the map, with three heights and a button for each way. */

import { need } from "./drawer";
import { readState, setState, watchState } from "./state";

const NARROW = "(width < 720px)";
const HEIGHTS = ["low", "middle", "high"] as const;
type Height = (typeof HEIGHTS)[number];

export function enhanceSheet(page: HTMLElement): void {
  const taller = need("sheet-taller") as HTMLButtonElement;
  const shorter = need("sheet-shorter") as HTMLButtonElement;
  const heightOfView = (view: string): Height => (view === "carte" ? "low" : view === "tableau" ? "high" : "middle");

  const show = (height: Height) => {
    page.dataset.sheet = height;
    taller.disabled = height === "high";
    shorter.disabled = height === "low";
  };
  const move = (step: 1 | -1) => {
    const height = HEIGHTS[HEIGHTS.indexOf((page.dataset.sheet ?? "middle") as Height) + step];
    if (!height) return;
    // The table alone fills the screen: coming down from it means seeing both.
    if (readState("vue") === "tableau" && height !== "high") setState("vue", "deux");
    show(height);
  };
  taller.addEventListener("click", () => move(1));
  shorter.addEventListener("click", () => move(-1));
  taller.hidden = shorter.hidden = false;
  watchState("vue", (view) => show(heightOfView(view)));
  show(heightOfView(readState("vue")));
}

/** The legend folds by its button; it begins folded on a phone, open where there is room at the foot of the map. */
export function enhanceLegend(): void {
  const legend = need("legend");
  const button = need("legend-button");
  const open = (isOpen: boolean) => {
    legend.classList.toggle("is-closed", !isOpen);
    button.setAttribute("aria-expanded", String(isOpen));
  };
  button.addEventListener("click", () => open(legend.classList.contains("is-closed")));
  button.hidden = false;
  open(!matchMedia(NARROW).matches);
}
