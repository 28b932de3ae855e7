/** Light, dark, or as the device: kept in a cookie, so that the server's first byte already has it. */

import { need } from "./drawer";

const NAMES: Record<string, string> = { auto: "automatique", clair: "clair", sombre: "sombre" };
const NEXT: Record<string, string> = { auto: "sombre", sombre: "clair", clair: "auto" };
const ONE_YEAR_S = 31_536_000;

export function enhanceTheme(onChange: () => void): void {
  const button = need("theme-button");
  const root = document.documentElement;
  const current = () => (root.dataset.theme && root.dataset.theme in NAMES ? root.dataset.theme : "auto");
  const say = () => {
    need("theme-name").textContent = NAMES[current()] ?? "";
  };
  button.addEventListener("click", () => {
    const theme = NEXT[current()] ?? "auto";
    root.dataset.theme = theme;
    document.cookie = `theme=${theme}; path=/; max-age=${ONE_YEAR_S}; samesite=strict`;
    say();
    onChange();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", onChange);
  say();
  button.hidden = false;
}
