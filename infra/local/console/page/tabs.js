import { $, calmly } from './dom.js';
import { phone } from './width.js';

/** The tabs beside the stream; on a phone the stream is one of them. */
export class Tabs {
  constructor() {
    this.now = '';
    this.loads = {};
    this.behind = {}; // what has changed since it was loaded
    this.buttons = [...$('tabs').querySelectorAll('[role=tab]')];
    for (const b of this.buttons) b.addEventListener('click', () => this.show(b.dataset.tab));
    $('tabs').addEventListener('keydown', (e) => this.key(e));
    this.reload = calmly(700, () => this.load());
    phone.addEventListener('change', () => this.show(this.current));
    this.show(phone.matches ? 'live' : 'mails');
  }

  /** How a tab's content is fetched. */
  add(name, load) {
    this.loads[name] = load;
    this.behind[name] = true;
    this.reload();
  }

  /** What is shown in the tabs has changed. */
  stale() {
    for (const name of Object.keys(this.loads)) this.behind[name] = true;
    this.reload();
  }

  show(name, item) {
    this.current = name === 'live' && !phone.matches ? 'mails' : name;
    for (const b of this.buttons) {
      const chosen = b.dataset.tab === this.current;
      b.setAttribute('aria-selected', chosen);
      b.tabIndex = chosen ? 0 : -1;
      if (b.dataset.tab !== 'live') $(b.dataset.tab).hidden = !chosen;
      if (chosen) $('tabs').scrollLeft = b.offsetLeft - $('tabs').clientWidth / 3; // where there is no room for all
    }
    document.body.dataset.view = this.current;
    if (item) {
      this.item = item;
      this.behind[name] = true;
    }
    this.load();
  }

  async load() {
    const name = this.current, load = this.loads[name];
    if (!load || !this.behind[name]) return;
    this.behind[name] = false;
    const item = this.item;
    this.item = undefined;
    try {
      const list = await load(this.now, item);
      this.complain(list.error);
      if (list.reading) {
        this.behind[name] = true;
        this.reload();
      }
    } catch (e) {
      this.behind[name] = true;
      this.complain(e.message);
    }
  }

  complain(text) {
    $('trouble').hidden = !text;
    $('trouble').textContent = text || '';
  }

  /** Arrow keys go from tab to tab (WAI-ARIA, tabs pattern). */
  key(e) {
    const shown = this.buttons.filter((b) => b.offsetParent !== null);
    const at = shown.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: shown.length - 1 }[e.key];
    if (at < 0 || to === undefined) return;
    e.preventDefault();
    const next = shown[(to + shown.length) % shown.length];
    next.focus();
    this.show(next.dataset.tab);
  }
}
