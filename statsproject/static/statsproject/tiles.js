import { decimal, percent, whole } from "../origination/format.js";
import { make } from "./dom.js";

const TILES = [
  ["Calls", "total_calls", whole],
  ["Successful", "successful_calls", whole],
  ["Failed", "failed_calls", whole],
  ["ASR", "asr", percent],
  ["ACD, minutes", "acd", decimal],
  ["Minutes", "total_duration", decimal],
  ["Price", "total_price", decimal],
];

/** The totals of an answer as a list of terms and values. */
export function showTiles(list, totals, currency) {
  list.replaceChildren(
    ...TILES.map(([name, column, text]) =>
      make("div", { className: `tile tile-${column}` }, [
        make("dt", {}, [column === "total_price" && currency ? `${name}, ${currency}` : name]),
        make("dd", {}, [text(totals[column])]),
      ]),
    ),
  );
}
