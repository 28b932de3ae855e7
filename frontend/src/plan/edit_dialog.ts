/** The form of one passage: another crew, another place, a lock, not today; what it would change is said before. */

import { need } from "../page/drawer";
import { change, consequences, objections, placeInWords, tryChange } from "./editing";
import { type Change, Refused, type Trial } from "./exchange";
import { addressOf, aheadOf, calledBy, cardOf, cards, crewAndShift, crewOf, isOver, nameOf, placeIn, rowOf, shiftOf, showRoundOrder, stopsOf, visitOf } from "./page";
import { list, paragraph } from "./words";

type Act = Change["act"];

const ACTS: Act[] = ["lock", "unlock", "exclude", "readmit", "force"];

const BACK = "Ce logement n'est plus vacant : retirez-le du plan.";
const NOBODY = "Aucune vacation n'est plus en cours ce jour.";

let opened = "";
let asked = 0;

export function enableEditDialog(): void {
  const dialog = need("edition") as HTMLDialogElement;
  const crew = need("edition-equipage") as HTMLSelectElement;
  const place = need("edition-place") as HTMLSelectElement;

  need("liste").addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLElement>("a[data-edit]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    openEditDialog(link.dataset.edit ?? "");
  });
  crew.addEventListener("change", () => {
    offerPlaces();
    void foresee();
  });
  place.addEventListener("change", () => void foresee());
  need("edition-suite").addEventListener("click", (event) => {
    const offered = (event.target as Element).closest<HTMLElement>("button[data-place]");
    if (!offered) return;
    crew.value = offered.dataset.shift ?? "";
    offerPlaces();
    place.value = offered.dataset.place ?? "";
    place.focus();
    void foresee();
  });
  need("edition-form").addEventListener("submit", (event) => {
    event.preventDefault();
    close({ act: "move", ...visitOf(opened), shift: Number(crew.value), place: Number(place.value) });
  });
  for (const button of dialog.querySelectorAll<HTMLButtonElement>("button[data-act]")) {
    button.addEventListener("click", () => close(asChange(button.dataset.act as Act)));
  }
  need("edition-fermer").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => rowOf(opened)?.querySelector<HTMLElement>("[data-edit], .pick")?.focus());
}

export function openEditDialog(visit: string): void {
  const row = rowOf(visit);
  if (!row) return;
  opened = visit;
  showRoundOrder();
  need("edition-titre").textContent = addressOf(row);
  const shift = shiftOf(row);
  const card = shift === null ? null : cardOf(shift);
  need("edition-ou").textContent = card
    ? `Arrêt ${stopsOf(card).indexOf(row) + 1} de ${crewOf(card)}`
    : (row.querySelector(".omission-why")?.textContent ?? "");
  offerCrews(shift);
  offerPlaces();
  offerActs(row, card !== null);
  need("edition-deplacer").textContent = card ? "Déplacer" : "Ajouter ici";
  const isBack = row.classList.contains("is-back");
  const isOffered = (need("edition-equipage") as HTMLSelectElement).length > 0 && !isBack;
  allow(isOffered);
  for (const field of ["edition-equipage", "edition-place"]) (need(field) as HTMLSelectElement).disabled = !isOffered;
  need("edition-suite").replaceChildren(...(isOffered ? [] : [paragraph(isBack ? BACK : NOBODY)]));
  (need("edition") as HTMLDialogElement).showModal();
  need("edition-titre").focus();
  // A passage that has a place changes nothing until another is chosen.
  if (!card && isOffered) void foresee();
}

function offerCrews(current: number | null): void {
  const crew = need("edition-equipage") as HTMLSelectElement;
  const offered = cards().filter((card) => Number(card.dataset.shift) === current || !isOver(card));
  crew.replaceChildren(...offered.map((card) => new Option(crewAndShift(card), card.dataset.shift, false, Number(card.dataset.shift) === current)));
}

function offerPlaces(): void {
  const place = need("edition-place") as HTMLSelectElement;
  const card = cardOf(Number((need("edition-equipage") as HTMLSelectElement).value));
  const rows = card ? aheadOf(card) : [];
  const row = rowOf(opened);
  const at = row ? rows.indexOf(row) : -1;
  const others = rows.filter((other) => other !== row);
  const chosen = at >= 0 ? at : others.length;
  place.replaceChildren(
    ...[null, ...others].map((before, index) => {
      const order = card ? placeIn(card, index) : index + 1;
      const words = before ? `après ${calledBy(before)}` : order > 1 ? "juste après ce qui est fait" : "en premier";
      return new Option(`${order} · ${words}`, String(order), false, index === chosen);
    }),
  );
}

function offerActs(row: HTMLElement, isPlanned: boolean): void {
  const isBack = row.classList.contains("is-back");
  const isLocked = row.classList.contains("is-locked");
  const isByHand = row.querySelector("[data-readmit]") !== null;
  const offered: Record<string, boolean> = {
    lock: isPlanned && !isLocked && !isBack,
    unlock: isPlanned && isLocked && !isBack,
    exclude: isPlanned,
    readmit: isByHand,
    force: !isPlanned && !isByHand,
  };
  for (const act of ACTS) {
    const button = need("edition").querySelector<HTMLElement>(`[data-act="${act}"]`);
    if (button) button.hidden = !offered[act];
    if (button && act === "exclude") {
      button.textContent = isBack ? "Retirer du plan" : "Écarter aujourd'hui";
      button.classList.toggle("quiet", !isBack);
    }
  }
}

/** What was tried and refused is not asked for again. */
function allow(isAllowed: boolean): void {
  const button = need("edition-deplacer") as HTMLButtonElement;
  button.disabled = !isAllowed;
  button.classList.toggle("quiet", !isAllowed);
}

function asChange(act: Act): Change {
  const visit = visitOf(opened);
  if (act === "exclude" || act === "readmit") return { act, absence: visit.absence };
  return { act, ...visit } as Change;
}

function close(wanted: Change): void {
  (need("edition") as HTMLDialogElement).close();
  void change(wanted);
}

/** Say what the move would change, as soon as the place is chosen. */
async function foresee(): Promise<void> {
  asked += 1;
  const mine = asked;
  const shift = Number((need("edition-equipage") as HTMLSelectElement).value);
  const place = Number((need("edition-place") as HTMLSelectElement).value);
  const consequence = need("edition-suite");
  consequence.setAttribute("aria-busy", "true");
  let said: Node[];
  let isAllowed = false;
  try {
    const trial = await tryChange({ act: "move", ...visitOf(opened), shift, place });
    said = describe(trial);
    isAllowed = trial.is_allowed;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    said = [paragraph(error.message, "is-broken")];
  }
  if (mine !== asked) return;
  allow(isAllowed);
  consequence.replaceChildren(...said);
  consequence.removeAttribute("aria-busy");
}

function describe(trial: Trial): Node[] {
  const hour = trial.stops.find((stop) => nameOf(stop) === opened);
  const said: Node[] = [];
  if (trial.sentence) said.push(paragraph(trial.sentence));
  if (hour) said.push(list(consequences(trial)));
  if (trial.broken.length) {
    said.push(paragraph("Ce changement ne sera pas enregistré :", "is-broken"), list(objections({ broken: trial.broken, places: [] })));
    if (trial.places.length) said.push(paragraph("Ce qui convient :"), offer(trial.places));
    else said.push(paragraph("Aucune autre des places essayées ne convient."));
  }
  return said;
}

function offer(places: Trial["places"]): HTMLElement {
  const buttons = document.createElement("p");
  buttons.className = "edit-buttons";
  for (const offered of places) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet";
    button.dataset.shift = String(offered.shift);
    button.dataset.place = String(offered.place);
    button.textContent = placeInWords(offered);
    buttons.append(button);
  }
  return buttons;
}
