/** What every page gains with script: the choice of the theme, kept for the next visit, and printing. */

import { enhancePrinting } from "./page/printing";
import { enhanceTheme } from "./page/theme";

enhanceTheme(() => document.dispatchEvent(new Event("themechange")));
enhancePrinting();
