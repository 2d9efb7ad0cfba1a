import { byId } from "./dom.js";
import { toldOf } from "./messages.js";

/** The login form: `ask(login, password)` gives a token, `done(token)` takes it. */
export class Login {
  constructor({ ask, done }) {
    this.root = byId("login");
    this.form = this.root.querySelector("form");
    Object.assign(this, { ask, done });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
  }

  show(reason = "") {
    this.root.hidden = false;
    this.say(".login-reason", reason);
    this.say(".login-error", "");
    this.form.elements.login.focus();
  }

  hide() {
    this.root.hidden = true;
    this.form.elements.password.value = "";
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
      this.hide();
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
