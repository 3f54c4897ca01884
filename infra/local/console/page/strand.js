import { make } from './dom.js';
import { clock, eventName, longDay, outcome, reasons, step, tidy, verdicts } from './phrases.js';
import { who } from './who.js';

/** Whether a strand led to something, or to a refusal, or went wrong. */
export const telling = (s) => !!s.letters || (s.decisions || []).some((d) => d.verdict !== 'nothing' && d.verdict !== 'wait');

const failed = (d) => d.outcome && !d.outcome.done && !d.outcome.again;

export const trouble = (s) => !!s.letters || (s.decisions || []).some(failed);

const haystacks = new WeakMap();

/** All the words of a strand, to look for one of them. */
export function haystack(s) {
  let words = haystacks.get(s);
  if (words === undefined) {
    words = [s.type, eventName(s.type), s.id, s.source, s.profile,
      ...(s.decisions || []).flatMap((d) => [d.flow, verdicts[d.verdict], `${verdicts[d.verdict]}: ${d.reason}`, d.key, d.channel, d.action, ...(d.saw || [])]),
      ...(s.letters || []).flatMap((l) => ['dead letter', l.function, l.reason])].join(' ').toLowerCase();
    haystacks.set(s, words);
  }
  return words;
}

/** A strand as a row: the event is a bead on the thread, decisions branch off from it. */
export function row(s, now, open, lit) {
  const ways = [...(s.decisions || []).map((d) => way(d, open)), ...(s.letters || []).map(letter)];
  return make('li', { class: `strand${telling(s) ? ' telling' : ''}${s.timer ? ' timer' : ''}${lit ? ' lit' : ''}` },
    make('p', { class: 'day' }, longDay(s.at, now)),
    make('div', { class: 'cause' },
      make('time', { datetime: s.at }, clock(s.at)),
      make('span', { class: 'bead' }),
      make('span', { class: 'what' },
        make('b', {}, s.timer ? timerName(s.type) : eventName(s.type)),
        s.times > 1 && make('span', { class: 'dim' }, `came ${s.times} times`),
        s.source && make('span', { class: 'dim source', title: s.id ? `event ${s.id}` : undefined }, source(s))),
      who(s.profile)),
    ways.length > 0 && make('ol', { class: 'ways' }, ways));
}

const timerName = (name) => (name === 'again' ? 'decided again' : `timer ${name}`);

/** Where an event comes from, without what all addresses have. */
const source = (s) => (s.source || '').replace(/^https?:\/\//, '');

export function way(d, open) {
  const verdict = d.verdict.replace(' ', '-');
  return make('li', { class: 'way', 'data-verdict': verdict },
    make('p', {},
      make('span', { class: 'flow' }, d.flow), ' ',
      make('span', { class: 'verdict' }, `${verdicts[d.verdict] || d.verdict}${d.reason ? `: ${step(d.reason)}` : ''}`),
      because(d).length > 0 && make('span', { class: 'dim saw' }, because(d).join(' · '))),
    d.action && make('button', { type: 'button', class: 'deed', 'data-state': state(d),
      'data-action': d.action, onclick: () => open(d) }, `${d.channel} · ${outcome(d)}`));
}

/** What is behind a reason: what it means, and what the flow saw. */
const because = (d) => [reasons[d.reason], d.saw && d.saw.map((x) => tidy(x, d.at)).join('; '), d.again && 'decided before'].filter(Boolean);

function state(d) {
  if (failed(d)) return 'failed';
  return d.outcome && d.outcome.done ? 'done' : 'open';
}

function letter(l) {
  const prefix = `${l.function}: `; // functions say their name first
  const reason = l.reason.startsWith(prefix) ? l.reason.slice(prefix.length) : l.reason;
  return make('li', { class: 'way', 'data-verdict': 'dead' },
    make('p', {}, make('span', { class: 'flow' }, l.function), ' ',
      make('span', { class: 'verdict' }, 'dead letter'), make('span', { class: 'dim' }, ` · ${reason}`)));
}
