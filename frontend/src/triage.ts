/** The page of the relayed reports: table and filters work alone; this adds the map, the detail, and what answers at once. */

import { ReportsMap } from "./map/reports_map";
import { need, openDetails } from "./page/drawer";
import { followFilters } from "./page/filters";
import { Rows } from "./page/rows";
import { enhanceLegend, enhanceSheet } from "./page/sheet";
import { enhanceSwitches, watchState } from "./page/state";

const page = need("page");
const rows = new Rows(page);
let map: ReportsMap | null = null;

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

try {
  map = new ReportsMap(need("map"), rows, need("compte").dataset.filters ?? "");
} catch {
  // The page stays whole without WebGL: everything the map shows is in the table.
  need("map-missing").hidden = false;
}
