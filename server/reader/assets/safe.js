// The one place where markup from the server becomes elements. It comes sanitised; here it is read
// into a document that runs nothing, and only elements and attributes on a list are copied out.

const ELEMENTS = new Set(['A', 'B', 'BLOCKQUOTE', 'BR', 'CODE', 'DEL', 'EM', 'H1', 'H2', 'H3', 'H4',
  'H5', 'H6', 'HR', 'I', 'LI', 'OL', 'P', 'PRE', 'S', 'STRONG', 'SUB', 'SUP', 'TABLE', 'TBODY', 'TD', 'TH',
  'THEAD', 'TR', 'UL']);
const LINK = /^(https?:|mailto:|\/|#)/i;

const types = /** @type {any} */ (globalThis).trustedTypes;
const policy = types?.createPolicy('gloss', { createHTML: (/** @type {string} */ html) => html });

/**
 * @param {string} html an annotation's body_html
 * @returns {DocumentFragment}
 */
export function fragmentOf(html) {
  const trusted = policy ? policy.createHTML(html) : html;
  const inert = new DOMParser().parseFromString(trusted, 'text/html');
  const out = document.createDocumentFragment();
  copy(inert.body, out);
  return out;
}

/** @param {Node} from @param {Node} to */
function copy(from, to) {
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) {
      to.appendChild(document.createTextNode(child.nodeValue ?? ''));
    } else if (child instanceof Element) {
      const into = ELEMENTS.has(child.tagName) ? to.appendChild(copied(child)) : to;
      copy(child, into);
    }
  }
}

/** @param {Element} from @returns {Element} */
function copied(from) {
  const el = document.createElement(from.tagName);
  const href = from.getAttribute('href');
  if (el instanceof HTMLAnchorElement && href && LINK.test(href)) {
    el.href = href;
    el.rel = 'nofollow noopener ugc';
  }
  if (el instanceof HTMLOListElement && from.hasAttribute('start'))
    el.start = Number(from.getAttribute('start')) || 1;
  return el;
}
