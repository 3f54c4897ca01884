import { $, arrange, calmly } from './dom.js';
import { haystack, row, telling, trouble } from './strand.js';
import { eventName, kinds, many, verdicts } from './phrases.js';

// How many strands are kept, and how many rows are drawn. Those that led to nothing
// must not wash away those that tell something.
const keepQuiet = 200, keepTelling = 300, rows = 120;

/** The stream of strands: each event, the decisions on it, and what came of them. */
export class Stream {
  constructor(open) {
    this.open = open;
    this.strands = new Map(); // by number
    this.drawn = new Map(); // number → {strand, element}
    this.flows = new Set();
    this.now = '';
    this.missed = 0; // while it is paused
    this.heard = { events: 0, latest: '' }; // to be told to who cannot see it
    this.begun = false;
    this.say = calmly(5000, () => this.announce());
    const again = () => this.draw();
    $('flow').addEventListener('change', again);
    $('verdict').addEventListener('change', again);
    $('text').addEventListener('input', again);
    $('filter').addEventListener('submit', (e) => e.preventDefault());
    $('pause').addEventListener('click', () => this.pause());
    $('command').textContent = `curl -X POST ${location.origin}/ -H 'content-type: application/cloudevents+json' -d @events/samples/basket.updated.v1.json`;
    $('copy').addEventListener('click', () => this.copy());
  }

  get paused() { return $('pause').getAttribute('aria-pressed') === 'true'; }

  take(state) {
    this.now = state.now;
    if (state.fresh) this.strands.clear();
    for (const s of state.strands) {
      if (this.begun && !state.fresh) this.hear(s, this.strands.get(s.n));
      this.strands.set(s.n, s);
      for (const d of s.decisions || []) this.meet(d.flow);
    }
    this.trim();
    this.begun = true;
    $('empty').hidden = this.strands.size > 0;
    if (this.paused) this.label();
    else if (state.strands.length || state.fresh) this.draw();
  }

  /** A strand is heard of when it begins, and again when something more was decided on it. */
  hear(s, before) {
    if (!before) {
      if (this.paused) this.missed++;
      this.heard.events++;
    }
    const news = (s.decisions || []).slice(before?.decisions?.length || 0);
    const d = news.find((x) => x.verdict === 'act' || x.verdict === 'refused');
    if (d) this.heard.latest = `${d.flow} ${verdicts[d.verdict]} on ${eventName(s.type)}: ${d.reason}`;
    if (d || !before) this.say();
  }

  announce() {
    const events = this.heard.events ? `${many(this.heard.events, 'event', 'events')}. ` : '';
    $('said').textContent = events + this.heard.latest;
    this.heard = { events: 0, latest: '' };
  }

  /** A flow that has not been seen before can now be filtered by. */
  meet(flow) {
    if (this.flows.has(flow)) return;
    this.flows.add(flow);
    const menu = $('flow'), chosen = menu.value;
    menu.replaceChildren(menu.options[0], ...[...this.flows].sort().map((f) => new Option(f, f)));
    menu.value = chosen;
  }

  trim() {
    if (this.strands.size <= keepQuiet + keepTelling) return;
    let quiet = keepQuiet, told = keepTelling;
    for (const n of [...this.strands.keys()].sort((a, b) => b - a)) {
      if (telling(this.strands.get(n)) ? told-- <= 0 : quiet-- <= 0) this.strands.delete(n);
    }
  }

  pause() {
    $('pause').setAttribute('aria-pressed', String(!this.paused));
    this.missed = 0;
    this.label();
    if (!this.paused) this.draw();
  }

  label() {
    const n = this.missed > 999 ? '999+' : this.missed;
    $('pause').textContent = !this.paused ? 'Pause' : this.missed ? `Go on · ${n} new` : 'Go on';
  }

  fits() {
    const flow = $('flow').value, verdict = $('verdict').value, text = $('text').value.trim().toLowerCase();
    return (s) => {
      if (text && !haystack(s).includes(text)) return false;
      if (verdict === 'trouble' && !trouble(s)) return false;
      if (!flow && (!verdict || verdict === 'trouble')) return true;
      return (s.decisions || []).some((d) => (!flow || d.flow === flow)
        && (!verdict || verdict === 'trouble' || kinds[verdict].includes(d.verdict)));
    };
  }

  /** Draws at the next frame, once for all that asked for it. */
  draw() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => { this.asked = 0; this.paint(); });
  }

  paint() {
    const shown = [...this.strands.values()].filter(this.fits()).sort((a, b) => b.n - a.n).slice(0, rows);
    const before = this.drawn, fresh = shown.filter((s) => !before.has(s.n)).length;
    this.drawn = new Map();
    const lit = before.size > 0 && fresh <= 6; // a flood of rows must not flicker
    for (const s of shown) {
      const old = before.get(s.n);
      const element = old && old.strand === s ? old.element : row(s, this.now, this.open, lit && !old);
      this.drawn.set(s.n, { strand: s, element });
    }
    let day = '';
    for (const d of this.drawn.values()) { // where a day begins, it is written
      d.element.classList.toggle('dawn', d.strand.at.slice(0, 10) !== day);
      day = d.strand.at.slice(0, 10);
    }
    arrange($('strands'), [...this.drawn.values()].map((d) => d.element));
    $('none').hidden = shown.length > 0 || this.strands.size === 0;
  }

  async copy() {
    try {
      await navigator.clipboard.writeText($('command').textContent);
      $('copy').textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren($('command'));
      $('copy').textContent = 'Selected';
    }
    setTimeout(() => { $('copy').textContent = 'Copy'; }, 2000);
  }
}
