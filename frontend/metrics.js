import { decimal, percent, whole } from "./format.js";

/**
 * What each chart shows. Sums are bars, ratios are lines. A series is read from `column`;
 * `drawn` is the column of its upper edge where it stands on top of another series.
 */
export const METRICS = [
  {
    name: "calls",
    title: () => "Calls",
    shape: "bars",
    series: [
      {
        label: "failed",
        column: "failed_calls",
        drawn: "total_calls",
        colour: "--chart-failed",
        text: whole,
      },
      {
        label: "successful",
        column: "successful_calls",
        colour: "--chart-successful",
        text: whole,
      },
    ],
  },
  {
    name: "asr",
    title: () => "ASR, %",
    shape: "line",
    // A line at 100 % is seen whole.
    ceiling: 104,
    series: [{ column: "asr", colour: "--chart-asr", text: percent }],
  },
  {
    name: "acd",
    title: () => "ACD, minutes",
    shape: "line",
    series: [{ column: "acd", colour: "--chart-acd", text: decimal }],
  },
  {
    name: "minutes",
    title: () => "Minutes",
    shape: "bars",
    series: [{ column: "total_duration", colour: "--chart-minutes", text: decimal }],
  },
  {
    name: "price",
    title: (currency) => (currency ? `Price, ${currency}` : "Price"),
    shape: "bars",
    series: [{ column: "total_price", colour: "--chart-price", text: decimal }],
  },
];
