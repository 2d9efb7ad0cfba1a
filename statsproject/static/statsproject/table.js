import { bucketName, decimal, percent, whole } from "../origination/format.js";
import { make } from "./dom.js";

const PAGE = 30;
const COLUMNS = [
  ["Calls", "total_calls", whole],
  ["Successful", "successful_calls", whole],
  ["Failed", "failed_calls", whole],
  ["ASR", "asr", percent],
  ["ACD", "acd", decimal],
  ["Minutes", "total_duration", decimal],
  ["Price", "total_price", decimal],
];

/** The rows of an answer, the newest first, so many at a time. */
export class Table {
  constructor(table, more) {
    [this.body] = table.tBodies;
    this.more = more;
    const names = ["Bucket, UTC", ...COLUMNS.map(([name]) => name)];
    table.tHead.rows[0].append(...names.map((name) => make("th", { scope: "col" }, [name])));
    more.addEventListener("click", () => this.add());
  }

  show(columns, sampling) {
    Object.assign(this, { columns, sampling, left: columns.t.length });
    this.body.replaceChildren();
    this.add();
  }

  add() {
    const rest = Math.max(0, this.left - PAGE);
    while (this.left > rest) this.body.append(this.row(--this.left));
    this.more.hidden = this.left === 0;
    this.more.textContent = `Show more (${whole(this.left)} left)`;
  }

  row(index) {
    const name = bucketName(this.columns.t[index], this.sampling);
    return make("tr", {}, [
      make("th", { scope: "row" }, [name]),
      ...COLUMNS.map(([, column, text]) => make("td", {}, [text(this.columns[column][index])])),
    ]);
  }
}
