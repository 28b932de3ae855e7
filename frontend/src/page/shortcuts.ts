/** Shortcuts of one key, which can be switched off (WCAG 2.1.4), and the page that lists them. */

import { need } from "./drawer";

const STORED_AS = "ronde-raccourcis";

export function enableShortcuts(actions: Record<string, () => void>): void {
  const dialog = need("shortcuts") as HTMLDialogElement;
  const isOn = need("shortcuts-on") as HTMLInputElement;
  const button = need("shortcuts-button");
  isOn.checked = localStorage.getItem(STORED_AS) !== "non";
  isOn.addEventListener("change", () => localStorage.setItem(STORED_AS, isOn.checked ? "oui" : "non"));
  button.addEventListener("click", () => dialog.showModal());
  button.hidden = false;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") || isTyping(event.target)) return;
    const action = event.key === "?" ? () => dialog.showModal() : actions[event.key.toLowerCase()];
    if (!action || !isOn.checked) return;
    event.preventDefault();
    action();
  });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, select, textarea, [contenteditable]") !== null;
}
