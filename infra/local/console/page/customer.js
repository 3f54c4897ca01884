import { $, fetched, make } from './dom.js';
import { eventName, many, status, step, when, whenLong } from './phrases.js';
import { way } from './strand.js';

/** What is known of a customer's thread: why they did or did not hear from the shop. */
export class Customer {
  constructor(tabs, open) {
    this.tabs = tabs;
    this.open = open;
    $('ask').addEventListener('submit', (e) => {
      e.preventDefault();
      this.ask($('profile').value.trim());
    });
  }

  async ask(profile) {
    if (!profile) return;
    this.tabs.show('customer');
    $('profile').value = profile;
    try {
      this.draw(await fetched(`/api/customers/${encodeURIComponent(profile)}`));
    } catch (e) {
      $('dossier').replaceChildren(make('p', { class: 'note error' }, e.message));
    }
  }

  draw(c) {
    const now = this.tabs.now;
    $('dossier').replaceChildren(
      make('h3', {}, `Customer ${c.profile}`),
      make('p', { class: 'dim' }, [c.asked && `was ${c.asked} before`, c.erased && 'erased', c.since && `known since ${whenLong(c.since)}`,
        many(c.orders, 'order', 'orders')].filter(Boolean).join(' · ')),
      ...part('Waiting', c.waiting, (w) => make('li', {}, make('b', {}, w.flow), ` ${w.name === 'again' ? 'decides again' : w.name}${w.key ? ` about ${w.key}` : ''}`,
        make('time', { class: 'dim', datetime: w.due }, when(w.due, now)))),
      ...part('Exports of all we hold', c.exports, (x) => make('li', {}, make('a', { href: x.link, rel: 'noreferrer' }, 'the copy'),
        ` until ${whenLong(x.until)} · ${x.mail ? 'the link goes to them by email' : 'no address to mail it to: hand out the link'}`,
        make('time', { class: 'dim', datetime: x.at }, when(x.at, now)))),
      ...part('Decisions', c.decisions, (d) => {
        const row = way(d, this.open);
        const cause = d.type.includes('.') ? eventName(d.type) : `timer ${d.type}`;
        row.append(make('span', { class: 'dim cause-of' }, `on ${cause}`), make('time', { class: 'dim', datetime: d.at }, when(d.at, now)));
        return row;
      }, 'ways'),
      ...part('Actions', c.actions, (a) => make('li', {},
        make('button', { type: 'button', class: 'deed', 'data-state': a.status === 'sent' ? 'done' : 'open', onclick: () => this.open(a) }, a.channel),
        ` ${step(a.step)} · ${status(a)}`, make('time', { class: 'dim', datetime: a.at }, when(a.at, now)))),
      ...part('Events', c.events, (e) => make('li', {}, eventName(e.type), make('time', { class: 'dim', datetime: e.at }, when(e.at, now)))));
  }
}

function part(title, items, row, kind = '') {
  if (!items || !items.length) return [];
  return [make('h4', {}, title), make('ul', { class: `plain ${kind}` }, items.map(row))];
}
