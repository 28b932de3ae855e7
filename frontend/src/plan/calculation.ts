/** A calculation, from the button to the plan: what is being done, the best so far, and stopping it with that. */

import { need } from "../page/drawer";
import { type Calculation, get, inBackground, post, Refused } from "./exchange";
import { dismiss, tell } from "./notice";
import { chooseNewest, refreshPage } from "./page";
import { hidePreview, showPreview } from "./preview";
import { counted, say } from "./words";

const ASK_EVERY_MS = 500;
const SAY_EVERY_MS = 5000;

let followed: number | null = null;
let longest_s = 0;
let lastSaid = 0;

export function enableCalculation(): void {
  need("liste").addEventListener("submit", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-calculate]");
    if (!form) return;
    event.preventDefault();
    const button = event.submitter as HTMLButtonElement | null;
    void start(form, button?.value ?? "day");
  });
  need("liste").addEventListener("change", (event) => {
    const changed = event.target as HTMLInputElement | HTMLSelectElement;
    if (changed.id === "service") {
      for (const box of shiftBoxes()) box.checked = box.dataset.over === undefined && (!changed.value || box.dataset.service === changed.value);
    } else if (changed.name !== "shifts") return;
    if (shiftBoxes().some(({ checked }) => checked)) forgetNobody();
  });
  need("calcul-arreter").addEventListener("click", () => void stop());
}

export const isCalculating = (): boolean => followed !== null;

const shiftBoxes = (): HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>("#calculer input[name=shifts]")];

async function start(form: HTMLFormElement, kind: string): Promise<void> {
  const data = new FormData(form);
  const boxes = shiftBoxes();
  const shifts = boxes.filter(({ checked }) => checked).map(({ value }) => Number(value));
  if (!shifts.length) {
    tellNobody(boxes[0]);
    return;
  }
  const delays = Object.fromEntries(
    [...form.querySelectorAll<HTMLInputElement>("input[data-delay]")]
      .filter(({ value }) => Number(value) > 0)
      .map(({ dataset, value }) => [dataset.delay ?? "", Number(value)]),
  );
  const asked = {
    day: data.get("day"),
    service: data.get("service"),
    seconds: Number(data.get("seconds")),
    weighs_facts: data.has("weighs_facts"),
    shifts: shifts.length === boxes.length ? [] : shifts,
    kind,
    ...(data.get("base") ? { base: Number(data.get("base")) } : {}),
    ...(kind === "rest" ? { delays } : {}),
  };
  dismiss();
  show("Le calcul est demandé…", null);
  form.closest("details")?.removeAttribute("open");
  need("calcul-titre").focus({ preventScroll: true });
  try {
    await follow(await post<Calculation>("calculs/", asked));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    hide();
    tell({ title: error.message, isWarning: true });
    form.closest("details")?.setAttribute("open", "");
  }
}

/** Say above the crews that none is ticked, and lead to the first of them. */
function tellNobody(first: HTMLInputElement | undefined): void {
  const error = need("calcul-personne");
  error.hidden = false;
  first?.setAttribute("aria-describedby", error.id);
  first?.focus({ preventScroll: true });
  error.scrollIntoView({ block: "center" });
}

function forgetNobody(): void {
  need("calcul-personne").hidden = true;
  for (const box of shiftBoxes()) box.removeAttribute("aria-describedby");
}

async function stop(): Promise<void> {
  if (followed === null) return;
  const button = need("calcul-arreter") as HTMLButtonElement;
  button.disabled = true;
  need("calcul-texte").textContent = "Le calcul s'arrête ; le meilleur plan trouvé est gardé…";
  await post(`calculs/${followed}/arreter/`).catch((error: Error) => tell({ title: error.message, isWarning: true }));
}

/** Follow a calculation to its end, whoever asked for it; the page then shows its plan. */
export async function follow(begun: Calculation): Promise<void> {
  if (followed !== null) return;
  followed = begun.id;
  longest_s = 0;
  (need("calcul-arreter") as HTMLButtonElement).disabled = false;
  let state = begun;
  while (state.is_underway) {
    describe(state);
    showPreview(state.best);
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    // An answer missed is asked for again: the calculation goes on without the page.
    state = await get<Calculation>(`calculs/${begun.id}/`, inBackground).catch((error: unknown) => {
      if (error instanceof Refused && error.status !== 0) throw error;
      return state;
    });
  }
  followed = null;
  await showEnd(state);
}

async function showEnd({ state, plan, problem, stops }: Calculation): Promise<void> {
  if (plan !== null) {
    chooseNewest();
    await refreshPage();
  }
  hidePreview();
  hide();
  if (state === "failed" || (plan === null && problem)) tell({ title: problem, isWarning: state !== "done" });
  else if (plan === null) tell({ title: "Le calcul est arrêté avant d'avoir trouvé un plan. Rien n'a changé." });
  else {
    const words = state === "cancelled" ? "Calcul arrêté, le meilleur plan est gardé" : "Calcul terminé";
    if (problem) tell({ title: `${words} : ${counted(stops, "passage placé", "passages placés")}.`, sentences: [problem] });
    else say(`${words} : ${counted(stops, "passage placé", "passages placés")}.`);
    need("titre").focus({ preventScroll: true });
  }
}

function describe({ state, is_comparing, is_mine, stops, seconds_left }: Calculation): void {
  const who = is_mine ? "" : "Un autre correspondant a demandé ce calcul. ";
  if (state === "waiting") {
    show(`${who}Le calcul attend son tour…`, null);
    return;
  }
  longest_s = Math.max(longest_s, seconds_left ?? 0);
  const left = seconds_left === null ? "" : ` · encore ${Math.ceil(seconds_left)}\u00a0s`;
  const doing = is_comparing
    ? "Comparaison sans les effractions récentes"
    : stops
      ? `Recherche d'un meilleur ordre · ${counted(stops, "passage placé", "passages placés")}`
      : "Lecture des logements et des rues";
  show(who + doing + left, seconds_left !== null && longest_s ? 1 - seconds_left / longest_s : null);
}

function show(text: string, done: number | null): void {
  need("calcul").hidden = false;
  if (need("calcul-texte").textContent !== text) need("calcul-texte").textContent = text;
  const bar = need("calcul-avance") as HTMLProgressElement;
  if (done === null) bar.removeAttribute("value");
  else bar.value = done;
  // The words change twice a second; a screen reader is told now and then.
  if (Date.now() - lastSaid < SAY_EVERY_MS) return;
  lastSaid = Date.now();
  say(text);
}

function hide(): void {
  need("calcul").hidden = true;
}
