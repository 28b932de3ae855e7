/** The first screen of a report: kept by the browser, so that it also opens without a network. */

const worker = document.body.dataset["worker"];
if (worker && "serviceWorker" in navigator) void navigator.serviceWorker.register(worker).catch(() => undefined);
