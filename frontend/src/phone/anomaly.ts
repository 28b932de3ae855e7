/** The form of an anomaly: what is seen, what was checked, a short note. */

import { need } from "./page";
import type { Stop } from "./types";

export interface Found {
  anomaly: string;
  checked: string[];
  wrong: string[];
  note: string;
}

const CHECK = "check-";

/** Ask what is wrong at a home; null when the crew goes back. */
export function askAnomaly(stop: Stop): Promise<Found | null> {
  const dialog = need<HTMLDialogElement>("anomaly");
  const form = need<HTMLFormElement>("anomaly-form");
  form.reset();
  need("anomaly-home").textContent = stop.address;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "record" ? read(new FormData(form)) : null), {
      once: true,
    });
  });
}

function read(told: FormData): Found {
  const checks = [...told.entries()].filter(([name, value]) => name.startsWith(CHECK) && value !== "");
  const names = (entries: typeof checks) => entries.map(([name]) => name.slice(CHECK.length));
  return {
    anomaly: String(told.get("anomaly") ?? "other"),
    checked: names(checks),
    wrong: names(checks.filter(([, value]) => value === "wrong")),
    note: String(told.get("note") ?? "").trim(),
  };
}
