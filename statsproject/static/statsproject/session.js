const KEY = "origination-token";

/** The token of this browser tab: another tab logs in for itself, and closing it logs out. */
export const session = {
  get token() {
    return sessionStorage.getItem(KEY);
  },
  set token(token) {
    if (token) sessionStorage.setItem(KEY, token);
    else sessionStorage.removeItem(KEY);
  },
};
