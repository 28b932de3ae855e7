/** A call of the desk: left without a word on how it ended, it is noted all the same, for it was made. */

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-call-under-way]")) noteWhenLeft(form);

function noteWhenLeft(form: HTMLFormElement): void {
  let isSaid = false;
  form.addEventListener("submit", () => {
    isSaid = true;
  });
  addEventListener("pagehide", () => {
    if (isSaid) return;
    const told = new FormData(form);
    told.set("outcome", "not_said");
    navigator.sendBeacon(form.action, told);
  });
}
