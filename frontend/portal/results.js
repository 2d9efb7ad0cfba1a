import { Charts } from "../charts.js";
import { bucketName } from "../format.js";
import { samplingName } from "../sampling.js";
import { byId } from "./dom.js";
import { Table } from "./table.js";
import { showTiles } from "./tiles.js";

const TO_THE_MINUTE = "minute";
const NOTHING = { t: [] };

/** Totals, charts and table of an answer. */
export class Results {
  constructor({ onZoom, onBucket }) {
    this.root = byId("results");
    this.charts = new Charts(byId("charts"), { onZoom, onBucket });
    this.table = new Table(this.root.querySelector("table"), byId("more"));
  }

  hide() {
    this.root.hidden = true;
  }

  /** Nothing of an answer stays in the page. */
  forget() {
    this.hide();
    byId("range").textContent = "";
    byId("tiles").replaceChildren();
    this.charts.show({ columns: NOTHING, sampling: TO_THE_MINUTE });
    this.table.show({ sampling: TO_THE_MINUTE }, NOTHING);
  }

  show(question, { data, totals, rows }) {
    this.root.hidden = false;
    byId("range").textContent = heading(question);
    byId("empty").hidden = rows > 0;
    byId("answer").hidden = byId("csv").disabled = rows === 0;
    showTiles(byId("tiles"), question, totals);
    this.charts.show({ columns: data, ...question });
    this.table.show(question, data);
  }
}

function heading({ from, to, sampling }) {
  const [first, last] = [from, to].map((seconds) => bucketName(seconds, TO_THE_MINUTE));
  return `${first} to ${last}, by ${samplingName(sampling)}`;
}
