/** The portal page: the state in the URL -> a question to the endpoint -> what is shown. */
import { Api, ApiError } from "./api.js";
import { Controls } from "./portal/controls.js";
import { byId } from "./portal/dom.js";
import { download } from "./portal/download.js";
import { Login } from "./portal/login.js";
import { messages, toldOf } from "./portal/messages.js";
import { Newest } from "./portal/newest.js";
import { ask, parametersOf, questionOf } from "./portal/question.js";
import { Results } from "./portal/results.js";
import { session } from "./portal/session.js";
import { exactly, LONGEST, readState, wider, writeState } from "./portal/state.js";

const EXPIRED = "Your session has expired. Log in to return to this view.";
const NO_ACCOUNT = "There is no account that you may see.";
const TITLE = document.title;

const now = () => Date.now() / 1000;

class Portal {
  constructor() {
    this.api = new Api(document.body.dataset.mount);
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
    // A browser keeps a page that is left, with all that is in its memory, for who goes back.
    addEventListener("pagehide", () => this.forget());
    addEventListener("pageshow", ({ persisted }) => persisted && this.start());
    session.onEnd(() => this.api.token && this.restart());
    addEventListener("online", () => this.offline && this.load());
  }

  /** Show what the URL says. */
  start() {
    this.markAddress();
    this.api.token = session.token;
    this.state = readState(location.search, this.controls.filterNames);
    if (this.api.token || this.login.isElsewhere) this.load();
    else this.leave("");
  }

  /** An address from before a log-out may name another customer's accounts and numbers. */
  markAddress() {
    const isOwn = (history.state ?? session.id) === session.id;
    history.replaceState(session.id, "", isOwn ? location.href : location.pathname);
  }

  /** Show another view, with an address of its own. */
  go(changes) {
    this.state = { ...this.state, ...changes };
    history.pushState(session.id, "", writeState(this.state));
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

  /** The next to log in here may be somebody else. */
  logOut() {
    session.end();
    this.restart();
  }

  restart() {
    this.forget();
    session.token = null;
    location.replace(location.pathname);
  }

  /** Forget who was here; the view in the URL stays for who logs in next. */
  leave(reason) {
    this.forget();
    session.token = null;
    this.showInside(false);
    this.login.show(reason);
  }

  /** Nothing of a customer stays in the page or in its memory. */
  forget() {
    this.views.stop();
    this.downloads.stop();
    this.api.token = this.accounts = this.question = null;
    this.offline = false;
    for (const part of [this.results, this.controls, this.login, messages]) part.forget();
    document.title = TITLE;
  }

  showInside(inside) {
    byId("portal").hidden = !inside;
    byId("logout").hidden = !inside || this.login.isElsewhere;
    byId("login").hidden = inside;
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
    if (error.status === 401) this.leave(this.api.token ? EXPIRED : "");
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
