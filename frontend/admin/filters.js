/** The form of filters: accounts by name, and no empty parameters in the address. */
import { Api } from "../api.js";

const form = document.getElementById("filters");
const { accounts: address } = form.closest("[data-accounts]").dataset;
const api = new Api(address.replace(/\/accounts$/, ""));

const id = form.elements["account-id"];
const search = id.cloneNode();
const list = document.createElement("datalist");
const found = new Map();
let asked = 0;

/** The visible input is for the name; the account's id travels in a hidden one. */
function searchByName() {
  list.id = "accounts";
  search.removeAttribute("name");
  search.value = id.dataset.name || id.value;
  search.setAttribute("list", list.id);
  search.placeholder = "name or uuid";
  id.before(search, list);
  id.type = "hidden";
  search.addEventListener("input", choose);
  search.addEventListener("focus", suggest, { once: true });
}

async function choose() {
  search.setCustomValidity("");
  id.value = found.get(search.value) ?? "";
  if (!id.value) await suggest();
  id.value = found.get(search.value) ?? "";
}

async function suggest() {
  const number = ++asked;
  const accounts = await api.accounts({ search: search.value }).catch(() => []);
  // A later question may have been answered earlier.
  if (number !== asked) return;
  for (const account of accounts) remember(account);
  list.replaceChildren(...accounts.map(option));
}

/** Accounts of one name are told apart by their ids. */
function remember({ id: uuid, name }) {
  const taken = found.get(name);
  found.set(taken && taken !== uuid ? `${name} ${uuid}` : name, uuid).set(uuid, uuid);
}

function option({ id: uuid, name }) {
  const label = found.get(name) === uuid ? name : `${name} ${uuid}`;
  return Object.assign(document.createElement("option"), { value: label });
}

function submit(event) {
  if (search.value && !id.value) {
    event.preventDefault();
    search.setCustomValidity("No such account: choose one of the list.");
    search.reportValidity();
    return;
  }
  for (const input of form.elements) if (input.name && !input.value) input.disabled = true;
}

searchByName();
form.addEventListener("submit", submit);
// Back from the next page, the form is as it was left.
addEventListener("pageshow", () => {
  for (const input of form.elements) input.disabled = false;
});
