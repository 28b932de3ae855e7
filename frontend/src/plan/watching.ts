/** What others do to the day meanwhile: their changes, their calculations, a newer plan; told calmly. */

import { need } from "../page/drawer";
import { follow, isCalculating } from "./calculation";
import { inWords, isChanging } from "./editing";
import { type Calculation, get, inBackground, type PlanState } from "./exchange";
import { tell } from "./notice";
import { chooseNewest, refreshPage, shownPlan } from "./page";
import { isPublishing } from "./publishing";

const LOOK_EVERY_MS = 4000;
/** Whether parts of the page must stay: nobody looks, a dialog speaks of the rows behind it, or a row is in the hand. */
export const isBusy = (): boolean => document.hidden || isCalculating() || isChanging() || isPublishing() || document.querySelector("dialog[open], .is-dragging") !== null;

let toldOf: number | null = null;

export function watchOthers(): void {
  setInterval(() => void look(), LOOK_EVERY_MS);
  document.addEventListener("visibilitychange", () => void look());
  void look();
}

async function look(): Promise<void> {
  if (isBusy()) return;
  try {
    await joinCalculation();
    if (!isBusy()) await lookAtPlan();
  } catch {
    // Without an answer nothing is known: asked again in a moment, and a change would say what is wrong.
  }
}

async function joinCalculation(): Promise<void> {
  const { calculations } = await get<{ calculations: Calculation[] }>(`calculs/?jour=${need("page").dataset.day}`, inBackground);
  const underway = calculations.find(({ is_underway }) => is_underway);
  if (underway) await follow(underway);
}

async function lookAtPlan(): Promise<void> {
  const plan = shownPlan();
  if (!plan) return;
  const state = await get<PlanState>(`plans/${plan.id}/etat/?depuis=${plan.revision}`, inBackground);
  // What is shown by now: the plan may have been published here meanwhile.
  const shown = shownPlan();
  if (isBusy() || shown?.id !== plan.id) return;
  const others = state.changes.filter(({ is_mine }) => !is_mine);
  const isPublishedSince = state.version !== null && !shown.isPublished;
  if (state.revision !== plan.revision || isPublishedSince) await refreshPage(inBackground);
  if (others.length) tell({ title: "Le plan vient d'être modifié.", sentences: others.map(inWords) });
  else if (isPublishedSince) tell({ title: `Le plan vient d'être publié, version ${state.version}.` });
  const { latest } = state;
  if (latest !== null && latest !== plan.id && latest !== toldOf && isOnNewest()) {
    toldOf = latest;
    tell({
      title: "Un plan plus récent existe pour ce jour.",
      again: "Afficher le plan le plus récent",
      redo: () => {
        chooseNewest();
        void refreshPage();
      },
    });
  }
}

/** Who looks at an older plan on purpose knows that there is a newer one. */
const isOnNewest = (): boolean => !new URL(location.href).searchParams.has("version");
