/** Moving a passage with the pointer, from its number: mouse, pen and finger alike. The menu of the row does the same. */

import { need } from "../page/drawer";
import { change, consequences, objections, tryChange } from "./editing";
import { type Change, Refused } from "./exchange";
import { tell } from "./notice";
import { addressOf, aheadOf, cards, isInRoundOrder, isOver, placeIn, shiftOf, showRoundOrder, stopsOf, tellOver, visitOf } from "./page";
import { say } from "./words";

const BEGINS_AFTER_PX = 6;
const SCROLLS_WITHIN_PX = 48;
const SCROLL_STEP_PX = 14;
const FORESEE_AFTER_MS = 250;

interface Drag {
  row: HTMLElement;
  ghost: HTMLElement;
  words: HTMLElement;
  target: Target | null;
  timer: number;
}

/** Where the passage would go: a place of a round, or out of the day; or nowhere, for the crew has gone home. */
type Target = { shift: number; place: number; beside: HTMLElement; isAfter: boolean } | { out: HTMLElement } | { over: HTMLElement };

export function enableDragging(): void {
  const root = need("liste");
  root.addEventListener("pointerdown", (event) => {
    const grip = (event.target as Element).closest<HTMLElement>("[data-grip]");
    const row = grip?.closest<HTMLElement>("[data-visit]");
    if (!grip || !row || event.button !== 0) return;
    follow(grip, row, event);
  });
}

function follow(grip: HTMLElement, row: HTMLElement, down: PointerEvent): void {
  let drag: Drag | null = null;
  grip.setPointerCapture(down.pointerId);
  const listening = new AbortController();
  const options = { signal: listening.signal };

  const end = (wanted: Change | null, isGivenUp = false) => {
    listening.abort();
    if (!isGivenUp && drag?.target && "over" in drag.target) tell({ title: tellOver(drag.target.over), isWarning: true });
    if (drag) {
      finish(drag);
      refuseTheClickThatEnds();
    }
    if (wanted) void change(wanted);
  };
  grip.addEventListener("pointermove", (event) => {
    const moved = Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY);
    if (!drag && moved < BEGINS_AFTER_PX) return;
    event.preventDefault();
    if (!drag && !cards().every(isInRoundOrder)) {
      // The rows would go from under the pointer.
      end(null);
      showRoundOrder();
      say("Le tableau est revenu à l'ordre de la tournée : prenez l'arrêt de nouveau.");
      return;
    }
    drag ??= begin(row);
    move(drag, event);
  }, options);
  grip.addEventListener("pointerup", () => end(drag ? asChange(drag) : null), options);
  grip.addEventListener("pointercancel", () => end(null, true), options);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drag) return;
    event.stopPropagation();
    end(null, true);
  }, { ...options, capture: true });
}

/** The click that ends a drag must not pick the row under it. */
function refuseTheClickThatEnds(): void {
  const once = new AbortController();
  root().addEventListener("click", (event) => event.stopPropagation(), { capture: true, signal: once.signal });
  setTimeout(() => once.abort(), 0);
}

const root = (): HTMLElement => need("liste");

function begin(row: HTMLElement): Drag {
  const ghost = document.createElement("div");
  ghost.className = "drag-ghost";
  const name = document.createElement("strong");
  name.textContent = addressOf(row);
  const words = document.createElement("span");
  ghost.append(name, words);
  document.body.append(ghost);
  row.classList.add("is-dragged");
  document.body.classList.add("is-dragging");
  return { row, ghost, words, target: null, timer: 0 };
}

function finish({ row, ghost, timer, target }: Drag): void {
  clearTimeout(timer);
  ghost.remove();
  row.classList.remove("is-dragged");
  document.body.classList.remove("is-dragging");
  markTarget(target, false);
}

function move(drag: Drag, { clientX, clientY }: PointerEvent): void {
  // Through the style sheet's variables: the policy of the page refuses a style of its own.
  drag.ghost.style.setProperty("--x", `${clientX}px`);
  drag.ghost.style.setProperty("--y", `${clientY}px`);
  scrollNear(clientY);
  const target = targetAt(drag.row, clientX, clientY);
  if (isSame(target, drag.target)) return;
  markTarget(drag.target, false);
  drag.target = target;
  markTarget(target, true);
  drag.words.textContent = told(target);
  drag.ghost.classList.toggle("is-broken", target !== null && "over" in target);
  clearTimeout(drag.timer);
  const wanted = asChange(drag);
  if (wanted) drag.timer = setTimeout(() => void foresee(drag, wanted), FORESEE_AFTER_MS);
}

function told(target: Target | null): string {
  if (!target) return "";
  if ("over" in target) return tellOver(target.over);
  return "out" in target ? "Écarter aujourd'hui" : "";
}

function scrollNear(y: number): void {
  const { top, bottom } = root().getBoundingClientRect();
  if (y < top + SCROLLS_WITHIN_PX) root().scrollBy(0, -SCROLL_STEP_PX);
  else if (y > bottom - SCROLLS_WITHIN_PX) root().scrollBy(0, SCROLL_STEP_PX);
}

function targetAt(dragged: HTMLElement, x: number, y: number): Target | null {
  const under = document.elementFromPoint(x, y);
  const card = under?.closest<HTMLElement>("article[data-shift]");
  if (card && isOver(card)) return { over: card };
  if (card) return targetIn(card, dragged, y);
  const out = under?.closest<HTMLElement>("#ecartes");
  return out && dragged.matches("tr.stop") ? { out } : null;
}

function targetIn(card: HTMLElement, dragged: HTMLElement, y: number): Target {
  const shift = shiftOf(card) ?? 0;
  const others = aheadOf(card).filter((row) => row !== dragged);
  const before = others.findIndex((row) => {
    const { top, height } = row.getBoundingClientRect();
    return y < top + height / 2;
  });
  const beside = before >= 0 ? others[before] : (others.at(-1) ?? stopsOf(card).at(-1));
  const place = placeIn(card, before >= 0 ? before : others.length);
  return { shift, place, beside: beside ?? card, isAfter: before < 0 };
}

function isSame(one: Target | null, other: Target | null): boolean {
  if (!one || !other) return one === other;
  if ("over" in one || "over" in other) return "over" in one && "over" in other && one.over === other.over;
  if ("out" in one || "out" in other) return "out" in one && "out" in other;
  return one.shift === other.shift && one.place === other.place;
}

function markTarget(target: Target | null, isOn: boolean): void {
  if (!target || "over" in target) return;
  if ("out" in target) target.out.classList.toggle("is-target", isOn);
  else target.beside.classList.toggle(target.isAfter ? "is-target-after" : "is-target-before", isOn);
}

/** The change that dropping here makes; none where the passage already is. */
function asChange({ row, target }: Drag): Change | null {
  const visit = visitOf(row.dataset.visit ?? "");
  if (!target || "over" in target) return null;
  if ("out" in target) return { act: "exclude", absence: visit.absence };
  const { shift, place } = target;
  const card = row.closest("article");
  const stays = shiftOf(row) === shift && card !== null && placeIn(card, aheadOf(card).indexOf(row)) === place;
  return stays ? null : { act: "move", ...visit, shift, place };
}

async function foresee(drag: Drag, wanted: Change): Promise<void> {
  const { target } = drag;
  drag.words.textContent = "…";
  try {
    const trial = await tryChange(wanted);
    if (drag.target !== target) return;
    drag.words.textContent = (trial.is_allowed ? consequences(trial) : objections(trial)).join(" ");
    drag.ghost.classList.toggle("is-broken", !trial.is_allowed);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    drag.words.textContent = error.message;
  }
}
