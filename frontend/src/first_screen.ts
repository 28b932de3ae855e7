/** The first screen of a report: kept by the browser, so that it also opens without a network. */

const { worker, page } = document.body.dataset;
// Given by the worker in the place of another page, which the network did not bring.
if (location.pathname !== page) document.getElementById("sans-reseau")!.hidden = false;

if (worker && "serviceWorker" in navigator) void navigator.serviceWorker.register(worker).catch(() => undefined);
