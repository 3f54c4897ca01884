import { $, fetched, make } from './dom.js';
import { eventName, many, status, when, whenLong } from './phrases.js';
import { who } from './who.js';

/** Fills a list of rows, or says that there are none. */
function fill(name, items, row) {
  $(`${name}-list`).replaceChildren(...items.map(row));
  $(`${name}-none`).hidden = items.length > 0;
}

/** The tickets, each with what was written on it. Item is the action that is looked for. */
export async function tickets(now, item) {
  const list = await fetched('/api/tickets');
  const opened = new Set([...document.querySelectorAll('#ticket-list details[open]')].map((d) => d.dataset.ticket));
  const first = !document.querySelector('#ticket-list details');
  fill('ticket', list.tickets || [], (t) => {
    const facts = [!t.closed && t.due && `due ${when(t.due, now)}`, many(t.updates.length, 'entry', 'entries'), when(t.at, now)];
    const wanted = item ? t.updates.some((u) => u.action === item) : first && t === list.tickets[0];
    const id = `${t.profile} ${t.thread}`;
    return make('li', { class: 'ticket' },
      make('details', { 'data-ticket': id, open: wanted || opened.has(id) },
        make('summary', {},
          make('span', { class: 'badge', 'data-priority': t.closed ? 'closed' : t.priority }, t.closed ? 'resolved' : t.priority),
          make('b', {}, t.subject),
          make('span', { class: 'dim' }, facts.filter(Boolean).join(' · '))),
        make('p', { class: 'dim' }, t.flow, ' · customer ', who(t.profile)),
        t.updates.map(update)));
  });
  const found = item && document.querySelector(`#ticket-list [data-action="${CSS.escape(item)}"]`);
  if (found) found.scrollIntoView({ block: 'center' });
  return list;
}

function update(u) {
  return make('article', { class: 'update', 'data-action': u.action },
    make('p', { class: 'dim' }, make('time', { datetime: u.at }, whenLong(u.at)), u.status !== 'sent' && ` · ${status(u)}`),
    make('p', { class: 'body' }, u.body),
    u.link && /^https?:\/\//.test(u.link) && make('a', { href: u.link, target: '_blank', rel: 'noopener noreferrer' }, 'What the customer wrote'));
}

/** The audiences, and who is in them. */
export async function audiences(now) {
  const list = await fetched('/api/audiences');
  fill('audience', list.audiences || [], (a) => make('li', { class: 'audience' },
    make('h3', {}, a.name),
    make('p', { class: 'dim' }, make('b', { class: 'big' }, many(a.count, 'customer', 'customers')), ` in it · ${many(a.left, 'has', 'have')} left`),
    make('ul', {}, a.profiles.map((m) => make('li', { class: m.in ? 'in' : 'out' },
      who(m.profile),
      make('span', {}, m.in ? (m.products || []).join(', ') : `left${m.note ? `: ${m.note}` : ''}`),
      make('time', { class: 'dim', datetime: m.at }, when(m.at, now)))))));
  return list;
}

/** The dead letters: which event, who would not take it, and how to send it again. */
export async function letters(now) {
  const list = await fetched('/api/deadletters');
  fill('letter', list.letters || [], (l) => make('li', { class: 'letter' },
    make('p', {}, make('b', {}, eventName(l.type)), make('span', { class: 'dim' }, ` to ${l.function}, answered ${l.code}${l.times > 1 ? `, ${l.times} times` : ''} · `),
      make('time', { class: 'dim', datetime: l.at }, when(l.at, now)), ' ', who(l.profile)),
    make('p', { class: 'reason' }, l.reason),
    make('p', { class: 'dim' }, 'Send it again: ', make('code', {}, `go run ./infra/local deadletters resend ${l.id}`))));
  return list;
}
