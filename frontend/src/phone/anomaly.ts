/** The form of an anomaly: what is seen, what was checked, a short note. */

import { need, put } from "./page";
import type { Stop } from "./types";

export interface Found {
  anomaly: string;
  checked: string[];
  wrong: string[];
  note: string;
}

const CHECK = "check-";
const UNSAID = "Choisissez ce que vous constatez : rien n'est noté encore.";

export function enableAnomaly(): void {
  const form = need<HTMLFormElement>("anomaly-form");
  form.addEventListener("submit", (event) => {
    if (event.submitter?.getAttribute("value") !== "record" || new FormData(form).has("anomaly")) return;
    event.preventDefault();
    tellUnsaid(UNSAID);
    need("anomaly-seen").querySelector("input")?.focus();
  });
  need("anomaly-seen").addEventListener("change", () => tellUnsaid(""));
}

/** Ask what is wrong at a home; null when the crew goes back. */
export function askAnomaly(stop: Stop): Promise<Found | null> {
  const dialog = need<HTMLDialogElement>("anomaly");
  const form = need<HTMLFormElement>("anomaly-form");
  form.reset();
  tellUnsaid("");
  need("anomaly-home").textContent = stop.address;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "record" ? read(new FormData(form)) : null), {
      once: true,
    });
  });
}

function tellUnsaid(words: string): void {
  put(need("anomaly-error"), words);
  need("anomaly-seen").setAttribute("aria-invalid", String(words !== ""));
}

function read(told: FormData): Found {
  const checks = [...told.entries()].filter(([name, value]) => name.startsWith(CHECK) && value !== "");
  const names = (entries: typeof checks) => entries.map(([name]) => name.slice(CHECK.length));
  return {
    anomaly: String(told.get("anomaly")),
    checked: names(checks),
    wrong: names(checks.filter(([, value]) => value === "wrong")),
    note: String(told.get("note") ?? "").trim(),
  };
}
