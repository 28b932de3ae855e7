/** Publishing, undoing, and what has changed since the version that the crews have. */

import { need } from "../page/drawer";
import { type Changes, type Difference, type Gone, get, type PlanState, post, Refused, type Stay, type Visit } from "./exchange";
import { dismiss, tell, tellEffect } from "./notice";
import { addressOf, calledAs, calledBy, cardOf, chooseNewest, crewOf, nameOf, noteRevision, refreshPage, rowOf, shownPlan } from "./page";
import { clock, duration, list, paragraph } from "./words";

type Titles = Record<keyof Changes<unknown>, string>;

const PASSAGES: Titles = { added: "Ajoutés", removed: "Retirés", moved: "Confiés à un autre équipage", retimed: "À une autre heure" };
const STAYS: Titles = {
  added: "Présences ajoutées",
  removed: "Présences retirées",
  moved: "Présences confiées à un autre équipage",
  retimed: "Présences à une autre heure",
};

let publishing = 0;

export const isPublishing = (): boolean => publishing > 0;

export function enablePublishing(): void {
  need("liste").addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const withdraw = event.submitter?.getAttribute("name") === "withdraw";
    const act = form.matches("[data-publish]") ? () => publish(withdraw) : form.matches("[data-undo]") ? undo : null;
    if (!act) return;
    event.preventDefault();
    void act().catch(explain);
  });
  need("liste").addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("button[data-difference]");
    if (button) void showDifference(Number(button.dataset.difference)).catch(explain);
  });
  showDifferenceButton();
  document.addEventListener("planchange", showDifferenceButton);
}

function showDifferenceButton(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-difference]")) button.hidden = false;
}

async function publish(withdraw = false): Promise<void> {
  const plan = shownPlan();
  if (!plan) return;
  const sent = { revision: plan.revision, over: plan.over, withdraw };
  publishing += 1;
  try {
    const { version } = await post<{ version: number }>(`plans/${plan.id}/publier/`, sent);
    dismiss();
    chooseNewest();
    await refreshPage();
    tellEffect(`Version ${version} publiée : les équipages la voient.`);
  } finally {
    publishing -= 1;
  }
}

async function undo(): Promise<void> {
  const plan = shownPlan();
  if (!plan) return;
  const { revision } = await post<PlanState>(`plans/${plan.id}/annuler/`, { revision: plan.revision });
  noteRevision(revision);
  dismiss();
  await refreshPage();
  tellEffect("La dernière modification est annulée.");
}

async function showDifference(before: number): Promise<void> {
  const plan = shownPlan();
  if (!plan) return;
  const found = await get<Difference>(`plans/${plan.id}/difference/${before}/`);
  const parts = [...detail(found, PASSAGES, nameOnPage), ...detail(found.stays, STAYS, nameOfStay)].flatMap(([title, lines]) =>
    lines.length ? [paragraph(title, "notice-title"), list(lines)] : [],
  );
  need("difference-texte").replaceChildren(list(found.sentences), ...parts);
  (need("difference") as HTMLDialogElement).showModal();
  need("difference-titre").focus();
}

/** Which passages, or stays, under these titles. */
function detail<Place>({ added, removed, moved, retimed }: Changes<Place>, titles: Titles, name: (place: Place) => Node): [string, Node[][]][] {
  const crew = (shift: number) => {
    const card = cardOf(shift);
    return card ? crewOf(card) : "un autre équipage";
  };
  const line = (place: Place, words: string) => [name(place), new Text(` · ${words}`)];
  return [
    [titles.added, added.map((place) => line(place, `${crew(place.shift)}, ${clock(place.starts_at)}`))],
    [titles.removed, removed.map((place) => line(place, `${crew(place.shift)}, ${clock(place.starts_at)}`))],
    [titles.moved, moved.map((place) => line(place, `de ${crew(place.from)} à ${crew(place.to)}, ${clock(place.starts_at)}`))],
    [titles.retimed, retimed.map((place) => line(place, `${crew(place.shift)}, ${clock(place.starts_at)}, ${duration(place.by_s)} plus ${place.by_s > 0 ? "tard" : "tôt"}`))],
  ];
}

function nameOfStay({ street }: Stay): Node {
  return new Text(street || "Rue sans nom");
}

/** The address that the page has, with the number of the passage where its home has several, or the way to the record of a home that has left it. */
function nameOnPage(visit: Visit): Node {
  const row = rowOf(nameOf(visit));
  if (row) return new Text(calledBy(row));
  const ofHome = document.querySelector(`#plan [data-home="${visit.absence}"]`);
  if (ofHome) return new Text(calledAs(ofHome, visit.number));
  const record = document.createElement("a");
  record.href = `${need("page").dataset.entrance ?? "/"}logements/${visit.absence}/`;
  record.textContent = "un logement qui n'est plus dans la page (sa fiche)";
  return record;
}

async function explain(error: unknown): Promise<void> {
  if (!(error instanceof Refused)) throw error;
  if (error.kind === "changed" && error.body.revision !== undefined) noteRevision(error.body.revision);
  if (error.status === 409) await refreshPage();
  const { gone } = error.body;
  if (gone) return offerToWithdraw(error.message, gone);
  tell({ title: error.message, isWarning: error.status !== 409 });
}

/** Stops that are not to be made any more, each by its address, and the act that publishes the plan without them. */
function offerToWithdraw(title: string, gone: Gone[]): void {
  const sentences = gone.map((stop) => {
    const row = rowOf(nameOf(stop));
    return row ? `${addressOf(row)} · ${stop.sentence}` : stop.sentence;
  });
  tell({ title, sentences, isWarning: true, again: "Retirer et publier", redo: () => void publish(true).catch(explain) });
}
