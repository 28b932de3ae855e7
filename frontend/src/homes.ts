/** The page of the vacant homes: table and filters work alone; this adds the map, the detail, and what answers at once. */

import { makeCombobox } from "./forms/combobox";
import { HomesMap } from "./map/homes_map";
import { need, openDetails } from "./page/drawer";
import { followFilters } from "./page/filters";
import { Rows } from "./page/rows";
import { enhanceLegend, enhanceSheet } from "./page/sheet";
import { enableShortcuts } from "./page/shortcuts";
import { enhanceSwitches, setState, watchState } from "./page/state";

const page = need("page");
const rows = new Rows(page);
let map: HomesMap | null = null;

enhanceSwitches();
enhanceSheet(page);
enhanceLegend();
openDetails(rows);
document.addEventListener("themechange", () => map?.recolour());
watchState("vue", (view) => {
  page.dataset.view = view;
  map?.resize();
});
followFilters((filters) => {
  rows.refresh();
  map?.narrow(filters);
});

const finder = need("trouver");
finder.hidden = false;
finder.addEventListener("submit", (event) => event.preventDefault());
const combobox = makeCombobox(finder);
combobox.onChoose((address) => {
  if (!address) return;
  if (page.dataset.view === "tableau") setState("vue", "deux");
  map?.showPlace([address.lon, address.lat]);
});

enableShortcuts({
  j: () => rows.pickNext(1),
  k: () => rows.pickNext(-1),
  "1": () => setState("vue", "carte"),
  "2": () => setState("vue", "tableau"),
  "3": () => setState("vue", "deux"),
  a: () => combobox.input.focus(),
  t: () => map?.fit(),
});

try {
  map = new HomesMap(need("map"), rows, need("compte").dataset.filters ?? "");
} catch {
  // The page stays whole without WebGL: everything the map shows is in the table.
  need("map-missing").hidden = false;
}
