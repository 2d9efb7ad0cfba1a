import { bucketName } from "./format.js";

/** A chart's caption: its title, and the legend or what stands under the cursor. */
export class Readout {
  constructor(metric) {
    // As they are read: what is drawn last stands in front.
    Object.assign(this, { metric, series: [...metric.series].reverse() });
    this.element = make("figcaption", "chart-caption");
    this.title = make("span", "chart-title");
    this.values = make("span", "chart-readout");
    this.element.append(this.title, this.values);
  }

  begin({ columns, sampling, currency }) {
    Object.assign(this, { columns, sampling });
    this.title.textContent = this.metric.title(currency);
  }

  /** `bucket`: of the frame; undefined: the cursor stands nowhere. */
  show(bucket) {
    this.values.replaceChildren(...(bucket ? this.under(bucket) : this.legend()));
  }

  /** For who cannot see it. */
  get text() {
    return [...this.values.children].map(({ textContent }) => textContent).join(", ");
  }

  legend() {
    return this.series.filter(({ label }) => label).map((series) => key(series));
  }

  under({ start, row }) {
    const name = make("span", "chart-time", bucketName(start, this.sampling));
    if (row === null) return [name, make("span", "chart-value", "no calls")];
    return [name, ...this.series.map((series) => key(series, this.columns[series.column][row]))];
  }
}

/** A series by its colour and label, with its value where there is one. */
function key({ label, colour, text }, value) {
  const words = [label, value === undefined ? "" : text(value)].filter(Boolean);
  const element = make("span", "chart-value", words.join(" "));
  element.style.setProperty("--chart-key", `var(${colour})`);
  return element;
}

export function make(tag, className, text = "") {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}
