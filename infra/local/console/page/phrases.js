// How the page says things.

/** basket.updated.v1 → basket updated; a shop's own types stay as they are. */
export function eventName(type) {
  const parts = type.split('.');
  return parts.length === 3 && /^v\d+$/.test(parts[2]) ? `${parts[0]} ${parts[1].replace('signedup', 'signed up')}` : type;
}

export const verdicts = {
  act: 'acts', wait: 'waits', nothing: 'keeps still', refused: 'refused', 'put off': 'put off', segment: 'puts into segment', tell: 'tells',
};

/** What the policy's reasons mean; the names themselves are what is counted. */
export const reasons = {
  'unreachable': 'no address for any of its channels',
  'no-consent': 'the customer has not agreed to this',
  'suppressed': 'bounced, unsubscribed or erased',
  'sensitive': 'it would rest on a guess about something private',
  'open-complaint': 'first something has to be put right',
  'held-out': 'in the control group, to see what it is worth',
  'capped': 'has heard enough from us lately',
  'quiet': 'quiet hours; decided again when they end',
};

/** The kinds of verdict that can be filtered by. */
export const kinds = {
  act: ['act', 'segment', 'tell'], wait: ['wait', 'put off'], refused: ['refused'], nothing: ['nothing'],
};

const callings = {
  'goal': 'what it was for has happened', 'superseded': 'there was a later word', 'stale': 'too old by now', 'capped': 'heard enough lately',
};

/** What came of an action, in the stream. */
export function outcome(d) {
  const o = d.outcome;
  if (!o) return 'on its way';
  if (o.done) return ['ticket', 'audience', 'crm'].includes(d.channel) ? 'done' : 'sent';
  if (o.again) return 'will be tried again';
  return `not ${d.channel === 'email' ? 'sent' : 'done'}: ${callings[o.reason] || reasons[o.reason] || o.reason}`;
}

const statuses = {
  requested: 'on its way', sending: 'being sent', sent: 'sent', failed: 'failed', cancelled: 'called off', unknown: 'perhaps sent',
};

/** What came of an action, in a list. */
export function status(a) {
  const why = callings[a.reason] || reasons[a.reason] || a.reason;
  return (statuses[a.status] || a.status) + (why && a.status !== 'sent' ? `: ${why}` : '');
}

const written = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z/g;

/** A time in UTC as it is where the page's times are: at is one of those. */
function local(utc, at) {
  const [sign, h, m] = [at.slice(-6, -5), ...at.slice(-5).split(':').map(Number)];
  const east = at.endsWith('Z') ? 0 : (sign === '-' ? -1 : 1) * (h * 60 + m);
  return when(new Date(Date.parse(`${utc}Z`) + east * 60000).toISOString(), at);
}

/** What flows saw may hold times as programs write them. */
export const tidy = (text, at) => (text || '').replace(written, (_, utc) => local(utc, at)).replace(/\b(\d+)h0m0s\b/g, '$1 h');

/** The name of a step, without the time that makes it the only one of its name. */
export const step = (name) => (name || '').replace(/-\d{4}-\d\d-\d\dT[\d:.]+Z$/, '');

/** The end of a profile id: its beginning is when it was made, and much the same for all. */
export const shortId = (id) => (id.length > 8 ? `…${id.slice(-6)}` : id);

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Times come in the shop's zone, written out; they are shown as they are. */
export function day(t) {
  const [y, m, d] = t.slice(0, 10).split('-').map(Number);
  return `${days[new Date(Date.UTC(y, m - 1, d)).getUTCDay()]} ${d} ${months[m - 1]}`;
}
export const clock = (t) => t.slice(11, 19);
export const minute = (t) => t.slice(11, 16);

const sameYear = (t, now) => !now || t.slice(0, 4) === now.slice(0, 4);

/** Day and time, in short. */
export const when = (t, now) => (sameYear(t, now) ? `${day(t).slice(4)} ${minute(t)}` : t.slice(0, 10));

/** The day, as a heading. */
export const longDay = (t, now) => day(t) + (sameYear(t, now) ? '' : ` ${t.slice(0, 4)}`);
export const whenLong = (t) => `${day(t)} ${t.slice(0, 4)}, ${minute(t)}`;

const figures = new Intl.NumberFormat('en');
export const figure = (n) => figures.format(n);

/** The mark of the plural, for sentences with figures. */
export const many = (n, one, more) => `${figure(n)} ${n === 1 ? one : more}`;
