const TOKEN = "origination-token";
// How many log-outs this browser has seen: of all tabs, and when this tab logged in.
const LOGOUTS = "origination-logouts";

const logouts = () => localStorage.getItem(LOGOUTS) ?? "0";

/** The token of this tab: another one logs in for itself, but a log-out is one of all tabs. */
export const session = {
  get token() {
    return this.id === logouts() ? sessionStorage.getItem(TOKEN) : null;
  },

  set token(token) {
    if (token) sessionStorage.setItem(TOKEN, token);
    else sessionStorage.removeItem(TOKEN);
    sessionStorage.setItem(LOGOUTS, logouts());
  },

  /** Differs after a log-out: what belongs to another one is none of this customer's. */
  get id() {
    return sessionStorage.getItem(LOGOUTS) ?? logouts();
  },

  end() {
    localStorage.setItem(LOGOUTS, Number(logouts()) + 1);
    this.token = null;
  },

  /** `act()` when another tab logs out. */
  onEnd(act) {
    addEventListener("storage", ({ key }) => key === LOGOUTS && act());
  },
};
