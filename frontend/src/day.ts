/** The page of a day: the table works alone; this adds the map, the detail, and what answers at once. */

import { askFeatures, DayMap } from "./map/day_map";
import { need, openDetails } from "./page/drawer";
import { Rows } from "./page/rows";
import { enhanceLegend, enhanceSheet } from "./page/sheet";
import { enableShortcuts } from "./page/shortcuts";
import { makeSortable } from "./page/sort";
import { choicesOf, enhanceSwitches, readState, setState, watchState } from "./page/state";
import { offerTour } from "./page/tour";
import { settled } from "./plan/editing";
import { refreshPage } from "./plan/page";
import { followPassages } from "./plan/passages";
import { enablePlanning } from "./plan/planning";
import type { PreviewRound } from "./plan/preview";

const page = need("page");
const rows = new Rows(page);
let map: DayMap | null = null;

enhanceParts();
enhanceSheet(page);
const details = openDetails(rows, { settled, catchUp: refreshPage });
offerTour();
enablePlanning();
followPassages();
document.addEventListener("themechange", () => map?.recolour());
document.addEventListener("planchange", () => {
  enhanceParts();
  rereadRows();
  void redrawDay();
});
document.addEventListener("passages", (event) => {
  const before = rows.current;
  rows.refresh();
  // Homes that were declared since are drawn by the site; the others are where they were.
  if ((event as CustomEvent<boolean>).detail) void redrawDay();
  else map?.remark();
  // The detail that is open tells of the passage too, once its row was replaced.
  if (before && rows.current?.element !== before.element) details.reread();
});
document.addEventListener("planpreview", (event) => map?.preview((event as CustomEvent<PreviewRound[]>).detail));

/** What the parts of the page about the plan need, each time they are there anew. */
function enhanceParts(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>("table[data-sortable]")) makeSortable(table);
  enhanceSwitches();
  enhanceLegend();
}

/** A stop of the plan has another number after a change: what was picked is found again as a passage, or by its home. */
function rereadRows(): void {
  const { current } = rows;
  rows.refresh();
  if (!current || rows.get(current.key)) return;
  const { visit } = current.element.dataset;
  const same = rows.all.find(({ element }) => visit && element.dataset.visit === visit);
  const found = same ?? rows.all.find(({ home }) => home === current.home);
  if (found || current.kind === "stay") rows.pick(found ?? null);
  else details.tellGone();
}

async function redrawDay(): Promise<void> {
  const features = await askFeatures(need("map").dataset.plan ?? "").catch(() => null);
  if (features) map?.redraw(features);
}

need("liste").addEventListener("click", (event) => {
  const link = (event.target as Element).closest<HTMLElement>("a[data-show]");
  const row = link && rows.all.find(({ element }) => element.dataset.visit === link.dataset.show);
  if (!row) return;
  event.preventDefault();
  if (row.element.closest("[hidden]")) setState("equipage", "");
  rows.pick(row);
});

watchState("vue", (view) => {
  page.dataset.view = view;
  map?.resize();
});
watchState("couleur", (colour) => {
  page.dataset.colour = colour;
  map?.show({ colour });
});
watchState("equipage", (crew) => {
  for (const card of document.querySelectorAll<HTMLElement>("article[data-crew]")) {
    card.hidden = crew !== "" && card.dataset.crew !== crew;
  }
  if (rows.current?.element.closest("[hidden]")) rows.pick(null);
  map?.show({ crew });
  const stops = rows.shown().filter(({ kind }) => kind === "stop").length;
  need("announcer").textContent = `${stops} ${stops > 1 ? "passages affichés" : "passage affiché"}`;
});

const chooseNext = (key: "equipage" | "couleur") => {
  const choices = choicesOf(key);
  const next = choices[(choices.indexOf(readState(key)) + 1) % choices.length];
  if (next !== undefined) setState(key, next);
};
enableShortcuts({
  j: () => rows.pickNext(1),
  k: () => rows.pickNext(-1),
  "1": () => setState("vue", "carte"),
  "2": () => setState("vue", "tableau"),
  "3": () => setState("vue", "deux"),
  e: () => chooseNext("equipage"),
  c: () => chooseNext("couleur"),
  t: () => map?.fit(),
});

void startMap();

async function startMap(): Promise<void> {
  const status = need("map-status");
  const element = need("map");
  status.textContent = "Chargement de la carte…";
  let problem = "";
  const features = await askFeatures(element.dataset.plan ?? "").catch(() => {
    problem = "Les tournées n'ont pas pu être dessinées. Le tableau est complet ; rechargez la page pour réessayer.";
    return null;
  });
  try {
    map = new DayMap(element, rows, features, { crew: readState("equipage"), colour: readState("couleur") || "equipage" });
  } catch {
    // The page stays whole without WebGL: everything the map shows is in the table.
    need("map-missing").hidden = false;
    problem = "";
  }
  status.textContent = problem;
}
