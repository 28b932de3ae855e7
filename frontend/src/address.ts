/** The address of a form: offered while one types, with a point that can be moved on a small map or by buttons. */

import { enhanceAdjusting } from "./forms/adjust";
import { makeCombobox } from "./forms/combobox";
import { PlaceFields } from "./forms/place";
import { PinMap } from "./map/pin_map";

for (const field of document.querySelectorAll<HTMLElement>("[data-address-search][data-has-place]")) enhance(field);

function enhance(field: HTMLElement): void {
  const place = new PlaceFields(field);
  const combobox = makeCombobox(field);
  combobox.onChoose((address, typed) => {
    // The name of a street is found anew by the server: none of its addresses stands for it here.
    place.take(address?.is_street ? null : address, typed);
    if (address?.is_street) field.dispatchEvent(new CustomEvent("streetchoose", { bubbles: true }));
  });
  // Who has the form follows: the page may ask at once whether the home is in a sector.
  place.onMove(() => field.dispatchEvent(new CustomEvent("placechange", { bubbles: true, detail: { isMoved: place.isMoved } })));
  enhanceAdjusting(field, place);
  const element = field.querySelector<HTMLElement>("[data-pin-map]");
  if (element) showPin(element, place);
}

/** The map is made when there is a point to show, and never for who only looks at the form. */
function showPin(element: HTMLElement, place: PlaceFields): void {
  let map: PinMap | null = null;
  const show = () => {
    const { current } = place;
    element.hidden = current === null;
    if (!current || map) return;
    try {
      map = new PinMap(element, place, current);
    } catch {
      // Without WebGL the buttons remain.
      element.remove();
    }
  };
  place.onMove(show);
  show();
  document.addEventListener("themechange", () => map?.recolour());
}
