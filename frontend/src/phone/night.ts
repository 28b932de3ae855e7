/** Dark by night, light by day, unless the crew chose. */

import { need, show } from "./page";

const CHOICE = "ronde-phone-theme";
const DAWN = 7;
const DUSK = 19;

export function enableTheme(): void {
  const choose = need<HTMLButtonElement>("theme");
  const set = (theme: string) => {
    document.documentElement.dataset.theme = theme;
    choose.textContent = theme === "sombre" ? "Thème clair" : "Thème sombre";
    document.dispatchEvent(new Event("themechange"));
  };
  const hour = new Date().getHours();
  set(localStorage.getItem(CHOICE) ?? (hour >= DAWN && hour < DUSK ? "clair" : "sombre"));
  choose.addEventListener("click", () => {
    const other = document.documentElement.dataset.theme === "sombre" ? "clair" : "sombre";
    localStorage.setItem(CHOICE, other);
    set(other);
  });
  show(choose, true);
}
