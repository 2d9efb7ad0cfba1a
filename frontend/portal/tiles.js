import { COLUMNS, titleOf } from "./columns.js";
import { make } from "./dom.js";

/** The totals of an answer as a list of terms and values. */
export function showTiles(list, question, totals) {
  list.replaceChildren(
    ...COLUMNS.map((entry) =>
      make("div", { className: `tile tile-${entry.column}` }, [
        make("dt", {}, [titleOf(entry, question)]),
        make("dd", {}, [entry.text(totals[entry.column])]),
      ]),
    ),
  );
}
