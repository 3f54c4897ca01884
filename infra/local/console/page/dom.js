// Elements are made here and nowhere else. What comes from outside only ever becomes
// text or the value of an attribute, never HTML.

const byProperty = new Set(['hidden', 'textContent', 'value', 'disabled']);

/** Makes an element. Props are attributes; those that begin with "on" are listeners. */
export function make(tag, props = {}, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith('aria-')) {
      e.setAttribute(name, value); // where false is said, too
      continue;
    }
    if (value === false) continue;
    if (name.startsWith('on')) e.addEventListener(name.slice(2), value);
    else if (byProperty.has(name)) e[name] = value;
    else e.setAttribute(name, value === true ? '' : value);
  }
  e.append(...children.flat().filter((c) => c !== undefined && c !== null && c !== false && c !== ''));
  return e;
}

export const $ = (id) => document.getElementById(id);

/** Puts children into a list in their order, leaving alone those that are there. */
export function arrange(parent, children) {
  let next = parent.firstChild;
  for (const c of children) {
    if (c === next) next = next.nextSibling;
    else parent.insertBefore(c, next);
  }
  while (next) {
    const gone = next;
    next = next.nextSibling;
    gone.remove();
  }
}

/** Calls f at most once in so many milliseconds, the last time after the last call. */
export function calmly(ms, f) {
  let timer = 0, last = -Infinity;
  return () => {
    if (timer) return;
    timer = setTimeout(() => { timer = 0; last = performance.now(); f(); }, Math.max(0, last + ms - performance.now()));
  };
}

/** Fetches JSON. An answer that is an error throws what it says. */
export async function fetched(path) {
  const answer = await fetch(path, { headers: { Accept: 'application/json' } });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.error || `${path}: ${answer.status} ${answer.statusText}`);
  return body;
}
