import { byId, make } from "./dom.js";

/** The filters in use, each with a button that removes it; `change(filters)` is told the others. */
export class Chips {
  /** `fields`: elements of the form, by name. */
  constructor(fields, change) {
    Object.assign(this, { fields, change });
  }

  show(filters) {
    const chips = Object.keys(filters).map((name) => this.chip(name, filters));
    byId("chips").replaceChildren(...chips);
    byId("chips").hidden = chips.length === 0;
  }

  chip(name, { [name]: value, ...others }) {
    const text = `${this.label(name)} ${value}`;
    const chip = make("button", { type: "button", ariaLabel: `Remove filter ${text}` }, [text]);
    chip.addEventListener("click", () => this.remove(others));
    return chip;
  }

  /** The focus goes on, for the chip that had it is gone. */
  remove(others) {
    byId("filters").querySelector("summary").focus();
    this.change(others);
  }

  label(name) {
    const [label] = this.fields[name].labels;
    const group = label.closest("fieldset").querySelector("legend");
    return `${group.textContent} · ${label.textContent.trim()}`;
  }
}
