/** The statistics page of the admin: asks what its form says, draws it, leads to the CDRs. */
import { Api, ApiError, timeRange } from "../api.js";
import { Charts } from "../charts.js";
import { bucketName, decimal, percent, whole } from "../format.js";
import { fittingSampling } from "../sampling.js";

const MOST_ROWS = 1000;
const page = document.getElementById("statistics");
const currency = page.dataset.currency || null;
const COLUMNS = {
  total_calls: ["Calls", whole],
  successful_calls: ["Successful", whole],
  failed_calls: ["Failed", whole],
  asr: ["ASR", percent],
  acd: ["ACD, min", decimal],
  total_duration: ["Minutes", decimal],
  total_price: [currency ? `Price, ${currency}` : "Price", decimal],
};

const [form, message, results, totals, buckets, csv] = [
  "filters",
  "message",
  "results",
  "totals",
  "buckets",
  "csv",
].map((id) => document.getElementById(id));
const mount = page.dataset.mount.replace(/\/$/, "");
const charts = new Charts(document.getElementById("charts"), { onZoom: zoom, onBucket: openCalls });
const question = parameters();

function parameters() {
  const given = [...new FormData(form)].filter(([, value]) => value !== "");
  return Object.fromEntries(given);
}

function query(changes) {
  return new URLSearchParams({ ...question, ...changes });
}

function iso(seconds) {
  return new Date(seconds * 1000).toISOString();
}

async function ask() {
  if (!question["account-id"]) return;
  page.setAttribute("aria-busy", "true");
  message.textContent = "Asking…";
  try {
    show(await new Api(mount).statistics(question));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    message.textContent = error.message;
  } finally {
    page.setAttribute("aria-busy", "false");
  }
}

function show(answer) {
  message.textContent = answer.rows ? "" : "No calls.";
  results.hidden = !answer.rows;
  totals.replaceChildren(...Object.entries(COLUMNS).map((column) => tile(column, answer.totals)));
  csv.href = `${mount}/origination-statistics?${query({ format: "csv" })}`;
  fillTable(answer.data);
  const [from, to] = [question["from-time"], question["to-time"]].map(seconds);
  charts.show({ columns: answer.data, sampling: question.sampling, from, to, currency });
}

/** What the form takes for a time, as Unix seconds; null: it is not given, or too free a form. */
function seconds(text) {
  const moment = Date.parse(/Z|[+-]\d\d:?\d\d$/.test(text ?? "") ? text : `${text}Z`);
  return Number.isNaN(moment) ? null : moment / 1000;
}

function tile([name, [label, text]], values) {
  const box = document.createElement("div");
  box.append(element("dt", label), element("dd", text(values[name])));
  return box;
}

function fillTable(data) {
  const [head, body] = [buckets.tHead, buckets.tBodies[0]];
  const labels = ["Start, UTC", ...Object.values(COLUMNS).map(([label]) => label)];
  head.replaceChildren(row(labels.map(heading)));
  body.replaceChildren(...data.t.slice(0, MOST_ROWS).map((start, n) => bucketRow(data, start, n)));
  if (data.t.length > MOST_ROWS) body.append(row([element("td", "… the others are in the CSV")]));
}

function bucketRow(data, start, n) {
  const name = element("th", bucketName(start, question.sampling));
  name.scope = "row";
  const cells = Object.entries(COLUMNS).map(([column, [, text]]) => text(data[column][n]));
  const values = cells.map((text, index) => (index ? element("td", text) : callsCell(text, start)));
  return row([name, ...values]);
}

function callsCell(text, start) {
  const link = element("a", text);
  link.href = callsOf(start);
  const cell = document.createElement("td");
  cell.append(link);
  return cell;
}

function heading(label) {
  return Object.assign(element("th", label), { scope: "col" });
}

function row(cells) {
  const line = document.createElement("tr");
  line.append(...cells);
  return line;
}

function element(tag, text) {
  return Object.assign(document.createElement(tag), { textContent: text });
}

/** The server knows where the bucket ends, and what of it the range covers. */
function callsOf(start) {
  return `${page.dataset.calls}?${query({ bucket: iso(start) })}`;
}

function openCalls(start) {
  location.assign(callsOf(start));
}

function zoom(from, to) {
  location.assign(`?${query({ ...timeRange(from, to), sampling: fittingSampling(to - from) })}`);
}

ask();
