/** The call chain after an anomaly: owner, trusted person, national police; each call with its hours and its end. */

import { make, need, put, show } from "./page";
import type { CallContent, Contacts, Stop } from "./types";
import { clock, elapsed } from "./words";

export interface CallPlace {
  stop: Stop;
  passage: string;
  police: string;
  /** The end of the shift, after which nobody is told a number here. */
  endsAt: string;
  isOver: () => boolean;
  /** Asks the server, which answers once the anomaly is recorded there. */
  contacts: () => Promise<Contacts>;
  note: (call: CallContent) => Promise<void>;
}

const ASKED = "Le numéro est demandé…";
const UNKNOWN = "Pas encore de numéro : il s'affiche une fois l'anomalie reçue par le serveur.";
const UNDECLARED = "Aucun numéro déclaré.";
const UNREACHED =
  "Sans réseau de données, appelez la police nationale, ou le correspondant, qui joindra le propriétaire. Les numéros " +
  "s'affichent ici dès que le réseau revient, jusqu'à la fin de la vacation, à";
const OVER =
  "La vacation est finie : les numéros ne s'affichent plus sur ce téléphone. Dites l'anomalie par radio au " +
  "correspondant, qui appelle le propriétaire ; ce qui est noté part dès que le réseau revient.";
const NO_MORE = "Plus de numéro après la vacation : le correspondant appelle.";

const TICK_MS = 1_000;
/** Whose numbers the server keeps until an anomaly is recorded; that of the police came with the round. */
const SEALED = ["owner", "trusted_person"];
let place: CallPlace | null = null;
/** Whether the numbers were asked for: under way, come, or to be asked for again. */
let contacts: "asked" | "told" | "unreached" | "over" = "unreached";
let ticking = 0;
/** The calls that have begun and not ended, with the moment at which they began. */
const underWay = new Map<HTMLElement, number>();

export function enableCalls(): void {
  const dialog = need<HTMLDialogElement>("calls");
  need("calls-close").addEventListener("click", () => {
    hideNumbers();
    dialog.close();
  });
  dialog.addEventListener("close", () => {
    clearInterval(ticking);
    for (const step of underWay.keys()) end(step, "not_said", "Issue non dite");
    // Numbers are shown for the time of the calls, and kept nowhere.
    hideNumbers();
    place = null;
  });
  for (const step of steps()) prepare(step);
}

/** What whoever holds the phone now may not see goes from the page; a call under way can still be ended. */
export function hideNumbers(): void {
  for (const name of SEALED) tell(stepNamed(name), "", "");
  need("calls-home").replaceChildren();
}

/** An exchange went through: numbers that did not come are asked for again. */
export function askAgain(): void {
  if (place && contacts === "unreached") void tellContacts(place);
}

/** The shift ended: what was promised for the network's return is no longer to come. */
export function endCalls(): void {
  if (place && contacts !== "told") tellOver();
}

export async function openCalls(opened: CallPlace): Promise<void> {
  place = opened;
  need("calls-home").textContent = opened.stop.address;
  for (const step of steps()) {
    part(step, "attempts").replaceChildren();
    rest(step);
  }
  tell(stepNamed("national_police"), "", opened.police);
  need<HTMLDialogElement>("calls").showModal();
  await tellContacts(opened);
}

async function tellContacts(opened: CallPlace): Promise<void> {
  const state = need("calls-state");
  if (opened.isOver()) {
    tellOver();
    return;
  }
  contacts = "asked";
  state.textContent = "";
  for (const name of SEALED) tell(stepNamed(name), ASKED, "");
  try {
    const { phone, trusted_name, trusted_phone, trusted_has_keys } = await opened.contacts();
    if (place !== opened) return;
    contacts = "told";
    tell(stepNamed("owner"), phone ? `${opened.stop.name} ` : UNDECLARED, phone);
    const keys = trusted_has_keys ? " (a les clés)" : "";
    tell(stepNamed("trusted_person"), trusted_phone ? `${trusted_name}${keys} ` : UNDECLARED, trusted_phone);
  } catch {
    if (place !== opened) return;
    contacts = "unreached";
    put(state, `${UNREACHED} ${clock(opened.endsAt)}.`);
    for (const name of SEALED) tell(stepNamed(name), UNKNOWN, "");
  }
}

function tellOver(): void {
  contacts = "over";
  put(need("calls-state"), OVER);
  for (const name of SEALED) tell(stepNamed(name), NO_MORE, "");
}

function prepare(step: HTMLElement): void {
  part(step, "call").addEventListener("click", () => {
    const startedAt = Date.now();
    underWay.set(step, startedAt);
    show(part(step, "start"), false);
    show(part(step, "outcomes"), true);
    const said = step.querySelector<HTMLElement>("[data-part=outcomes] p");
    clearInterval(ticking);
    ticking = window.setInterval(() => {
      if (said) put(said, `Appel en cours depuis ${elapsed(Date.now() - startedAt)}. Issue de l'appel :`);
    }, TICK_MS);
    step.querySelector<HTMLAnchorElement>(".number a")?.click();
  });
  for (const choice of step.querySelectorAll<HTMLButtonElement>("[data-outcome]")) {
    choice.addEventListener("click", () => {
      clearInterval(ticking);
      end(step, choice.dataset.outcome ?? "", choice.textContent ?? "");
    });
  }
}

/** Note a call that has ended; one left without a word was made all the same. */
function end(step: HTMLElement, outcome: string, said: string): void {
  const startedAt = underWay.get(step) ?? Date.now();
  const call: CallContent = {
    passage: place?.passage ?? "",
    step: step.dataset.step ?? "",
    outcome,
    started_at: new Date(startedAt).toISOString(),
    ended_at: new Date(Math.max(Date.now(), startedAt)).toISOString(),
  };
  underWay.delete(step);
  rest(step);
  void place?.note(call).then(
    () => part(step, "attempts").append(make("li", {}, `${clock(startedAt)} : ${said}`)),
    () => part(step, "attempts").append(make("li", {}, "Le téléphone n'a pas pu noter cet appel : dites-le par radio.")),
  );
}

function rest(step: HTMLElement): void {
  show(part(step, "start"), true);
  show(part(step, "outcomes"), false);
}

/** Tell a number, or why there is none: a button that could call nobody does not pretend. */
function tell(step: HTMLElement, words: string, number: string): void {
  const line = part(step, "number");
  put(line, words);
  part<HTMLButtonElement>(step, "call").disabled = number === "";
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

function part<Kind extends HTMLElement = HTMLElement>(step: HTMLElement, name: string): Kind {
  const element = step.querySelector<Kind>(`[data-part=${name}], .${name}`);
  if (!element) throw new Error(`the step has no ${name}`);
  return element;
}
