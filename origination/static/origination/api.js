// api.js
/*!
 * A client of the customer API. It needs no other file.
 *
 *     const api = new Api("/api/rest/customer/v1");
 *     api.token = await api.login("alice", "wonderland");
 *     const accounts = await api.accounts();
 *     const answer = await api.statistics({
 *       "account-id": accounts[0].id, ...timeRange(from, to), sampling: "hour",
 *     });
 *
 * Each method of `Api` returns a promise. It is rejected with an `ApiError`, or with the browser's
 * `AbortError` when your signal gives the request up.
 */
var JSON_API = "application/vnd.api+json";
var CSV = "text/csv";
var ApiError = class extends Error {
  /**
   * @param {number} status - of HTTP; 0 when no answer came
   * @param {string} text - the message
   * @param {?number} [retryAfter] - seconds until the API takes the next request, if it names them
   */
  constructor(status, text, retryAfter = null) {
    super(text);
    Object.assign(this, { name: "ApiError", status, retryAfter });
  }
};
var Api = class {
  /**
   * @param {string} mount - the path or address of the API, without a slash at the end
   * @param {?string} [token] - of the customer; you may set it later, as the property `token`
   */
  constructor(mount, token = null) {
    Object.assign(this, { mount, token });
  }
  /**
   * Obtains a token. It does not set `token`.
   *
   * @param {string} login - the name that the customer logs in with
   * @param {string} password - as the customer types it
   * @param {AbortSignal} [options.signal] - gives the request up
   * @returns {Promise<string>} the token
   */
  async login(login, password, { signal } = {}) {
    const response = await send(`${this.mount}/auth`, {
      method: "POST",
      headers: { "Content-Type": JSON_API, Accept: JSON_API },
      body: JSON.stringify({ auth: { login, password } }),
      signal
    });
    return (await body(response, "json")).jwt;
  }
  /**
   * Lists the accounts that the customer may see, by name.
   *
   * @param {AbortSignal} [options.signal] - gives the request up
   * @param {string} [options.search] - a part of the name: for the admin alone, the customer API
   *   ignores it
   * @returns {Promise<Array<{id: string, name: string, currency: ?string}>>} `id` is the uuid
   */
  async accounts({ search, signal } = {}) {
    const { data } = await body(await this.#get("accounts", { search }, JSON_API, signal), "json");
    return data.map(({ id, attributes }) => ({ id, ...attributes }));
  }
  /**
   * Asks for the statistics of one account.
   *
   * @param {Object} parameters - by their names in the URL; empty ones are left out
   * @param {AbortSignal} [options.signal] - gives the request up
   * @returns {Promise<{data: Object, rows: number, totals: Object}>} the answer of the endpoint
   */
  async statistics(parameters, { signal } = {}) {
    const response = await this.#get("origination-statistics", parameters, JSON_API, signal);
    return body(response, "json");
  }
  /**
   * Asks for the same as a file.
   *
   * @param {Object} parameters - as those of `statistics`
   * @param {AbortSignal} [options.signal] - gives the request up
   * @returns {Promise<Blob>} CSV
   */
  async csv(parameters, { signal } = {}) {
    const response = await this.#get("origination-statistics", parameters, CSV, signal);
    return body(response, "blob");
  }
  #get(path, parameters, accept, signal) {
    return send(`${this.mount}/${path}${query(parameters)}`, {
      headers: { Authorization: this.token ?? "", Accept: accept },
      signal
    });
  }
};
function timeRange(from, to = null) {
  const range = { "from-time": iso(from) };
  return to === null ? range : { ...range, "to-time": iso(to - 1).replace("Z", ".999999Z") };
}
function iso(seconds) {
  return new Date(seconds * 1e3).toISOString().replace(/\.\d+Z$/, "Z");
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
async function body(response, kind) {
  return response[kind]().catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "the answer broke off");
  });
}
export {
  Api,
  ApiError,
  timeRange
};
