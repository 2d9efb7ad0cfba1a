/*!
 * Client of the customer API; it needs no other file.
 *
 *     const api = new Api("/api/rest/customer/v1");
 *     api.token = await api.login("alice", "wonderland");
 *     const accounts = await api.accounts();
 *     const answer = await api.statistics({
 *       "account-id": accounts[0].id, ...timeRange(from, to), sampling: "hour",
 *     }, { signal });
 *
 * Whatever goes wrong is an `ApiError` with the endpoint's own text; a request given up by its
 * signal is the browser's `AbortError`.
 */

const JSON_API = "application/vnd.api+json";
const CSV = "text/csv";

/** `status`: of HTTP, 0 where no answer came; `retryAfter`: seconds, or null. */
export class ApiError extends Error {
  constructor(status, text, retryAfter = null) {
    super(text);
    Object.assign(this, { name: "ApiError", status, retryAfter });
  }
}

export class Api {
  /** `mount`: where the site mounts the API, without a slash at the end. */
  constructor(mount, token = null) {
    Object.assign(this, { mount, token });
  }

  /** A token for these credentials. */
  async login(login, password, { signal } = {}) {
    const response = await send(`${this.mount}/auth`, {
      method: "POST",
      headers: { "Content-Type": JSON_API, Accept: JSON_API },
      body: JSON.stringify({ auth: { login, password } }),
      signal,
    });
    return (await body(response, "json")).jwt;
  }

  /** `[{id, name, currency}]`, by name. `search`: of operators, who have more than fit a list. */
  async accounts({ search, signal } = {}) {
    const { data } = await body(await this.get("accounts", { search }, JSON_API, signal), "json");
    return data.map(({ id, attributes }) => ({ id, ...attributes }));
  }

  /** `{data: {t: [], …}, rows, totals}`; `parameters` by their names in the URL, empty ones left out. */
  async statistics(parameters, { signal } = {}) {
    const response = await this.get("origination-statistics", parameters, JSON_API, signal);
    return body(response, "json");
  }

  /** The same as a file: a Blob of CSV. */
  async csv(parameters, { signal } = {}) {
    const response = await this.get("origination-statistics", parameters, CSV, signal);
    return body(response, "blob");
  }

  get(path, parameters, accept, signal) {
    return send(`${this.mount}/${path}${query(parameters)}`, {
      headers: { Authorization: this.token ?? "", Accept: accept },
      signal,
    });
  }
}

/** Unix seconds, `to` excluded -> parameters; the endpoint includes its `to-time`. */
export function timeRange(from, to = null) {
  const range = { "from-time": iso(from) };
  return to === null ? range : { ...range, "to-time": iso(to - 1).replace("Z", ".999999Z") };
}

function iso(seconds) {
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");
}

function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== "" && value != null);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

async function send(url, options) {
  const response = await fetch(url, options).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "no connection to the server");
  });
  if (!response.ok) throw await failure(response);
  return response;
}

async function failure(response) {
  const { error } = await response.json().catch(() => ({}));
  const retryAfter = Number(response.headers.get("Retry-After")) || null;
  return new ApiError(response.status, error ?? `HTTP status ${response.status}`, retryAfter);
}

/** A connection that breaks in the middle of the body is no answer either. */
async function body(response, kind) {
  return response[kind]().catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "the answer broke off");
  });
}
