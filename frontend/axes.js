import { dayOfMonth, monthOfYear, short, timeOfDay } from "./format.js";
import { WIDTHS } from "./sampling.js";
import { colourOf } from "./shapes.js";

const FONT = "12px system-ui, sans-serif";

/** Time below, in UTC, and numbers at the left. */
export function axes(element) {
  const style = {
    font: FONT,
    stroke: () => colourOf(element, "--chart-axis"),
    grid: { stroke: () => colourOf(element, "--chart-grid"), width: 1 },
    ticks: { show: false },
  };
  return [
    { ...style, size: 28, space: 80, values: timeLabels, grid: { show: false } },
    { ...style, size: 52, space: 32, values: (_, splits) => splits.map(short) },
  ];
}

function timeLabels(_plot, splits, _axis, _space, step) {
  return splits.map((seconds) => timeLabel(seconds, step));
}

function timeLabel(seconds, step) {
  if (step >= 28 * WIDTHS.day) return monthOfYear(seconds);
  return step >= WIDTHS.day || seconds % WIDTHS.day === 0
    ? dayOfMonth(seconds)
    : timeOfDay(seconds);
}
