// Bundles the site's scripts and styles into dist/, which Django serves as static files.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";
import { drawIcon, readMark } from "./icons.mjs";

const here = new URL(".", import.meta.url).pathname;
const dist = `${here}dist`;

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await cp(`${here}public`, dist, { recursive: true });

// Phones take an icon of their home screen from a PNG. iPhones cut theirs, of 180 pixels, out of a full square.
const mark = readMark(await readFile(`${here}public/icon.svg`, "utf8"));
for (const pixels of [192, 512]) await writeFile(`${dist}/icon-${pixels}.png`, drawIcon(mark, pixels));
for (const pixels of [180, 192, 512]) await writeFile(`${dist}/icon-maskable-${pixels}.png`, drawIcon(mark, pixels, { isMaskable: true }));

// The build of MapLibre that needs no unsafe-eval and no blob: worker keeps its worker in a file of its own.
const mapWithoutInlineWorker = {
  name: "map-without-inline-worker",
  setup({ onResolve }) {
    onResolve({ filter: /^maplibre-gl$/ }, () => ({ path: `${here}node_modules/maplibre-gl/dist/maplibre-gl-csp.js` }));
  },
};
const worker = await readFile(`${here}node_modules/maplibre-gl/dist/maplibre-gl-csp-worker.js`, "utf8");
// Its source map is not shipped, and Django refuses a reference to a file that is not there.
await writeFile(`${dist}/map-worker.js`, worker.replace(/^\/\/# sourceMappingURL=.*$/m, ""));

// The standalone maps that folium makes carry Leaflet inside them; Django reads it from here.
const leaflet = `${here}node_modules/leaflet/dist`;
const leafletScript = await readFile(`${leaflet}/leaflet.js`, "utf8");
await mkdir(`${dist}/leaflet`);
await writeFile(`${dist}/leaflet/leaflet.js`, leafletScript.replace(/^\/\/# sourceMappingURL=.*$/m, ""));
await cp(`${leaflet}/leaflet.css`, `${dist}/leaflet/leaflet.css`);
await cp(`${leaflet}/images`, `${dist}/leaflet/images`, { recursive: true });

await build({
  absWorkingDir: here,
  entryPoints: [
    { in: "src/day.ts", out: "day" },
    { in: "src/styles/day.css", out: "day" },
    { in: "src/phone.ts", out: "phone" },
    { in: "src/phone_map.ts", out: "phone_map" },
    { in: "src/phone_worker.ts", out: "phone_worker" },
    { in: "src/styles/phone.css", out: "phone" },
    { in: "src/styles/phone_map.css", out: "phone_map" },
    { in: "src/homes.ts", out: "homes" },
    { in: "src/triage.ts", out: "triage" },
    { in: "src/styles/homes.css", out: "homes" },
    { in: "src/density.ts", out: "density" },
    { in: "src/styles/density.css", out: "density" },
    { in: "src/address.ts", out: "address" },
    { in: "src/styles/address_page.css", out: "address" },
    { in: "src/workshop.ts", out: "workshop" },
    { in: "src/styles/workshop.css", out: "workshop" },
    { in: "src/shell.ts", out: "shell" },
    { in: "src/waiting.ts", out: "waiting" },
    { in: "src/passkey.ts", out: "passkey" },
    { in: "src/registry.ts", out: "registry" },
    { in: "src/call.ts", out: "call" },
    { in: "src/guard.ts", out: "guard" },
    { in: "src/report.ts", out: "report" },
    { in: "src/first_screen.ts", out: "first_screen" },
    { in: "src/watch.ts", out: "watch" },
    { in: "src/styles/watch.css", out: "watch" },
    { in: "src/styles/shell.css", out: "shell" },
  ],
  outdir: dist,
  bundle: true,
  minify: true,
  format: "esm",
  // Firefox ESR 128 and the Chromium of Debian 12: what a town hall has.
  target: ["es2022", "firefox128", "chrome120", "safari17"],
  loader: { ".svg": "dataurl", ".txt": "text" },
  legalComments: "linked",
  logLevel: "warning",
  plugins: [mapWithoutInlineWorker],
});
