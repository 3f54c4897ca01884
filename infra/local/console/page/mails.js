import { $, arrange, calmly, fetched, make } from './dom.js';
import { phone } from './width.js';
import { status, step, when } from './phrases.js';
import { who } from './who.js';

/** How wide a mail is on a desktop, in pixels; frames of that width are in panels.css. */
const desktop = 660;

/** The mails, and the one that is looked at. */
export class Mails {
  constructor(tabs) {
    // A mail looks on a desktop as it does there, however narrow the panel is.
    this.fit = new ResizeObserver(([e]) => e.target.style.setProperty('--scale', Math.min(1, e.contentRect.width / desktop)));
    this.tabs = tabs;
    this.rows = new Map(); // action → {key, element}
    this.chosen = '';
    this.picked = false; // by somebody; until then the latest mail is shown
    this.follow = calmly(5000, () => this.latest());
    this.width = 'desktop';
    this.pictures = false;
  }

  async load() {
    const list = await fetched('/api/mails'), mails = list.mails || [];
    const rows = new Map();
    for (const m of mails) {
      const key = `${m.status}${m.reason}`, old = this.rows.get(m.action);
      rows.set(m.action, old && old.key === key ? old : { key, element: this.row(m) });
    }
    this.rows = rows;
    arrange($('mail-list'), [...rows.values()].map((r) => r.element));
    $('mail-none').hidden = mails.length > 0;
    this.first = mails.length ? mails[0].action : '';
    if (!this.chosen) await this.latest();
    else this.follow();
    this.mark();
    return list;
  }

  async latest() {
    if (!this.picked && !phone.matches && this.first && this.first !== this.chosen) await this.look(this.first);
  }

  pick(action) {
    this.picked = true;
    return this.look(action);
  }

  row(m) {
    return make('li', {}, make('button', { type: 'button', class: 'mail', 'data-action': m.action, onclick: () => this.pick(m.action) },
      make('b', {}, m.subject),
      make('span', { class: 'dim' }, `${m.flow} · ${step(m.step)}${m.channel === 'email' ? '' : ` · ${m.channel}`} · ${status(m)}`),
      make('time', { class: 'dim', datetime: m.at }, when(m.at, this.tabs.now))));
  }

  /** Shows a mail, from anywhere on the page. */
  async open(action) {
    this.tabs.show('mails');
    await this.pick(action);
    const r = this.rows.get(action);
    if (r) r.element.scrollIntoView({ block: 'nearest' });
    if (phone.matches) $('preview').scrollIntoView({ block: 'start' });
    $('preview').focus({ preventScroll: true });
  }

  mark() {
    for (const [action, r] of this.rows) r.element.firstChild.setAttribute('aria-current', action === this.chosen);
  }

  async look(action) {
    this.chosen = action;
    this.mark();
    try {
      const a = await fetched(`/api/actions/${encodeURIComponent(action)}`);
      if (this.chosen === action) this.draw(a);
    } catch (e) {
      $('preview').hidden = false;
      $('preview').replaceChildren(make('p', { class: 'note error' }, e.message));
    }
  }

  draw(a) {
    const m = (a.content && a.content.message) || {};
    const l = a.content && a.content.lead;
    if (l) return this.brief(a, l);
    this.shown = a;
    $('preview').tabIndex = -1;
    $('preview').hidden = false;
    $('preview').replaceChildren(
      make('header', {},
        make('h3', { lang: m.locale }, m.subject),
        make('p', { class: 'dim' }, a.from, ' to customer ', who(a.profile), ` · ${when(a.created, this.tabs.now)}`),
        m.preview && make('p', { class: 'dim', lang: m.locale, title: 'shown beside the subject in an inbox' }, m.preview)),
      ...(a.html ? [this.tools(a)] : []),
      make('div', { class: 'desk', id: 'desk' }));
    this.fit.disconnect();
    this.fit.observe($('desk'));
    this.sheet();
  }

  /** Shows what a salesperson reads. */
  brief(a, lead) {
    this.shown = a;
    $('preview').tabIndex = -1;
    $('preview').hidden = false;
    $('preview').replaceChildren(
      make('header', {},
        make('h3', {}, lead.subject),
        make('p', { class: 'dim' }, 'to a salesperson, about customer ', who(a.profile), ` · ${when(a.created, this.tabs.now)}`)),
      make('pre', {}, lead.brief));
  }

  tools(a) {
    const views = { desktop: 'Desktop', phone: 'Phone', text: 'Text' };
    return make('div', { class: 'tools', role: 'group', 'aria-label': 'How to look at it' },
      Object.entries(views).map(([view, label]) => make('button', { type: 'button', 'data-width': view, 'aria-pressed': this.width === view,
        onclick: () => this.turn(view) }, label)),
      make('button', { type: 'button', class: 'pictures', 'aria-pressed': this.pictures, title: 'Pictures are loaded from where the shop keeps them',
        onclick: () => this.picture() }, 'Pictures'),
      make('a', { href: a.html, target: '_blank', rel: 'noopener' }, 'Open alone'));
  }

  turn(view) {
    this.width = view;
    for (const b of $('preview').querySelectorAll('[data-width]')) b.setAttribute('aria-pressed', b.dataset.width === view);
    this.sheet();
  }

  picture() {
    this.pictures = !this.pictures;
    $('preview').querySelector('.pictures').setAttribute('aria-pressed', this.pictures);
    this.sheet();
  }

  /** The mail is in a frame that can run, open and send nothing. */
  sheet() {
    const a = this.shown, desk = $('desk');
    desk.dataset.width = a.html ? this.width : 'text';
    if (a.problem) desk.replaceChildren(make('p', { class: 'note error' }, a.problem));
    else if (!a.html || this.width === 'text') desk.replaceChildren(make('pre', {}, a.text || ''));
    else desk.replaceChildren(make('iframe', { sandbox: '', title: 'The mail as the customer sees it', src: a.html + (this.pictures ? '?pictures=1' : '') }));
  }
}
