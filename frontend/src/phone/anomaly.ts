/** The form of an anomaly: what is seen, what was checked, a short note; also to correct a passage that waits. */

import { need, put, show } from "./page";
import type { Found, PassageContent, Stop } from "./types";

const CHECK = "check-";
const UNSAID = "Choisissez ce que vous constatez : rien n'est noté encore.";
const CONTRARY = "Un point est dit anormal : choisissez l'anomalie, ou revoyez les points vérifiés.";
const NEW = { title: "Anomalie", record: "Enregistrer l'anomalie" };
const CORRECTION = { title: "Corriger le passage", record: "Enregistrer la correction" };

export function enableAnomaly(): void {
  const form = need<HTMLFormElement>("anomaly-form");
  form.addEventListener("submit", (event) => {
    const fault = event.submitter === need("anomaly-record") ? faultOf(new FormData(form)) : "";
    tellFault(fault);
    if (!fault) return;
    event.preventDefault();
    need("anomaly-seen").querySelector<HTMLInputElement>("label:not([hidden]) input")?.focus();
  });
  form.addEventListener("change", () => tellFault(""));
}

/** Ask what is found at a home, from what was said of it if it is corrected; null when the crew goes back. */
export function askFinding(stop: Stop, said?: PassageContent): Promise<Found | null> {
  const dialog = need<HTMLDialogElement>("anomaly");
  const form = need<HTMLFormElement>("anomaly-form");
  form.reset();
  tellFault("");
  const words = said ? CORRECTION : NEW;
  put(need("anomaly-title"), words.title);
  put(need("anomaly-record"), words.record);
  show(need("anomaly-none"), said !== undefined);
  if (said) fill(form, said);
  need("anomaly-home").textContent = stop.address;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "record" ? read(new FormData(form)) : null), {
      once: true,
    });
  });
}

function fill(form: HTMLFormElement, said: PassageContent): void {
  const choose = (name: string, value: string) => {
    for (const choice of form.querySelectorAll<HTMLInputElement>(`[name="${name}"]`)) choice.checked = choice.value === value;
  };
  choose("anomaly", said.anomaly);
  for (const check of said.checked) choose(CHECK + check, said.wrong.includes(check) ? "wrong" : "well");
  need<HTMLTextAreaElement>("note").value = said.note;
}

function faultOf(told: FormData): string {
  if (!told.has("anomaly")) return UNSAID;
  const { result, wrong } = read(told);
  return result === "ras" && wrong.length ? CONTRARY : "";
}

function tellFault(words: string): void {
  put(need("anomaly-error"), words);
  need("anomaly-seen").setAttribute("aria-invalid", String(words !== ""));
}

function read(told: FormData): Found {
  const checks = [...told.entries()].filter(([name, value]) => name.startsWith(CHECK) && value !== "");
  const names = (entries: typeof checks) => entries.map(([name]) => name.slice(CHECK.length));
  const anomaly = String(told.get("anomaly"));
  return {
    result: anomaly ? "anomaly" : "ras",
    anomaly,
    checked: names(checks),
    wrong: names(checks.filter(([, value]) => value === "wrong")),
    note: String(told.get("note") ?? "").trim(),
  };
}
