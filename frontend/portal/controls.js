import { fittingSampling, SAMPLINGS, samplingName } from "../sampling.js";
import { Chips } from "./chips.js";
import { byId, make } from "./dom.js";
import { minuteText } from "./state.js";

const AT_ONCE = new Set(["account", "sampling"]);
const EXACT = "exact";

/** The form of what to show; `change(changes)` is told what a person chose, as part of a state. */
export class Controls {
  constructor(change) {
    this.form = byId("controls");
    this.fields = this.form.elements;
    this.filters = [...this.form.querySelectorAll("#filters input")];
    this.chips = new Chips(this.fields, (filters) => change({ filters }));
    this.fields.sampling.append(...SAMPLINGS.map(samplingOption));
    this.listen(change);
  }

  get filterNames() {
    return this.filters.map(({ name }) => name);
  }

  listen(change) {
    this.form.addEventListener("change", ({ target }) => this.choose(target, change));
    this.form.addEventListener("input", () => this.checkExact());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      change({ ...this.exactRange(), filters: this.given() });
    });
    byId("clear").addEventListener("click", () => change({ filters: {} }));
  }

  choose({ name, value }, change) {
    if (AT_ONCE.has(name)) change({ [name]: value });
    if (name !== "range") return;
    this.showExact(value === EXACT);
    if (value !== EXACT) change({ range: value });
  }

  exactRange() {
    const { range, from, to } = this.fields;
    return range.value === EXACT ? { range: EXACT, from: from.value, to: to.value } : {};
  }

  given() {
    const filled = this.filters.filter(({ value }) => value.trim());
    return Object.fromEntries(filled.map(({ name, value }) => [name, value.trim()]));
  }

  /** `accounts`: `[{id, name}]`. */
  offer(accounts) {
    const options = accounts.map(({ id, name }) => make("option", { value: id }, [name]));
    this.fields.account.replaceChildren(...options);
  }

  /** Nothing that was offered or chosen stays in the page. */
  forget() {
    this.form.reset();
    this.offer([]);
    this.showFilters({});
  }

  focus() {
    this.fields.account.focus();
  }

  show({ range, sampling, filters }, { account, from, to }) {
    const { fields } = this;
    Object.assign(fields.account, { value: account });
    Object.assign(fields.sampling, { value: sampling });
    fields.sampling.options[0].textContent = `Automatic: ${samplingName(fittingSampling(to - from))}`;
    fields.range.value = range;
    [fields.from.value, fields.to.value] = [from, to].map(minuteText);
    this.showExact(range === EXACT);
    this.showFilters(filters);
  }

  showExact(exact) {
    this.form.querySelector(".exact").hidden = !exact;
    for (const name of ["from", "to"]) this.fields[name].disabled = !exact;
    this.checkExact();
  }

  checkExact() {
    const { from, to } = this.fields;
    to.setCustomValidity(from.value < to.value ? "" : "The end must be later than the start.");
  }

  showFilters(filters) {
    for (const field of this.filters) {
      field.value = filters[field.name] ?? "";
      field.removeAttribute("aria-invalid");
    }
    this.chips.show(filters);
  }

  /** Marks the field that an error such as "invalid value auth-orig-ip" names. */
  blame(error) {
    const field = this.filters.find(({ name }) => error.split(" ").includes(name));
    if (!field) return;
    field.setAttribute("aria-invalid", "true");
    byId("filters").open = true;
    field.focus();
  }
}

function samplingOption(sampling) {
  return make("option", { value: sampling }, [samplingName(sampling)]);
}
