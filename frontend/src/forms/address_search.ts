/** Asks the site for the addresses that a text may mean: by POST, so that the text is in no address and no log. */

export interface FoundAddress {
  id: number;
  label: string;
  lon: number;
  lat: number;
  is_exact: boolean;
  is_in_its_street: boolean;
  is_located: boolean;
  /** A street as a whole; its point and id are those of one of its addresses. */
  is_street: boolean;
}

export interface Found {
  addresses: FoundAddress[];
  /** What is to be said of the text itself: it names another town. */
  note: string;
}

const NO_ANSWER = "Les adresses n'ont pas pu être cherchées. Vérifiez que le site répond, puis réessayez.";

/** What is said to the person; the text of an error of this class is shown as it is. */
export class SearchProblem extends Error {}

/** One search at a time: a new one ends the one before, whose promise then never settles. */
export class AddressSearch {
  private underway: AbortController | null = null;

  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  async find(text: string): Promise<Found> {
    this.cancel();
    const control = new AbortController();
    this.underway = control;
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        headers: { "X-CSRFToken": this.token },
        body: new URLSearchParams({ texte: text }),
        signal: control.signal,
      });
      const { addresses, note, problem } = (await answer.json()) as Partial<Found> & { problem?: string };
      if (addresses) return { addresses, note: note ?? "" };
      throw new SearchProblem(problem ?? NO_ANSWER);
    } catch (error) {
      if (control.signal.aborted) return await new Promise<never>(() => {});
      throw error instanceof SearchProblem ? error : new SearchProblem(NO_ANSWER);
    }
  }

  cancel(): void {
    this.underway?.abort();
    this.underway = null;
  }
}
