import { whole } from "../format.js";
import { byId } from "./dom.js";

/** What a person is told: errors, notices, and for a screen reader that something has come. */
export const messages = {
  /** `action`: what to do about it, `{name, act}`. */
  error(text, action) {
    const button = byId("error").querySelector("button");
    byId("error").querySelector("p").textContent = text;
    byId("error").hidden = false;
    button.hidden = !action;
    button.textContent = action?.name ?? "";
    button.onclick = action?.act ?? null;
    this.say("");
  },

  notice(text) {
    byId("notice").textContent = text;
    byId("notice").hidden = !text;
  },

  loading() {
    byId("error").hidden = true;
    this.notice("");
    this.say("Loading");
    byId("portal").setAttribute("aria-busy", "true");
  },

  forget() {
    byId("error").hidden = true;
    byId("error").querySelector("p").textContent = "";
    this.notice("");
    this.say("");
  },

  loaded({ rows, totals }) {
    this.say(`${whole(totals.total_calls)} calls in ${whole(rows)} buckets`);
  },

  say(text) {
    byId("portal").setAttribute("aria-busy", "false");
    byId("said").textContent = text;
  },
};

/** An ApiError in a line. */
export function toldOf({ message, retryAfter }) {
  return retryAfter ? `${message} (wait ${retryAfter} seconds)` : message;
}
