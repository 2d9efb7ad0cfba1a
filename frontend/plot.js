import uPlot from "uplot";
import { axes } from "./axes.js";
import { along, middle } from "./frame.js";
import { make, Readout } from "./readout.js";
import { samplingName } from "./sampling.js";
import { drawnSeries } from "./shapes.js";

const LEAST_DRAG = 8;
const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
const MOVES = new Set(["mousemove", "mouseleave"]);
const AWAY = { left: -10, top: -10 };
const UNSELECTED = { left: 0, top: 0, width: 0, height: 0 };
// Zooming is for the page, which asks for it; the charts only say where.
const IGNORED = () => () => null;

const utc = (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC");

/** One chart: its readout and its drawing, which is a slider to the keyboard. */
export class Plot {
  constructor(metric, { group, onZoom, onBucket }) {
    Object.assign(this, { metric, onZoom, onBucket, buckets: [], range: [0, 1] });
    this.build();
    this.drawing = new uPlot(this.options(group), this.dataOf([], {}), this.area);
    this.listen();
  }

  build() {
    this.readout = new Readout(this.metric);
    this.area = Object.assign(make("div", "chart-area"), { role: "slider", tabIndex: 0 });
    this.area.ariaValueMin = 0;
    this.element = make("figure", `chart chart-${this.metric.name}`);
    this.element.append(this.readout.element, this.area);
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
        x: { range: () => this.range },
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
        setCursor: [({ cursor }) => this.point(this.buckets[cursor.idx])],
        setSelect: [({ select }) => this.zoom(select)],
      },
    };
  }

  heights(least, most) {
    return [Math.min(0, least ?? 0), this.metric.ceiling ?? (1.08 * (most ?? 0) || 1)];
  }

  listen() {
    const { over } = this.drawing;
    over.addEventListener("pointerdown", () => (this.touched = this.bucket));
    over.addEventListener("click", (event) => this.click(event));
    this.area.addEventListener("keydown", (event) => this.press(event));
  }

  /** `answer`: `{columns, buckets, range, sampling, currency}`. */
  show(answer) {
    const { columns, buckets, range, sampling } = answer;
    Object.assign(this, { buckets, range, last: columns.t.length - 1 });
    this.readout.begin(answer);
    this.area.ariaLabel = `${this.readout.title.textContent}, by ${samplingName(sampling)}`;
    this.area.ariaValueMax = Math.max(0, this.last);
    this.fit();
    this.drawing.setData(this.dataOf(buckets, columns));
    this.drawing.setCursor(AWAY);
  }

  dataOf(buckets, columns) {
    const heights = ({ column, drawn = column }) => along(buckets, columns[drawn]);
    return [buckets.map(middle), ...this.metric.series.map(heights)];
  }

  fit() {
    const { clientWidth: width, clientHeight: height } = this.area;
    if (width && width !== this.drawing.width) this.drawing.setSize({ width, height });
  }

  redraw() {
    this.drawing.redraw();
  }

  destroy() {
    this.drawing.destroy();
  }

  /** The cursor stands on this bucket; undefined: on none. */
  point(bucket) {
    this.bucket = bucket;
    this.readout.show(bucket);
    this.area.ariaValueNow = bucket?.row ?? 0;
    this.area.ariaValueText = bucket ? this.readout.text : "no bucket chosen";
  }

  zoom({ left, width }) {
    if (width < LEAST_DRAG) return;
    const [from, to] = [left, left + width].map((x) => this.drawing.posToVal(x, "x"));
    this.drawing.setSelect(UNSELECTED, false);
    this.onZoom(Math.floor(from), Math.ceil(to));
  }

  /** A finger's first touch of a bucket only shows its values: it cannot hover. */
  click({ pointerType }) {
    if (pointerType !== "touch" || this.touched === this.bucket) this.choose();
  }

  choose() {
    const { start, end, row = null } = this.bucket ?? {};
    if (row !== null) this.onBucket(start, end);
  }

  press(event) {
    if (event.key === "Enter") this.choose();
    if (!Object.hasOwn(STEPS, event.key)) return;
    event.preventDefault();
    this.step(STEPS[event.key]);
  }

  /** Move the cursor by so many rows of the answer, from beyond its ends where it stands nowhere. */
  step(rows) {
    const from = this.bucket?.row ?? (rows > 0 ? -1 : this.last + 1);
    const row = Math.min(this.last, Math.max(0, from + rows));
    const bucket = this.buckets.find((one) => one.row === row);
    if (!bucket) return;
    const left = this.drawing.valToPos(middle(bucket), "x");
    this.drawing.setCursor({ left, top: 0 }, true, true);
  }
}
