import { bucketName, whole } from "../format.js";
import { COLUMNS, titleOf } from "./columns.js";
import { make } from "./dom.js";

const PAGE = 30;

/** The rows of an answer, the newest first, so many at a time. */
export class Table {
  /** `more`: the button that shows more of them. */
  constructor(table, more) {
    [this.head] = table.tHead.rows;
    [this.body] = table.tBodies;
    this.more = more;
    more.addEventListener("click", () => this.add());
  }

  show(question, columns) {
    Object.assign(this, { columns, sampling: question.sampling, left: columns.t.length });
    const titles = ["Bucket, UTC", ...COLUMNS.map((entry) => titleOf(entry, question))];
    this.head.replaceChildren(...titles.map((title) => make("th", { scope: "col" }, [title])));
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
      ...COLUMNS.map(({ column, text }) => make("td", {}, [text(this.columns[column][index])])),
    ]);
  }
}
