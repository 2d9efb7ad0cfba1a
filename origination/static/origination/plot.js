import { axes } from "./axes.js";
import { bucketName } from "./format.js";
import { along, middle } from "./frame.js";
import { drawnSeries } from "./shapes.js";
import { samplingName } from "./sampling.js";
import uPlot from "./uplot/uPlot.esm.js";

const LEAST_DRAG = 8;
const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
// Zooming is for the page, which asks for it; the charts only say where.
const IGNORED = () => () => null;
const MOVES = new Set(["mousemove", "mouseleave"]);
const AWAY = { left: -10, top: -10 };

const utc = (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC");

/** One chart: a caption with what stands under the cursor, and the drawing. */
export class Plot {
  constructor(metric, { group, onZoom, onBucket }) {
    Object.assign(this, { metric, onZoom, onBucket, buckets: [], index: null });
    this.build();
    this.drawing = new uPlot(this.options(group), this.emptyData(), this.area);
    this.area.addEventListener("keydown", (event) => this.press(event));
    this.drawing.over.addEventListener("pointerdown", () => (this.touched = this.index));
    this.drawing.over.addEventListener("click", (event) => this.click(event));
  }

  build() {
    this.element = make("figure", `chart chart-${this.metric.name}`);
    this.title = make("span", "chart-title");
    this.readout = make("span", "chart-readout");
    this.area = make("div", "chart-area");
    const caption = make("figcaption", "chart-caption");
    caption.append(this.title, this.readout);
    this.element.append(caption, this.area);
    for (const [name, value] of Object.entries({ role: "slider", "aria-valuemin": 0 })) {
      this.area.setAttribute(name, value);
    }
    this.area.tabIndex = 0;
  }

  options(group) {
    return {
      tzDate: utc,
      padding: [10, 14, 0, 0],
      width: 300,
      height: 150,
      legend: { show: false },
      series: [{}, ...this.metric.series.map((series) => drawnSeries(series, this.metric, this))],
      axes: axes(this.element),
      scales: {
        x: { range: () => this.range ?? [0, 1] },
        y: { range: (_, least, most) => this.heights(least, most) },
      },
      cursor: {
        y: false,
        points: this.metric.shape === "line" ? { size: 8 } : { show: false },
        drag: { x: true, y: false, setScale: false, dist: LEAST_DRAG },
        bind: { dblclick: IGNORED },
        sync: { key: group, scales: ["x", null], filters: { pub: (type) => MOVES.has(type) } },
      },
      hooks: {
        setCursor: [({ cursor }) => this.point(cursor.idx ?? null)],
        setSelect: [({ select }) => this.zoom(select)],
      },
    };
  }

  heights(least, most) {
    return [Math.min(0, least ?? 0), this.metric.ceiling ?? (1.08 * (most ?? 0) || 1)];
  }

  emptyData() {
    return [[], ...this.metric.series.map(() => [])];
  }

  show({ columns, buckets, range, sampling, currency }) {
    Object.assign(this, { columns, buckets, range, sampling });
    this.title.textContent = this.metric.title(currency);
    this.label(samplingName(sampling));
    this.fit();
    this.drawing.setData([
      buckets.map(middle),
      ...this.metric.series.map(({ column, drawn }) => along(buckets, columns[drawn ?? column])),
    ]);
    this.drawing.setCursor(AWAY);
  }

  label(step) {
    this.area.setAttribute("aria-label", `${this.title.textContent}, by ${step}`);
    this.area.setAttribute("aria-valuemax", Math.max(0, this.columns.t.length - 1));
  }

  fit() {
    const { clientWidth: width, clientHeight: height } = this.area;
    const { width: drawnWidth, height: drawnHeight } = this.drawing;
    if (!width || (width === drawnWidth && height === drawnHeight)) return;
    this.drawing.setSize({ width, height });
  }

  redraw() {
    this.drawing.redraw();
  }

  destroy() {
    this.drawing.destroy();
  }

  /** The cursor stands on the bucket of this index; null: on none. */
  point(index) {
    this.index = this.buckets[index] ? index : null;
    this.readout.replaceChildren(...(this.index === null ? this.legend() : this.values()));
    this.area.setAttribute("aria-valuenow", Math.max(0, this.bucket?.row ?? 0));
    this.area.setAttribute("aria-valuetext", this.spoken());
  }

  spoken() {
    if (this.index === null) return "no bucket chosen";
    return [...this.readout.children].map(({ textContent }) => textContent).join(", ");
  }

  get bucket() {
    return this.buckets[this.index];
  }

  /** Series as they are read: what is drawn last stands in front. */
  get read() {
    return [...this.metric.series].reverse();
  }

  legend() {
    return this.read.filter(({ label }) => label).map((series) => this.key(series, ""));
  }

  values() {
    const name = make("span", "chart-time", bucketName(this.bucket.start, this.sampling));
    if (this.bucket.row === null) return [name, make("span", "chart-value", "no calls")];
    return [name, ...this.read.map((series) => this.key(series, this.value(series)))];
  }

  value({ column, text }) {
    return text(this.columns[column][this.bucket.row]);
  }

  key({ label, colour }, value) {
    const key = make("span", "chart-value", [label, value].filter(Boolean).join(" "));
    key.style.setProperty("--chart-key", `var(${colour})`);
    return key;
  }

  zoom({ left, width }) {
    if (width < LEAST_DRAG) return;
    const [from, to] = [left, left + width].map((x) => this.drawing.posToVal(x, "x"));
    this.drawing.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.onZoom(Math.floor(from), Math.ceil(to));
  }

  /** A finger's first touch of a bucket only shows its values: it cannot hover. */
  click({ pointerType }) {
    if (pointerType !== "touch" || this.touched === this.index) this.choose();
  }

  choose() {
    if (this.bucket && this.bucket.row !== null) this.onBucket(this.bucket.start, this.bucket.end);
  }

  press(event) {
    if (event.key === "Enter") this.choose();
    if (!(event.key in STEPS)) return;
    event.preventDefault();
    this.step(STEPS[event.key]);
  }

  /** Move the cursor by so many rows of the answer. */
  step(rows) {
    const last = this.columns.t.length - 1;
    const row = Math.min(last, Math.max(0, (this.bucket?.row ?? (rows > 0 ? -1 : last + 1)) + rows));
    const index = this.buckets.findIndex((bucket) => bucket.row === row);
    if (index < 0) return;
    const left = this.drawing.valToPos(middle(this.buckets[index]), "x");
    this.drawing.setCursor({ left, top: 0 }, true, true);
  }
}

function make(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
