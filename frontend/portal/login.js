import { byId } from "./dom.js";
import { toldOf } from "./messages.js";

/**
 * The login form: `ask(login, password)` gives a token, `done(token)` takes it. Where customers log
 * in elsewhere on the site, the form only leads there, and back to this view.
 */
export class Login {
  constructor({ ask, done }) {
    this.root = byId("login");
    this.form = this.root.querySelector("form");
    Object.assign(this, { ask, done });
    this.form.addEventListener("submit", (event) => {
      if (this.isElsewhere) return this.nameTheView();
      event.preventDefault();
      return this.submit();
    });
  }

  get isElsewhere() {
    return "next" in this.form.elements;
  }

  nameTheView() {
    this.form.elements.next.value = location.pathname + location.search;
  }

  show(reason = "") {
    this.root.hidden = false;
    this.say(".login-reason", reason);
    this.say(".login-error", "");
    this.form.querySelector("input:not([type=hidden]), button").focus();
  }

  forget() {
    this.form.reset();
  }

  say(place, text) {
    this.form.querySelector(place).textContent = text;
  }

  async submit() {
    const { login, password } = this.form.elements;
    this.busy(true);
    this.say(".login-error", "");
    try {
      const token = await this.ask(login.value, password.value);
      this.form.reset();
      this.done(token);
    } catch (error) {
      this.say(".login-error", toldOf(error));
    } finally {
      this.busy(false);
    }
  }

  busy(busy) {
    this.form.querySelector("button").disabled = busy;
  }
}
