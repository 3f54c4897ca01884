import { $ } from './dom.js';
import { watch } from './live.js';
import { figures } from './figures.js';
import { Stream } from './stream.js';
import { Tabs } from './tabs.js';
import { Mails } from './mails.js';
import { tickets, audiences, letters } from './lists.js';
import { Customer } from './customer.js';
import { whoever } from './who.js';

const tabs = new Tabs();
const mails = new Mails(tabs);
const customer = new Customer(tabs, (d) => open(d));
tabs.add('mails', () => mails.load());
tabs.add('tickets', tickets);
tabs.add('audiences', audiences);
tabs.add('letters', letters);
whoever((profile) => customer.ask(profile));

/** Opens what came of an action: a mail, a ticket or a place in an audience. */
function open(d) {
  if (d.channel === 'ticket') tabs.show('tickets', d.action);
  else if (d.channel === 'audience') tabs.show('audiences');
  else mails.open(d.action);
}

const stream = new Stream(open);
let told = 0;

watch((state) => {
  figures(state);
  stream.take(state);
  tabs.now = state.now;
  if (state.fresh || state.actions !== told) tabs.stale();
  told = state.actions;
}, (linked) => { $('link').hidden = linked; });
