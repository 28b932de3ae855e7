/** The point of an address in the hidden fields of a form, moved by metres; whoever draws it follows its moves. */

export interface Place {
  lon: number;
  lat: number;
}

const METRES_PER_DEGREE = 111_320; // of latitude, on the sphere of the maps
const PLACES = 6; // a decimetre
type Follow = (place: Place | null) => void;

export class PlaceFields {
  private readonly followers: Follow[] = [];
  private readonly address: HTMLInputElement;
  // The text that goes with the address, where the form asks for it: another text is then found anew.
  private readonly shown: HTMLInputElement | null;
  // What was typed before the address was chosen: the server says in what the two differ.
  private readonly typed: HTMLInputElement | null;
  private readonly lon: HTMLInputElement;
  private readonly lat: HTMLInputElement;
  private origin: Place | null;

  constructor(field: HTMLElement) {
    const form = field.closest("form") ?? field;
    this.address = hidden(form, "address");
    this.shown = form.querySelector<HTMLInputElement>("input[type=hidden][name=address_shown]");
    this.typed = form.querySelector<HTMLInputElement>("input[type=hidden][name=address_typed]");
    this.lon = hidden(form, "lon");
    this.lat = hidden(form, "lat");
    this.origin = this.current;
  }

  get current(): Place | null {
    if (!this.lon.value || !this.lat.value) return null;
    return { lon: Number(this.lon.value), lat: Number(this.lat.value) };
  }

  /** Whether the point stands elsewhere than its address. */
  get isMoved(): boolean {
    const { current, origin } = this;
    return current !== null && origin !== null && (current.lon !== rounded(origin.lon) || current.lat !== rounded(origin.lat));
  }

  onMove(follow: Follow): void {
    this.followers.push(follow);
  }

  /** Take an address, its point and what was typed for it, or none of them. */
  take(address: { id: number; label: string; lon: number; lat: number } | null, typed: string): void {
    this.address.value = address ? String(address.id) : "";
    if (this.shown) this.shown.value = address?.label ?? "";
    if (this.typed) this.typed.value = typed;
    this.origin = address && { lon: address.lon, lat: address.lat };
    this.write(this.origin);
  }

  moveTo(place: Place): void {
    this.write(place);
  }

  moveBy(eastM: number, northM: number): void {
    const { current } = this;
    if (!current) return;
    const metresPerDegreeEast = METRES_PER_DEGREE * Math.cos((current.lat * Math.PI) / 180);
    this.write({ lon: current.lon + eastM / metresPerDegreeEast, lat: current.lat + northM / METRES_PER_DEGREE });
  }

  /** Put the point back where the address is. */
  reset(): void {
    this.write(this.origin);
  }

  /** How far the point is from its address, in words: « 12 m au nord-est de l'adresse ». */
  told(): string {
    const { current, origin } = this;
    if (!current || !origin) return "";
    const north = (current.lat - origin.lat) * METRES_PER_DEGREE;
    const east = (current.lon - origin.lon) * METRES_PER_DEGREE * Math.cos((origin.lat * Math.PI) / 180);
    const metres = Math.round(Math.hypot(north, east));
    if (metres === 0) return "À l'emplacement de l'adresse";
    const far = metres < 1000 ? `${metres} m` : `${(metres / 1000).toFixed(1).replace(".", ",")} km`;
    return `À ${far} ${direction(east, north)} de l'adresse`;
  }

  private write(place: Place | null): void {
    this.lon.value = place ? place.lon.toFixed(PLACES) : "";
    this.lat.value = place ? place.lat.toFixed(PLACES) : "";
    for (const follow of this.followers) follow(place);
  }
}

const rounded = (degrees: number) => Number(degrees.toFixed(PLACES));

const DIRECTIONS = ["à l'est", "au nord-est", "au nord", "au nord-ouest", "à l'ouest", "au sud-ouest", "au sud", "au sud-est"];

function direction(east: number, north: number): string {
  const eighth = Math.round((Math.atan2(north, east) / (2 * Math.PI)) * 8);
  return DIRECTIONS[(eighth + 8) % 8] ?? "";
}

function hidden(form: HTMLElement, name: string): HTMLInputElement {
  const input = form.querySelector<HTMLInputElement>(`input[type=hidden][name=${name}]`);
  if (!input) throw new Error(`the form has no hidden ${name}`);
  return input;
}
