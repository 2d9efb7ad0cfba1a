/** The portal page: the state in the URL -> a question to the endpoint -> what is shown. */
import { Api, ApiError } from "../origination/api.js";
import { Controls } from "./controls.js";
import { byId } from "./dom.js";
import { download } from "./download.js";
import { Login } from "./login.js";
import { messages, toldOf } from "./messages.js";
import { Newest } from "./newest.js";
import { ask, parametersOf, questionOf } from "./question.js";
import { Results } from "./results.js";
import { session } from "./session.js";
import { exactly, LONGEST, readState, wider, writeState } from "./state.js";

const EXPIRED = "Your session has expired. Log in to return to this view.";
const NO_ACCOUNT = "There is no account that you may see.";

const now = () => Date.now() / 1000;

class Portal {
  constructor() {
    this.api = new Api(document.body.dataset.mount, session.token);
    this.views = new Newest();
    this.downloads = new Newest();
    this.controls = new Controls((changes) => this.go(changes));
    this.results = new Results({
      onZoom: (from, to) => this.go(exactly(from, to)),
      onBucket: (start, end) => this.lookInto(start, end),
    });
    this.login = new Login({
      ask: (login, password) => this.api.login(login, password),
      done: (token) => this.enter(token),
    });
    this.listen();
  }

  listen() {
    const clicks = {
      logout: () => this.logOut(),
      reload: () => this.load(),
      csv: () => this.download(),
      wider: () => this.go(wider(this.question, now())),
      longest: () => this.go({ range: LONGEST }),
    };
    for (const [id, act] of Object.entries(clicks)) byId(id).addEventListener("click", act);
    addEventListener("popstate", () => this.start());
    addEventListener("online", () => this.offline && this.load());
  }

  /** Show what the URL says. */
  start() {
    this.state = readState(location.search, this.controls.filterNames);
    if (this.api.token) this.load();
    else this.leave("");
  }

  /** Show another view, with an address of its own. */
  go(changes) {
    this.state = { ...this.state, ...changes };
    history.pushState(null, "", writeState(this.state));
    this.load();
  }

  lookInto(start, end) {
    if (this.question.sampling !== "minute") this.go(exactly(start, end));
  }

  enter(token) {
    this.api.token = session.token = token;
    this.load();
    this.controls.focus();
  }

  /** Forget everything: the next to log in here may be somebody else. */
  logOut() {
    session.token = null;
    location.assign(location.pathname);
  }

  /** Forget the token; the view in the URL stays for who logs in next. */
  leave(reason) {
    this.views.stop();
    this.downloads.stop();
    this.api.token = session.token = this.accounts = null;
    this.results.hide();
    this.showInside(false);
    this.login.show(reason);
  }

  showInside(inside) {
    byId("portal").hidden = byId("logout").hidden = !inside;
  }

  load() {
    this.showInside(true);
    messages.loading();
    return this.guarded(this.views, (signal) => this.answer(signal));
  }

  download() {
    return this.guarded(this.downloads, async (signal) => {
      const { name, from, sampling } = this.question;
      const day = new Date(from * 1000).toISOString().slice(0, 10);
      const csv = await this.api.csv(parametersOf(this.question), { signal });
      download(csv, `${name} ${day} by ${sampling}.csv`);
    });
  }

  async guarded(requests, request) {
    this.offline = false;
    await requests.run(request).catch((error) => this.fail(error));
  }

  async answer(signal) {
    this.accounts ??= await this.offered(signal);
    this.question = questionOf(this.state, this.accounts, now());
    this.controls.show(this.state, this.question);
    const { question, answer, notice } = await ask(this.api, this.question, { signal });
    this.question = question;
    this.results.show(question, answer);
    document.title = `${question.name} – Call statistics`;
    messages.loaded(answer);
    messages.notice(notice);
  }

  async offered(signal) {
    const accounts = await this.api.accounts({ signal });
    if (accounts.length === 0) throw new ApiError(404, NO_ACCOUNT);
    this.controls.offer(accounts);
    return accounts;
  }

  fail(error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401) this.leave(EXPIRED);
    else this.tell(error);
  }

  tell(error) {
    this.offline = error.status === 0;
    this.results.hide();
    messages.error(toldOf(error), { name: "Try again", act: () => this.load() });
    this.controls.blame(error.message);
  }
}

new Portal().start();
