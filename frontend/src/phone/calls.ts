/** The call chain after an anomaly: owner, trusted person, national police; each call with its hours and its end. */

import { make, need, show } from "./page";
import type { CallContent, Contacts, Stop } from "./types";
import { clock, elapsed } from "./words";

export interface CallPlace {
  stop: Stop;
  passage: string;
  police: string;
  /** Asks the server, which answers once the anomaly is recorded there. */
  contacts: () => Promise<Contacts>;
  note: (call: CallContent) => Promise<void>;
}

const UNREACHED =
  "Les numéros s'affichent une fois l'anomalie reçue par le serveur. Sans réseau de données, appelez la police " +
  "nationale ou le correspondant, qui joindra le propriétaire.";

const TICK_MS = 1_000;
let place: CallPlace | null = null;
let ticking = 0;

export function enableCalls(): void {
  const dialog = need<HTMLDialogElement>("calls");
  need("calls-close").addEventListener("click", () => {
    hideNumbers();
    dialog.close();
  });
  dialog.addEventListener("close", () => {
    clearInterval(ticking);
    // Numbers are shown for the time of the calls, and kept nowhere.
    hideNumbers();
    place = null;
  });
  for (const step of steps()) prepare(step);
}

/** What whoever holds the phone now may not see goes from the page; a call under way can still be ended. */
export function hideNumbers(): void {
  for (const step of steps()) tell(step, "", "");
  need("calls-home").replaceChildren();
}

export async function openCalls(opened: CallPlace): Promise<void> {
  place = opened;
  need("calls-home").textContent = opened.stop.address;
  for (const step of steps()) {
    part(step, "attempts").replaceChildren();
    rest(step);
    tell(step, "", "");
  }
  tell(stepNamed("national_police"), "", opened.police);
  need<HTMLDialogElement>("calls").showModal();
  await tellContacts(opened);
}

async function tellContacts(opened: CallPlace): Promise<void> {
  const state = need("calls-state");
  state.textContent = "Les numéros sont demandés…";
  try {
    const { phone, trusted_name, trusted_phone, trusted_has_keys } = await opened.contacts();
    if (place !== opened) return;
    tell(stepNamed("owner"), phone ? "" : "Aucun numéro déclaré.", phone);
    const keys = trusted_has_keys ? " (a les clés)" : "";
    tell(stepNamed("trusted_person"), trusted_phone ? `${trusted_name}${keys} ` : "Aucun numéro déclaré.", trusted_phone);
    state.textContent = "";
  } catch {
    if (place === opened) state.textContent = UNREACHED;
  }
}

function prepare(step: HTMLElement): void {
  let startedAt = 0;
  const start = step.querySelector<HTMLButtonElement>("[data-do=start]");
  start?.addEventListener("click", () => {
    startedAt = Date.now();
    show(part(step, "start"), false);
    show(part(step, "outcomes"), true);
    const said = step.querySelector<HTMLElement>("[data-part=outcomes] p");
    clearInterval(ticking);
    ticking = window.setInterval(() => {
      if (said) said.textContent = `Appel en cours depuis ${elapsed(Date.now() - startedAt)}. Issue de l'appel :`;
    }, TICK_MS);
    const number = step.querySelector<HTMLAnchorElement>(".number a");
    number?.click();
  });
  for (const choice of step.querySelectorAll<HTMLButtonElement>("[data-outcome]")) {
    choice.addEventListener("click", () => {
      clearInterval(ticking);
      const call: CallContent = {
        passage: place?.passage ?? "",
        step: step.dataset.step ?? "",
        outcome: choice.dataset.outcome ?? "",
        started_at: new Date(startedAt).toISOString(),
        ended_at: new Date(Math.max(Date.now(), startedAt)).toISOString(),
      };
      rest(step);
      void place?.note(call).then(
        () => part(step, "attempts").append(make("li", {}, `${clock(startedAt)} : ${choice.textContent ?? ""}`)),
        () => part(step, "attempts").append(make("li", {}, "Le téléphone n'a pas pu noter cet appel : dites-le par radio.")),
      );
    });
  }
}

function rest(step: HTMLElement): void {
  show(part(step, "start"), true);
  show(part(step, "outcomes"), false);
}

function tell(step: HTMLElement, words: string, number: string): void {
  const line = step.querySelector<HTMLElement>(".number");
  if (!line) return;
  line.replaceChildren(words);
  if (!number) return;
  const link = make("a", { class: "tel" }, number);
  link.href = `tel:${number.replace(/[^+0-9]/g, "")}`;
  line.append(link);
}

function steps(): HTMLElement[] {
  return [...need("calls").querySelectorAll<HTMLElement>("[data-step]")];
}

function stepNamed(name: string): HTMLElement {
  const step = steps().find((each) => each.dataset.step === name);
  if (!step) throw new Error(`no step ${name}`);
  return step;
}

function part(step: HTMLElement, name: string): HTMLElement {
  const element = step.querySelector<HTMLElement>(`[data-part=${name}], .${name}`);
  if (!element) throw new Error(`the step has no ${name}`);
  return element;
}
