import { fittingSampling, WIDTHS } from "../sampling.js";

/**
 * What is looked at: `{account, range, from, to, sampling, filters}`, as it stands in the URL.
 *
 * `range` is a preset, or "exact": then `from` and `to` are minutes of UTC as
 * "2026-06-11T15:40", `to` excluded. `sampling` "" is the one that fits. `filters` have the
 * endpoint's names.
 */
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const PRESETS = {
  "1h": HOUR,
  "24h": DAY,
  "7d": 7 * DAY,
  "30d": 30 * DAY,
  "90d": 90 * DAY,
  "365d": 365 * DAY,
};
const PLAIN = { account: "", range: "7d", from: "", to: "", sampling: "" };
export const LONGEST = "365d";

export function readState(search, filterNames) {
  const given = new URLSearchParams(search);
  const state = { ...PLAIN, ...picked(given, Object.keys(PLAIN)) };
  return { ...mended(state), filters: picked(given, filterNames) };
}

function picked(given, names) {
  return Object.fromEntries(names.filter((n) => given.get(n)).map((n) => [n, given.get(n)]));
}

/** A URL that somebody cut or wrote by hand still shows something. */
function mended(state) {
  if (minuteOf(state.from) < minuteOf(state.to)) return { ...state, range: "exact" };
  return { ...state, range: Object.hasOwn(PRESETS, state.range) ? state.range : PLAIN.range };
}

/** The query string of a view, without what is as it always is. */
export function writeState({ filters, ...state }) {
  const { range, from, to, ...others } = state;
  const told = range === "exact" ? { ...others, from, to } : { ...others, range };
  const changed = Object.entries(told).filter(([name, value]) => value !== PLAIN[name]);
  return `?${new URLSearchParams([...changed, ...Object.entries(filters)])}`;
}

/** Unix seconds, `to` excluded; a preset ends with this minute and begins with a whole bucket. */
export function rangeOf(state, now) {
  if (state.range === "exact") return { from: minuteOf(state.from), to: minuteOf(state.to) };
  const to = endOfMinute(now);
  const width = WIDTHS[fittingSampling(PRESETS[state.range])];
  return { from: down(to - PRESETS[state.range], Math.min(width, DAY)), to };
}

/** Changes of a state that make it show these Unix seconds, in whole minutes. */
export function exactly(from, to) {
  const start = down(from, MINUTE);
  const end = Math.max(-down(-to, MINUTE), start + MINUTE);
  return { range: "exact", from: minuteText(start), to: minuteText(end), sampling: "" };
}

/** Three times the range around its middle, not into the future. */
export function wider({ from, to }, now) {
  const length = to - from;
  const end = Math.max(to, Math.min(to + length, endOfMinute(now)));
  return exactly(Math.max(0, end - 3 * length), end);
}

function endOfMinute(now) {
  return down(now, MINUTE) + MINUTE;
}

function down(seconds, width) {
  return Math.floor(seconds / width) * width;
}

/** Unix seconds -> minutes of UTC, as a form has them. */
export function minuteText(seconds) {
  return new Date(seconds * 1000).toISOString().slice(0, 16);
}

function minuteOf(text) {
  return Date.parse(`${text}Z`) / 1000;
}
