/*!
 * Charts of the columns of an answer: calls, ASR, ACD, minutes and price, with one cursor.
 *
 *     const charts = new Charts(element, { onZoom, onBucket });
 *     charts.show({ columns: answer.data, sampling: "hour", from, to, currency: "USD" });
 *
 * Your page links `charts.css` and `uplot/uPlot.min.css`. Colours are the custom properties that
 * `charts.css` declares. Each chart takes the focus. The arrow keys, Home and End move the cursor,
 * and a screen reader reads what stands under it.
 */
import { frame } from "./frame.js";
import { METRICS } from "./metrics.js";
import { Plot } from "./plot.js";

const SCHEME = "(prefers-color-scheme: dark)";
let groups = 0;

/** The charts in one element of your page. */
export class Charts {
  /**
   * Replaces what the element holds by empty charts.
   *
   * @param {Element} root - where the charts are drawn; they follow its width
   * @param {function(number, number)} [options.onZoom] - called with `from` and `to` when a range
   *   was dragged: Unix seconds, `to` excluded. The charts stay as they are until you show
   *   something else.
   * @param {function(number, number)} [options.onBucket] - called with `start` and `end` when a
   *   bucket was clicked, or chosen by Enter: Unix seconds, `end` excluded
   */
  constructor(root, { onZoom = () => {}, onBucket = () => {} } = {}) {
    this.root = root;
    root.classList.add("charts");
    const group = `charts-${++groups}`;
    this.plots = METRICS.map((metric) => new Plot(metric, { group, onZoom, onBucket }));
    root.replaceChildren(...this.plots.map((plot) => plot.element));
    this.#watchSize();
    this.#watchColours();
  }

  /**
   * Draws an answer.
   *
   * @param {Object} shown.columns - the `data` of the answer; a bucket that is not listed is a gap
   * @param {string} shown.sampling - the word that you asked with
   * @param {?number} [shown.from] - Unix seconds; null: where the columns begin
   * @param {?number} [shown.to] - Unix seconds, excluded; null: where the columns end
   * @param {?string} [shown.currency] - a code of ISO 4217, for the title of the prices
   */
  show({ columns, sampling, from = null, to = null, currency = null }) {
    const buckets = frame(columns.t, sampling);
    const range = shownRange(buckets, from, to);
    for (const plot of this.plots) plot.show({ columns, buckets, range, sampling, currency });
  }

  /**
   * Draws again, in the colours of now. The charts do it themselves when the system changes its
   * colours, or your page an attribute of `<html>`. Call it after any other change.
   */
  redraw() {
    for (const plot of this.plots) plot.redraw();
  }

  /** Removes the charts and their listeners. Call it when the element goes. */
  destroy() {
    this.stopped.abort();
    this.sizes.disconnect();
    this.attributes.disconnect();
    for (const plot of this.plots) plot.destroy();
    this.root.replaceChildren();
  }

  #watchSize() {
    this.sizes = new ResizeObserver(() => {
      for (const plot of this.plots) plot.fit();
    });
    for (const plot of this.plots) this.sizes.observe(plot.area);
  }

  #watchColours() {
    this.stopped = new AbortController();
    matchMedia(SCHEME).addEventListener("change", () => this.redraw(), {
      signal: this.stopped.signal,
    });
    this.attributes = new MutationObserver(() => this.redraw());
    this.attributes.observe(document.documentElement, { attributes: true });
  }
}

/** A bucket is shown whole, also where the range begins or ends in it. */
function shownRange(buckets, from, to) {
  const filled = buckets.filter(({ row }) => row !== null);
  const first = filled.at(0)?.start ?? from ?? 0;
  const last = filled.at(-1)?.end ?? to ?? first + 1;
  return [Math.min(from ?? first, first), Math.max(to ?? last, last)];
}
