const page = document, reload = () => location.reload();
const on = (kind, act) => page.addEventListener(kind, act, true);
const find = (marks) => page.querySelector(marks), each = (marks, act) => page.querySelectorAll(marks).forEach(act);

let watched, stops = [], timer, endsAt;

function heard(kind, data) {
  if (kind !== 'ended' && !find('[data-elevated]')) return;
  const address = JSON.parse(data);
  // Nothing personal stays on the screen meanwhile.
  page.body.replaceChildren();
  location.replace(/^\/(?![/\\])/.test(address) ? address : '/');
}

function connect(address, channel) {
  const source = new EventSource(address + '/events');
  stops.push(() => source.close());
  for (const kind of ['ended', 'elevation-ended']) {
    source.addEventListener(kind, ({ data }) => { channel?.postMessage([kind, data]); heard(kind, data); });
  }
  source.onopen = async () => find('[data-elevated]') && await ask() === null && reload();
  source.onerror = async () => {
    if (source.readyState !== 2) return; // Cut off, not refused.
    if (await ask() === null) reload();
    else setTimeout(() => watched === address && connect(address, channel), 2000);
  };
}

function watch() {
  const mark = find('[data-session]'), address = mark?.dataset.session;
  if (address !== watched) {
    stops.splice(0).forEach((stop) => stop());
    clearInterval(timer);
    watched = address;
    if (address) listen(address);
  }
  if (address) plan(mark.dataset.idle);
}

// Browsers allow few connections: the tab with the lock tells the others.
function listen(address) {
  if (!navigator.locks) return connect(address);
  const channel = new BroadcastChannel(address), gone = new AbortController();
  let done;
  channel.onmessage = ({ data }) => heard(...data);
  stops.push(() => { gone.abort(); done?.(); channel.close(); });
  navigator.locks.request(address, { signal: gone.signal }, () => {
    connect(address, channel);
    return new Promise((resolve) => { done = resolve; });
  }).catch(() => {});
}

// The seconds the session lives; null: the page is over; undefined: no answer.
async function ask(path = '', method) {
  try {
    const answer = await fetch(watched + path, { method, cache: 'no-store' });
    if (!answer.ok) return answer.status === 401 ? null : undefined;
    const lives = await answer.json();
    if (find('[data-elevated]') && !(lives.elevatedUntil > lives.now)) return null;
    return (Math.min(Date.parse(lives.idleAt), Date.parse(lives.expiresAt)) - Date.parse(lives.now)) / 1000;
  } catch {}
}

// Two minutes before the end the page asks.
function plan(seconds) {
  endsAt = Date.now() + seconds * 1000;
  clearInterval(timer);
  timer = setInterval(tick, 1000);
}

async function tick() {
  const left = Math.round((endsAt - Date.now()) / 1000), dialog = find('#stay');
  if (left > 120 || !dialog) return;
  if (!dialog.open || left <= 0) {
    const lives = await ask();
    if (lives === null) return reload();
    if (lives > 120) return plan(lives), dialog.close(); // Another tab was used.
    if (!dialog.open) dialog.showModal();
  }
  find('#stay-left').textContent = clock(left);
}

const clock = (left) => `${Math.max(0, left) / 60 | 0}:${String(Math.max(0, left) % 60).padStart(2, '0')}`;

on('submit', async (event) => {
  const form = event.target;
  if (form.matches('[data-stay]')) {
    event.preventDefault();
    const lives = await ask('/stay', 'POST');
    if (!lives) return reload();
    plan(lives);
    find('#stay').close();
  } else if (form.method === 'post') {
    // A second click sends nothing.
    if (Date.now() - form.dataset.sent < 5000) event.preventDefault();
    else form.dataset.sent = Date.now();
  }
});

on('click', async ({ target }) => {
  const link = target.closest('a[href*="#"]'), button = target.closest('[data-copy]');
  if (target.matches('[data-print]')) print();
  // Within a page the framework scrolls, but leaves the focus.
  if (link?.pathname === location.pathname) setTimeout(() => page.getElementById(link.hash.slice(1))?.focus());
  if (!button) return;
  const field = find('#' + button.dataset.copy);
  field.select();
  await navigator.clipboard.writeText(field.value);
  find('#said').textContent = button.lastChild.textContent = 'Copied';
});

// data-countdown: seconds until data-for may be pressed.
function countdown(mark) {
  const end = Date.now() + mark.dataset.countdown * 1000, button = find('#' + mark.dataset.for), words = mark.dataset.words;
  mark.removeAttribute('data-countdown');
  const step = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    mark.hidden = left <= 0;
    if (button) button.disabled = left > 0;
    mark.textContent = words.replace('{0}', clock(left));
    if (left > 0 && mark.isConnected) setTimeout(step, 500);
  };
  step();
}

// The reconnect dialog.
new MutationObserver(async ([{ target }]) => {
  if (target.id !== 'components-reconnect-modal') return;
  const state = target.className.split('-').pop();
  if (state === 'hide') target.close();
  else if (state === 'rejected' || state === 'failed' && !await Blazor.reconnect()) reload();
  else if (state === 'show' && !target.open) target.showModal();
}).observe(page, { subtree: true, attributeFilter: ['class'] });

function arrive(focus) {
  each('[data-copy], [data-print]', (button) => { button.hidden = false; });
  each('[data-sent]', (form) => { delete form.dataset.sent; });
  each('[data-countdown]', countdown);
  each('[popover]', (menu) => menu.hidePopover());
  watch();
  const goal = find('[data-focus]') ?? (focus && find('h1'));
  if (goal) { goal.tabIndex = -1; goal.focus(); }
}

addEventListener('pageshow', ({ persisted }) => persisted && reload());
// A tab that slept may have missed the end.
on('visibilitychange', async () => page.hidden || watched && await ask() === null && reload());
arrive();
window.Blazor?.addEventListener('enhancedload', () => arrive(true));
