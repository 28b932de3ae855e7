/** Passages that crews make, stops that the desk says were missed, homes that are lived in again or declared, while the day is looked at: rows, figures and marks follow without a new page. */

import { need } from "../page/drawer";
import { inBackground } from "./exchange";
import { addressOf, holdFocus, ownState } from "./page";
import { isBusy } from "./watching";
import { counted, say } from "./words";

const ASK_EVERY_MS = 15_000;
/** More would be a minute of listening. */
const FEW = 3;

let isAsking = false;

export function followPassages(): void {
  setInterval(() => void look(), ASK_EVERY_MS);
  // What was missed while the page was out of sight is told when the reader comes back.
  document.addEventListener("visibilitychange", () => void look());
}

async function look(): Promise<void> {
  if (isBusy() || isAsking) return;
  isAsking = true;
  try {
    await ask();
  } catch {
    // Without an answer nothing is known: asked again in a moment.
  } finally {
    isAsking = false;
  }
}

async function ask(): Promise<void> {
  const { passages, heard } = need("plan").dataset;
  if (!passages || !heard) return;
  // The rest of the page's address goes along: links of the rows keep it.
  const asked = ownState();
  asked.set("depuis", heard);
  const answer = await fetch(`${passages}?${asked}`, { redirect: "manual", headers: inBackground });
  if (answer.status !== 200) return;
  const told = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector<HTMLElement>("[data-heard]");
  // The plan may have been replaced, or taken hold of, while the site answered.
  const { dataset } = need("plan");
  if (!told || isBusy() || dataset.passages !== passages || dataset.heard !== heard) return;
  put(told);
  dataset.heard = told.dataset.heard;
}

function put(told: HTMLElement): void {
  const pieces = [...told.querySelectorAll<HTMLElement>("[id]")].filter(({ parentElement }) => !parentElement?.closest("[id]"));
  const unfolded = [...document.querySelectorAll("#anomalies[open], #hors-plan[open]")].map(({ id }) => id);
  const news: HTMLElement[] = [];
  const others: HTMLElement[] = [];
  const newcomers = nameNewcomers();
  for (const piece of pieces) {
    const old = document.getElementById(piece.id);
    if (!old) continue;
    const focus = holdFocus([piece.id]);
    old.replaceWith(document.adoptNode(piece));
    focus();
    if (signOf(piece) === signOf(old)) continue;
    if (piece.dataset.made !== undefined) news.push(piece);
    else if (piece.querySelector(OTHERS)) others.push(piece);
  }
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
  const isRedrawn = nameNewcomers() !== newcomers;
  document.dispatchEvent(new CustomEvent<boolean>("passages", { detail: isRedrawn }));
  const sentences = [...(news.length ? [inWords(news)] : []), ...others.map(tell)];
  if (isRedrawn && !need("declares").hidden) sentences.push(`${need("declares").querySelector("h3")?.textContent ?? ""}.`);
  if (sentences.length) say(sentences.join(" "));
}

const OTHERS = ".sign.is-missed, .sign.is-back";
const nameNewcomers = (): string => [...document.querySelectorAll<HTMLElement>("#declares [data-vacant]")].map(({ dataset }) => dataset.vacant).join();
const signOf = (row: HTMLElement): string => row.querySelector(`.sign.is-made, ${OTHERS}`)?.textContent?.trim() ?? "";
const tell = (row: HTMLElement): string => `${addressOf(row)}, ${signOf(row)}.`;

/** A few passages are told whole; of more, those where something is wrong. */
function inWords(rows: HTMLElement[]): string {
  const wrong = rows.filter(({ dataset }) => dataset.made === "anomaly");
  const isFew = rows.length <= FEW;
  const told = (isFew ? rows : wrong).map(tell);
  const [only] = told;
  if (only && rows.length === 1) return `Nouveau passage : ${only}`;
  const others = isFew ? [] : [wrong.length ? "Aux autres logements, rien à signaler." : "Rien à signaler."];
  return [`${counted(rows.length, "nouveau passage", "nouveaux passages")}.`, ...told, ...others].join(" ");
}
