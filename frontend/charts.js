/*!
 * Charts of the endpoint's columns: calls, ASR, ACD, minutes and price, with one cursor.
 *
 *     const charts = new Charts(element, { onZoom, onBucket });
 *     charts.show({ columns, sampling, from, to, currency });
 *
 * - `columns`: the `data` of an answer; a bucket that is not listed is shown as a gap.
 * - `sampling`: the word that was asked for.
 * - `from`, `to`: the range shown, Unix seconds; null: as far as the columns go.
 * - `currency`: ISO 4217, or null.
 * - `onZoom(from, to)`: a range was dragged, Unix seconds, `to` excluded. The charts stay as they
 *   are until they are shown something else.
 * - `onBucket(start, end)`: a bucket was clicked, or chosen by Enter; Unix seconds, `end` excluded.
 *
 * `charts.redraw()` after a change of colours that is neither the system's nor an attribute of the
 * root element; `charts.destroy()` when the element goes. The page links `charts.css` and
 * `uplot/uPlot.min.css`; colours are the custom properties that `charts.css` declares. Each chart
 * takes the focus; arrow keys, Home and End move the cursor, and what stands under it is read out.
 */
import { frame } from "./frame.js";
import { METRICS } from "./metrics.js";
import { Plot } from "./plot.js";

const SCHEME = "(prefers-color-scheme: dark)";
let groups = 0;

export class Charts {
  constructor(root, { onZoom = () => {}, onBucket = () => {} } = {}) {
    this.root = root;
    root.classList.add("charts");
    const group = `charts-${++groups}`;
    this.plots = METRICS.map((metric) => new Plot(metric, { group, onZoom, onBucket }));
    root.replaceChildren(...this.plots.map((plot) => plot.element));
    this.watchSize();
    this.watchColours();
  }

  show({ columns, sampling, from = null, to = null, currency = null }) {
    const buckets = frame(columns.t, sampling);
    const range = shownRange(buckets, from, to);
    for (const plot of this.plots) plot.show({ columns, buckets, range, sampling, currency });
  }

  redraw() {
    for (const plot of this.plots) plot.redraw();
  }

  destroy() {
    this.stopped.abort();
    this.sizes.disconnect();
    this.attributes.disconnect();
    for (const plot of this.plots) plot.destroy();
    this.root.replaceChildren();
  }

  watchSize() {
    this.sizes = new ResizeObserver(() => {
      for (const plot of this.plots) plot.fit();
    });
    for (const plot of this.plots) this.sizes.observe(plot.area);
  }

  watchColours() {
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
