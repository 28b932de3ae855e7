/** The map's colours are the page's: read from the style sheet, where light and dark are chosen. */

export class Palette {
  private readonly style = getComputedStyle(document.documentElement);

  get(token: string): string {
    const colour = this.style.getPropertyValue(`--${token}`).trim();
    if (!colour) throw new Error(`the style sheet has no --${token}`);
    return colour;
  }

  /** Colour of a crew's style, 1 to 8. */
  crew(style: number): string {
    return this.get(`crew-${style}`);
  }
}
