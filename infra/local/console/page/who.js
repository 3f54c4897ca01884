import { make } from './dom.js';
import { shortId } from './phrases.js';

let ask = () => {};

/** Says what is to happen when somebody asks for a profile. */
export function whoever(f) { ask = f; }

/** A button that is a customer: by profile id, since there is nothing else here. */
export function who(profile) {
  if (!profile) return null;
  return make('button', { type: 'button', class: 'who', title: `customer ${profile}`, 'aria-label': `customer ${profile}`,
    onclick: () => ask(profile) }, shortId(profile));
}
