/** What a correspondent does to the plan of a day, on top of the page that everybody reads. */

import { need } from "../page/drawer";
import { enableCalculation } from "./calculation";
import { enableDragging } from "./dragging";
import { enableEditDialog } from "./edit_dialog";
import { enableReordering } from "./keyboard";
import { enableNotice } from "./notice";
import { enablePublishing } from "./publishing";
import { watchOthers } from "./watching";

export function enablePlanning(): void {
  if (need("page").dataset.mayPlan === undefined) return;
  enableNotice();
  enableCalculation();
  enableEditDialog();
  enableDragging();
  enableReordering();
  enablePublishing();
  watchOthers();
}
