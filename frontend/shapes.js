/*! uPlot 1.6.32, © Leon Sorokin, MIT: see uplot/LICENSE. */
import uPlot from "uplot";

const BARS = uPlot.paths.bars({ size: [0.86, Infinity], gap: 0 });
const LINES = uPlot.paths.linear();

/** The value of a custom property, read when it is drawn, so that a theme may change. */
export function colourOf(element, property) {
  return getComputedStyle(element).getPropertyValue(property).trim();
}

/** uPlot's options of a series. */
export function drawnSeries({ colour }, { shape }, { element }) {
  const paint = () => colourOf(element, colour);
  if (shape === "bars") return { paths: BARS, fill: paint, width: 0, points: { show: false } };
  return {
    paths: LINES,
    stroke: paint,
    width: 2,
    spanGaps: false,
    points: { show: false, size: 5, fill: paint, filter: alone },
  };
}

/** A value without neighbours has no line; it gets a point. */
function alone(plot, index) {
  const values = plot.data[index];
  const lonely = (i) => values[i] != null && values[i - 1] == null && values[i + 1] == null;
  return values.flatMap((_, i) => (lonely(i) ? [i] : []));
}
