/** The element of this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** A new element; `children` are elements or texts. */
export function make(tag, properties = {}, children = []) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}
