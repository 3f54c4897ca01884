import { $ } from './dom.js';
import { clock, day, figure } from './phrases.js';

const cells = [...document.querySelectorAll('[data-count]')];
const [fill, line] = $('spark').querySelectorAll('path');

/** Draws the head of the page: the time, the pace and the counts. */
export function figures(state) {
  $('clock').textContent = `${day(state.now)} ${state.now.slice(0, 4)}, ${clock(state.now)}`;
  $('clock').dateTime = state.now;
  $('speed').hidden = state.speed === 1;
  $('speed').textContent = state.speed < 0 ? 'as fast as it can' : `${figure(state.speed)} × as fast`;
  for (const cell of cells) {
    const n = state.counts[cell.dataset.count];
    cell.textContent = figure(n);
    cell.title = `since ${day(state.since)}, ${clock(state.since)}`;
    cell.parentElement.classList.toggle('alarm', cell.dataset.count === 'dead_letters' && n > 0);
  }
  pace(state.pace);
}

function pace(seconds) {
  const lately = seconds.slice(-3).reduce((a, b) => a + b, 0) / 3;
  $('rate').textContent = lately >= 10 || lately === 0 ? figure(Math.round(lately)) : lately.toFixed(1);
  const top = Math.max(4, ...seconds);
  const points = seconds.map((n, i) => `${i * 2},${(30 - 27 * (n / top)).toFixed(1)}`);
  line.setAttribute('d', `M${points.join('L')}`);
  fill.setAttribute('d', `M0,32L${points.join('L')}L118,32Z`);
}
