/** The plan that the page shows, and how the page is brought up to date without being loaded again. */

import { need } from "../page/drawer";
import type { Visit } from "./exchange";

export interface ShownPlan {
  id: number;
  revision: number;
  isPublished: boolean;
  over: number | null;
}

/** How far the clock of the site is ahead of this desk's, which may be wrong. */
const siteAheadMs = Number(need("page").dataset.now) * 1000 - Date.now();

/** Parts of the page that are about the plan; the rest, the map above all, stays. */
const PARTS = ["tete", "plan", "legend"];

export function shownPlan(): ShownPlan | null {
  const { plan, revision, isPublished, over } = need("plan").dataset;
  if (!plan) return null;
  return { id: Number(plan), revision: Number(revision), isPublished: isPublished !== undefined, over: over ? Number(over) : null };
}

/** Note the revision that a change made: the next one is sent from there, before the page is brought up to date. */
export function noteRevision(revision: number): void {
  need("plan").dataset.revision = String(revision);
}

export const nameOf = ({ absence, number }: Visit): string => `${absence}-${number}`;

export function visitOf(name: string): Visit {
  const [absence, number] = name.split("-").map(Number);
  return { absence: absence ?? 0, number: number ?? 1 };
}

/** The row of a passage: a stop of a round, or a passage left out. */
export function rowOf(name: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-visit="${CSS.escape(name)}"]`);
}

/** The address of a passage, and which of the day it is where its home has another one on the page. */
export function calledBy(row: HTMLElement): string {
  const { home, visit = "" } = row.dataset;
  const { number } = visitOf(visit);
  const isAlone = document.querySelectorAll(`#plan [data-visit][data-home="${home}"]`).length < 2;
  return isAlone ? addressOf(row) : calledAs(row, number);
}

/** The address of a row, and which passage of the day is meant: its own or another of its home. */
export const calledAs = (row: Element, number: number): string => `${addressOf(row)} (${number === 1 ? "1er" : `${number}e`} passage)`;

export const addressOf = (row: Element): string => row.querySelector(".pick")?.textContent ?? "";
export const stopsOf = (card: Element): HTMLElement[] => [...card.querySelectorAll<HTMLElement>("tr.stop")];
/** Of a round of which nothing is known, the hour alone says what is made, as it does to the site. */
const isOvertaken = (card: Element, row: Element): boolean =>
  !card.querySelector("tr.stop.is-done") && !row.querySelector(".sign.is-missed") && plannedAt(row) <= Date.now() + siteAheadMs;
const plannedAt = (row: Element): number => Date.parse(row.querySelector<HTMLTimeElement>("time.is-planned")?.dateTime ?? "");
/** The stops of a round that can still be moved: those that have a grip, until their hour comes. */
export const aheadOf = (card: Element): HTMLElement[] =>
  stopsOf(card).filter((row) => row.querySelector("[data-grip]") && !isOvertaken(card, row));
/** The place of a stop among those ahead, counted from 0, in the whole round: what is done comes first. */
export const placeIn = (card: Element, index: number): number =>
  stopsOf(card).filter((row) => row.matches(".is-done") || isOvertaken(card, row)).length + index + 1;
export const cards = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("#plan article[data-shift]")];
export const cardOf = (shift: number): HTMLElement | null =>
  document.querySelector<HTMLElement>(`#plan article[data-shift="${shift}"]`);
/** What brings a table that was sorted back to the order of its round; nothing where it is in it. */
const wayBackOf = (card: Element): HTMLElement | null =>
  card.querySelector<HTMLElement>("th[data-key=order]:not([aria-sort=ascending]) button.sort");
export const isInRoundOrder = (card: Element): boolean => wayBackOf(card) === null;
/** Places are those of the rounds: what was sorted otherwise comes back to their order before a passage is moved. */
export function showRoundOrder(): void {
  for (const card of cards()) wayBackOf(card)?.click();
}
export const shiftOf = (element: Element): number | null => {
  const card = element.closest<HTMLElement>("article[data-shift]");
  return card ? Number(card.dataset.shift) : null;
};
/** Whether a crew has gone home: nothing more is given to it. */
export const isOver = (card: HTMLElement): boolean => Number(card.dataset.ends) * 1000 <= Date.now() + siteAheadMs;
/** Why nothing more is given to it, and what to do. */
export const tellOver = (card: HTMLElement): string =>
  `La vacation de ${crewOf(card)} est finie : choisissez un équipage encore de service, ou prolongez sa vacation.`;
/** A crew, with its hours where it has two shifts that day. */
export function crewAndShift(card: HTMLElement): string {
  const isAlone = cards().filter((other) => other.dataset.crew === card.dataset.crew).length < 2;
  return isAlone ? crewOf(card) : `${crewOf(card)}, ${card.dataset.hours}`;
}
export const crewOf = (card: Element): string => card.querySelector("h2")?.lastChild?.textContent?.trim() ?? "";

/** Show the newest plan of the day from now on, whichever was chosen before. */
export function chooseNewest(): void {
  const url = new URL(location.href);
  for (const key of ["version", "modifier", "retirer"]) url.searchParams.delete(key);
  history.replaceState(null, "", url);
}

/** What the page's address asks for, and its own day: one opened as that of today stays on it after midnight. */
export function ownState(): URLSearchParams {
  const state = new URLSearchParams(location.search);
  state.set("jour", need("page").dataset.day ?? "");
  return state;
}

const ownAddress = (): string => `${location.pathname}?${ownState()}`;

let lastAsked = 0;

/** What was asked of the site before is not shown: the page has changed since. */
export function dropRefresh(): void {
  lastAsked += 1;
}

/** Ask the site for the page again and put its parts in place; the focus and what is unfolded stay. */
export async function refreshPage(headers: Record<string, string> = {}): Promise<void> {
  lastAsked += 1;
  const mine = lastAsked;
  const answer = await fetch(ownAddress(), { redirect: "manual", headers });
  // Logged out, or the plan is gone: the whole page says so better than its parts.
  if (!answer.ok) return location.assign(ownAddress());
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== lastAsked) return;
  const focus = holdFocus(PARTS);
  const unfolded = [...document.querySelectorAll("#tete details[open][id]")].map(({ id }) => id);
  for (const id of PARTS) {
    const part = fresh.getElementById(id);
    if (part) need(id).replaceWith(document.adoptNode(part));
  }
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
  need("map").dataset.plan = fresh.getElementById("map")?.dataset.plan ?? "";
  document.title = fresh.title;
  document.dispatchEvent(new Event("planchange"));
  focus();
}

/** Note what has the focus in parts of the page that are about to be replaced; what is returned gives it back. */
export function holdFocus(parts: string[]): () => void {
  const active = document.activeElement;
  const part = active instanceof HTMLElement ? active.closest<HTMLElement>(parts.map((id) => `#${id}`).join()) : null;
  if (!part || !(active instanceof HTMLElement)) return () => {};
  const visit = active.closest<HTMLElement>("[data-visit]")?.dataset.visit;
  const again = visit ? findInRow(visit, active) : findByName(part.id, active);
  return () => (again() ?? need("titre")).focus({ preventScroll: true });
}

/** A row whose menu is gone keeps the focus on its address. */
function findInRow(visit: string, active: HTMLElement): () => HTMLElement | null {
  const isPick = active.classList.contains("pick");
  return () => {
    const row = rowOf(visit);
    return (isPick ? null : row?.querySelector<HTMLElement>(".row-menu, .button")) ?? row?.querySelector<HTMLElement>(".pick") ?? null;
  };
}

function findByName(part: string, { id, tagName }: HTMLElement): () => HTMLElement | null {
  if (id) return () => document.getElementById(id);
  return () => document.getElementById(part)?.querySelector<HTMLElement>(tagName) ?? null;
}
