import { decimal, percent, whole } from "../format.js";

/** What tiles and table show, in their order: `{name, column, text}`. */
export const COLUMNS = [
  { name: "Calls", column: "total_calls", text: whole },
  { name: "Successful", column: "successful_calls", text: whole },
  { name: "Failed", column: "failed_calls", text: whole },
  { name: "ASR", column: "asr", text: percent },
  { name: "ACD, minutes", column: "acd", text: decimal },
  { name: "Minutes", column: "total_duration", text: decimal },
  { name: "Price", column: "total_price", text: decimal, unit: "currency" },
];

/** The name with the unit that only the question knows. */
export function titleOf({ name, unit }, question) {
  return question[unit] ? `${name}, ${question[unit]}` : name;
}
