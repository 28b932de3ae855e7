/** A change to the plan: shown at once, then as the site timed it, or taken back with the reason. */

import { type Change, type Made, type MadeChange, post, Refused, type TimedStop, type Trial } from "./exchange";
import { dismiss, tell, tellEffect } from "./notice";
import { addressOf, aheadOf, cardOf, chooseNewest, crewAndShift, crewOf, dropRefresh, nameOf, noteRevision, placeIn, refreshPage, rowOf, shownPlan, stopsOf } from "./page";
import { clock, duration } from "./words";

/** One change after the other: each is sent from the revision that the one before has made. */
let queue: Promise<unknown> = Promise.resolve();
let waiting = 0;

export const isChanging = (): boolean => waiting > 0;

/** The changes that were asked for are saved, or refused, and the page shows them. */
export async function settled(): Promise<void> {
  while (waiting > 0) await queue;
}

/** Make a change; whether it was saved. */
export function change(wanted: Change): Promise<boolean> {
  waiting += 1;
  // A page that was asked for after the change before would put this passage back where it was.
  dropRefresh();
  const undoDisplay = showAtOnce(wanted);
  const made = queue.then(() => send(wanted, undoDisplay)).finally(() => (waiting -= 1));
  queue = made.catch(() => undefined);
  return made;
}

/** Ask what a change would do; nothing is saved. */
export async function tryChange(wanted: Change): Promise<Trial> {
  const plan = shownPlan();
  if (!plan) throw new Refused(404, {});
  try {
    return await post<Trial>(`plans/${plan.id}/essai/`, wanted);
  } catch (error) {
    if (error instanceof Refused && error.status === 422) return error.body as Trial;
    throw error;
  }
}

/** Say what a change would break, each stop by its address where the page has it, then where it could go. */
export function objections({ broken, places }: Pick<Trial, "broken" | "places">): string[] {
  const said = broken.map(({ sentence, absence }) => {
    const row = document.querySelector(`#plan [data-home="${absence}"]`);
    return row ? `${addressOf(row)} · ${sentence}` : sentence;
  });
  const offered = places.map(placeInWords);
  return offered.length ? [...said, `Ce qui convient : ${offered.join(", ")}.`] : said;
}

export function placeInWords({ shift, place }: Trial["places"][number]): string {
  const card = cardOf(shift);
  return `${card ? crewAndShift(card) : "un autre équipage"}, place ${place}`;
}

/** Say in one sentence for each round what a change does to it. */
export function consequences({ rounds, prize_before, prize_after }: Trial): string[] {
  const said = rounds.map(({ shift, before, after }) => {
    const card = cardOf(shift);
    const crew = card ? crewOf(card) : "L'équipage";
    const later = (new Date(after.ends_at).getTime() - new Date(before.ends_at).getTime()) / 1000;
    const shifted = Math.abs(later) < 60 ? "comme avant" : `${duration(later)} plus ${later > 0 ? "tard" : "tôt"}`;
    return `${crew} : fin à ${clock(after.ends_at)} (${shifted}), marge ${after.slack_s < 0 ? "dépassée de " : ""}${duration(after.slack_s)}.`;
  });
  const gain = prize_after - prize_before;
  if (Math.abs(gain) >= 0.05) {
    said.push(`Priorité servie : ${gain > 0 ? "+" : "−"}${Math.abs(gain).toFixed(1).replace(".", ",")}.`);
  }
  return said;
}

async function send(wanted: Change, undoDisplay: () => void): Promise<boolean> {
  try {
    const plan = shownPlan();
    if (!plan) throw new Refused(404, {});
    // A published version is never changed: a change to it begins a draft, which the page then shows.
    const from = plan.isPublished ? {} : { revision: plan.revision };
    const trial = await post<Made>(`plans/${plan.id}/changer/`, { ...wanted, ...from });
    if (plan.isPublished) showDraft(trial.plan);
    noteRevision(trial.revision);
    showTimes(trial.stops);
    dismiss();
    tellEffect([trial.sentence, ...consequences(trial)].join(" "));
    if (waiting <= 1) await refreshPage();
    return true;
  } catch (error) {
    undoDisplay();
    if (!(error instanceof Refused)) throw error;
    await explain(error, wanted);
    return false;
  }
}

function showDraft(id: number): void {
  const { dataset } = document.getElementById("plan") as HTMLElement;
  dataset.plan = String(id);
  delete dataset.isPublished;
  chooseNewest();
}

async function explain(error: Refused, wanted: Change): Promise<void> {
  const redo = () => void change(wanted);
  if (error.kind === "broken") {
    const { broken = [], places = [] } = error.body;
    if (waiting <= 1) await refreshPage();
    tell({ title: "Ce changement n'est pas enregistré.", sentences: objections({ broken, places }), isWarning: true });
  } else if (error.kind === "changed") {
    if (error.body.revision !== undefined) noteRevision(error.body.revision);
    await refreshPage();
    tell({ title: error.message, redo });
  } else if (error.kind === "published") {
    chooseNewest();
    await refreshPage();
    tell({ title: `${error.message} Le plan affiché est le plus récent.`, redo });
  } else {
    tell({ title: error.message, isWarning: true, ...(error.status === 0 ? { redo } : {}) });
  }
}

export function inWords({ sentence, made_at, by_role }: MadeChange): string {
  return `À ${clock(made_at)}${by_role && ` (${by_role})`} : ${sentence}`;
}

/** Show where a passage goes before the site has answered; what is returned puts it back. */
function showAtOnce(wanted: Change): () => void {
  if (wanted.act === "lock" || wanted.act === "unlock") {
    return markPending(rowOf(nameOf(wanted)));
  }
  if (wanted.act === "exclude") {
    const rows = [...document.querySelectorAll<HTMLElement>(`tr.stop[data-home="${wanted.absence}"]`)];
    const backs = rows.map(markPending);
    return () => backs.forEach((back) => back());
  }
  if (wanted.act !== "move") return () => {};
  const row = rowOf(nameOf(wanted));
  const body = cardOf(wanted.shift)?.querySelector("tbody");
  if (!(row instanceof HTMLTableRowElement) || !body) return markPending(row);
  const back = markPending(row);
  const { parentNode, nextSibling } = row;
  const others = aheadOf(body).filter((other) => other !== row);
  const before = others.find((_, index) => placeIn(body, index) === wanted.place);
  if (before) before.before(row);
  else (others.at(-1) ?? stopsOf(body).at(-1) ?? body.firstElementChild)?.after(row);
  renumber();
  return () => {
    back();
    parentNode?.insertBefore(row, nextSibling);
    renumber();
  };
}

function markPending(row: HTMLElement | null): () => void {
  row?.classList.add("is-pending");
  return () => row?.classList.remove("is-pending");
}

function renumber(): void {
  for (const card of document.querySelectorAll("#plan article[data-shift]")) {
    stopsOf(card).forEach((row, index) => {
      const badge = row.querySelector(".badge");
      if (badge) badge.textContent = String(index + 1);
    });
  }
}

/** Write the hours that the site has worked out, in the rows that are there. */
function showTimes(stops: TimedStop[]): void {
  for (const stop of stops) {
    const row = rowOf(nameOf(stop));
    const time = row?.querySelector<HTMLTimeElement>("time.is-planned");
    if (!row || !time) continue;
    time.dateTime = stop.starts_at;
    time.textContent = clock(stop.starts_at);
    row.classList.remove("is-pending");
  }
}
