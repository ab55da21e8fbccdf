// Small tools for building elements. Text always goes in as text nodes, never as markup.

/**
 * @typedef {Node | string | null | undefined | false} Child
 */

/**
 * Makes an element. `on` holds listeners, `data` holds data attributes, `true` is an empty
 * attribute, `false`, `null` and `undefined` leave it out.
 *
 * @param {string} tag
 * @param {Record<string, any> | null} [props]
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export function h(tag, props, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (name === 'on') {
      for (const [type, listener] of Object.entries(value)) el.addEventListener(type, listener);
    } else if (name === 'data') {
      for (const [key, item] of Object.entries(value)) if (item != null) el.dataset[key] = String(item);
    } else if (value === true) {
      el.setAttribute(name, '');
    } else if (value !== false && value != null) {
      el.setAttribute(name, String(value));
    }
  }
  el.append(...children.filter(child => child != null && child !== false));
  return el;
}

/** @param {string} selector @param {ParentNode} [root] @returns {HTMLElement | null} */
export function find(selector, root = document) {
  return /** @type {HTMLElement | null} */ (root.querySelector(selector));
}

/**
 * Puts `wanted` in place as the children of `parent`, moving as little as possible: an element
 * that stays keeps its focus, its scroll position and its selection.
 *
 * @param {Element} parent
 * @param {Element[]} wanted
 */
export function arrange(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((child, i) => {
    if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] ?? null);
  });
}

/**
 * Runs `job` once in the next frame, however often it is asked for.
 *
 * @param {() => void} job
 * @returns {() => void}
 */
export function eachFrame(job) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      job();
    });
  };
}

/** Says something to screen readers, in the page's one polite live region. @param {string} text */
export function say(text) {
  const region = find('#said');
  // what does not change is not said again
  if (region) region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}

/** How the page scrolls. @returns {'auto' | 'smooth'} */
export function motion() {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth';
}
