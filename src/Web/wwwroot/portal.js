// Enhances pages that work without it.
const page = document, find = (selector) => page.querySelector(selector), each = (selector, act) => page.querySelectorAll(selector).forEach(act);

// ---- The session. data-session: its address; data-idle: the seconds it lives unused; data-elevated: the page ends with the elevation.
let watched, source, release, retry, timer, endsAt, asking;

function heard(kind, data) {
  if (kind !== 'ended' && !find('[data-elevated]')) return;
  const address = JSON.parse(data);
  // Nothing personal stays on the screen while the next page is loading.
  page.body.replaceChildren();
  location.replace(/^\/(?![/\\])/.test(address) ? address : '/');
}

function connect(address, channel) {
  source = new EventSource(address + '/events');
  for (const kind of ['ended', 'elevation-ended']) {
    source.addEventListener(kind, ({ data }) => { channel?.postMessage([kind, data]); heard(kind, data); });
  }
  source.onerror = async () => {
    // Refused rather than cut off: the session may be over.
    if (source?.readyState !== 2) return;
    if (await ask('') === null) location.reload();
    else retry = setTimeout(() => watched === address && connect(address, channel), 2000);
  };
}

function watch() {
  const mark = find('[data-session]'), address = mark?.dataset.session;
  if (address !== watched) {
    release?.();
    source?.close();
    clearTimeout(retry);
    clearInterval(timer);
    release = source = undefined;
    watched = address;
    if (address) listen(address);
  }
  if (address) plan(mark.dataset.idle);
}

// One connection for all tabs, as browsers allow few: the tab with the lock tells the others.
function listen(address) {
  if (!navigator.locks) return connect(address);
  const name = 'portal:' + address, channel = new BroadcastChannel(name), gone = new AbortController();
  let done;
  channel.onmessage = ({ data }) => heard(...data);
  release = () => { gone.abort(); done?.(); channel.close(); };
  navigator.locks.request(name, { signal: gone.signal }, () => {
    connect(address, channel);
    return new Promise((resolve) => { done = resolve; });
  }).catch(() => {});
}

// The seconds that the session lives; null where it is over; undefined where nobody answers.
async function ask(path, method) {
  try {
    const answer = await fetch(watched + path, { method, cache: 'no-store' });
    if (!answer.ok) return answer.status === 401 ? null : undefined;
    const lives = await answer.json();
    return (Math.min(Date.parse(lives.idleAt), Date.parse(lives.expiresAt)) - Date.parse(lives.now)) / 1000;
  } catch { return undefined; }
}

// ---- Two minutes before the session ends unused, the page asks.
function plan(seconds) {
  endsAt = Date.now() + seconds * 1000;
  clearInterval(timer);
  timer = setInterval(tick, 1000);
}

async function tick() {
  const left = Math.round((endsAt - Date.now()) / 1000), dialog = find('#stay');
  if (left > 120 || !dialog || asking) return;
  if (!dialog.open || left <= 0) {
    asking = true;
    const lives = await ask('');
    asking = false;
    if (lives === null) return location.reload();
    if (lives > 120) { plan(lives); return dialog.close(); } // Another tab was used.
    if (!dialog.open) dialog.showModal();
  }
  find('#stay-left').textContent = clock(left);
}

const clock = (left) => left > 0 ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}` : '0:00';

page.addEventListener('submit', async (event) => {
  const form = event.target;
  if (form.matches('[data-stay]')) {
    event.preventDefault();
    const lives = await ask('/stay', 'POST');
    if (!lives) return location.reload();
    plan(lives);
    find('#stay').close();
  } else if (form.method === 'post') {
    // A second click sends nothing.
    if (Date.now() - form.dataset.sent < 5000) event.preventDefault(), event.stopPropagation();
    else form.dataset.sent = Date.now();
  }
}, true);

// ---- data-copy: the id of the field to copy.
page.addEventListener('click', async ({ target }) => {
  const button = target.closest?.('[data-copy]');
  if (!button) return;
  const field = find('#' + button.dataset.copy);
  field.select();
  await navigator.clipboard.writeText(field.value);
  find('#said').textContent = button.lastChild.textContent = 'Copied';
});

// ---- data-countdown: seconds until the button data-for may be pressed, which the server judges anyway.
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

// ---- data-search is reached with a slash.
page.addEventListener('keydown', (event) => {
  const field = find('[data-search]');
  if (event.key !== '/' || !field || event.ctrlKey || event.metaKey || event.target.closest('input, textarea, select')) return;
  event.preventDefault();
  field.focus();
});

// ---- The reconnect dialog of interactive pages.
new MutationObserver(async ([{ target }]) => {
  if (target.id !== 'components-reconnect-modal') return;
  const has = (state) => target.classList.contains('components-reconnect-' + state);
  if (has('hide')) target.close();
  else if (has('rejected') || has('failed') && !await Blazor.reconnect()) location.reload();
  else if (has('show') && !target.open) target.showModal();
}).observe(page, { subtree: true, attributeFilter: ['class'] });

function arrive(focus) {
  each('[data-copy]', (button) => { button.hidden = false; });
  each('[data-sent]', (form) => { delete form.dataset.sent; });
  each('[data-countdown]', countdown);
  each(':popover-open', (menu) => menu.hidePopover());
  watch();
  const goal = find('[data-focus]') ?? (focus && find('h1'));
  if (goal) { goal.tabIndex = -1; goal.focus(); }
}

addEventListener('pageshow', (event) => event.persisted && location.reload());
arrive();
window.Blazor?.addEventListener('enhancedload', () => arrive(true));
