/** What every page gains with script: the choice of the theme, kept for the next visit, printing,
 * tables that fit a phone, and what a crew is told before it logs out. */

import { enhanceLeaving } from "./page/leaving";
import { enhancePrinting } from "./page/printing";
import { enhanceStacking } from "./page/stacking";
import { enhanceTheme } from "./page/theme";

enhanceTheme(() => document.dispatchEvent(new Event("themechange")));
enhancePrinting();
enhanceStacking();
enhanceLeaving();
