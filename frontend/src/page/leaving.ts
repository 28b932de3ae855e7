/** Before a crew logs out of a phone on which something waits to be sent: how much, and what becomes of it. */

import { countWaiting } from "../phone/store";
import { need } from "./drawer";

export function enhanceLeaving(): void {
  const dialog = document.getElementById("leaving");
  const form = document.getElementById("log-out");
  if (!(dialog instanceof HTMLDialogElement) || !(form instanceof HTMLFormElement)) return;
  const leave = need("leave-anyway");
  form.addEventListener("submit", (event) => {
    if (event.submitter === leave) return;
    event.preventDefault();
    void countWaiting()
      .catch(() => 0)
      .then((waiting) => {
        if (!waiting) {
          form.requestSubmit(leave);
          return;
        }
        need("leaving-title").textContent = `${waiting > 1 ? `${waiting} envois attendent` : "1 envoi attend"} sur ce téléphone`;
        dialog.showModal();
      });
  });
}
