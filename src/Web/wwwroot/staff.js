// What staff pages add to portal.js. Every page works without it.
const page = document;
const find = (marks, within = page) => within.querySelector(marks);
const typing = ({ target }) => target.closest('input, textarea, select, [contenteditable]');

// The parts of an address's page; null where it is another one by now, such as the sign-in.
const asked = {};
async function partsOf(address, name) {
  asked[name]?.abort();
  const { signal } = asked[name] = new AbortController();
  const answer = await fetch(address, { signal, headers: { accept: 'text/html' } });
  if (answer.redirected || !answer.ok) return null;
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
}

// Lists that follow what one types: data-live on their form, data-part on what follows.
const waits = {};
function later(name, act) {
  clearTimeout(waits[name]);
  waits[name] = setTimeout(() => act().catch((error) => { if (error.name !== 'AbortError') throw error; }), 150);
}

async function follow(form) {
  const fields = [...new FormData(form)].filter(([, value]) => value !== '');
  const address = form.action + (fields.length ? '?' + new URLSearchParams(fields) : '');
  const next = await partsOf(address, 'list');
  if (!next) return location.assign(address);
  if (!form.isConnected) return;
  history.replaceState(history.state, '', address);
  for (const part of page.querySelectorAll('[data-part]')) {
    const other = next.getElementById(part.id);
    if (!other) continue;
    // What is read out has to stay in its place.
    if (part.role) part.textContent = other.textContent;
    else part.replaceChildren(...page.importNode(other, true).childNodes);
  }
}

page.addEventListener('input', ({ target }) => {
  const form = target.closest('[data-live]');
  if (form) later('list', () => follow(form));
  if (target.id === 'palette-text') later('palette', look);
});

// Rows by the arrows: the link that begins each.
function step(event) {
  const links = [...page.querySelectorAll('[data-rows] tbody th a')];
  if (!links.length) return;
  const at = links.indexOf(event.target.closest('tr')?.querySelector('th a') ?? null);
  const to = event.key === 'ArrowDown' ? Math.min(at + 1, links.length - 1) : at - 1;
  event.preventDefault();
  if (to >= 0) links[to].focus();
  else find('[data-search]')?.focus();
}

// The palette: a combobox whose list is the page Find.
const palette = () => find('#palette'), field = () => find('#palette-text'), options = () => [...page.querySelectorAll('#palette-found li')];

function open() {
  const dialog = palette();
  if (!dialog || dialog.open) return;
  field().value = '';
  dialog.showModal();
  field().focus();
  later('palette', look);
}

async function look() {
  const next = await partsOf(palette().dataset.find + '?q=' + encodeURIComponent(field().value), 'palette');
  if (!next) return location.reload();
  const items = [...next.querySelectorAll('#found li')].map((row, index) => {
    const option = page.createElement('li'), hint = page.createElement('span'), link = find('a', row);
    option.role = 'option';
    option.id = 'palette-' + index;
    option.dataset.href = link.getAttribute('href');
    hint.className = 'small muted';
    hint.textContent = find('span', row).textContent;
    option.append(link.textContent, hint);
    return option;
  });
  find('#palette-found').replaceChildren(...items);
  field().setAttribute('aria-expanded', String(items.length > 0));
  find('#palette-said').textContent = items.length ? items.length + ' found' : 'Nothing found';
  choose(0);
}

function choose(index) {
  const all = options(), to = Math.max(0, Math.min(index, all.length - 1));
  all.forEach((option, at) => option.setAttribute('aria-selected', String(at === to)));
  all[to]?.scrollIntoView({ block: 'nearest' });
  if (all[to]) field().setAttribute('aria-activedescendant', all[to].id);
  else field().removeAttribute('aria-activedescendant');
}

function go(option) {
  if (!option) return;
  palette().close();
  const address = option.dataset.href;
  if (window.Blazor?.navigateTo) Blazor.navigateTo(address);
  else location.assign(address);
}

page.addEventListener('click', (event) => {
  if (event.target.closest('[data-palette]') && !event.ctrlKey && !event.metaKey) { event.preventDefault(); open(); }
  else if (event.target.closest('#palette-found li')) go(event.target.closest('li'));
  else if (event.target === palette()) palette().close();
});

page.addEventListener('keydown', (event) => {
  const { key } = event, arrow = key === 'ArrowDown' || key === 'ArrowUp';
  if ((event.ctrlKey || event.metaKey) && !event.altKey && key.toLowerCase() === 'k') { event.preventDefault(); return open(); }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.id === 'palette-text') {
    const at = options().findIndex((option) => option.getAttribute('aria-selected') === 'true');
    if (arrow) { event.preventDefault(); choose(at + (key === 'ArrowDown' ? 1 : -1)); }
    else if (key === 'Enter') { event.preventDefault(); go(options()[at]); }
    return;
  }
  if (find('dialog[open]')) return;
  if (arrow && (!typing(event) || event.target.matches('[data-search]'))) return step(event);
  if (typing(event)) return;
  // A slash leads to data-search.
  if (key === '/' && find('[data-search]')) { event.preventDefault(); find('[data-search]').focus(); }
  else if (key === '?') { event.preventDefault(); find('#keys')?.showModal(); }
}, true);

// A bar that moves asks how far it is; where the stage is another, the page is.
setInterval(async () => {
  const bar = find('[data-poll]');
  if (!bar || page.hidden) return;
  const answer = await fetch(bar.dataset.poll).catch(() => null);
  if (!answer?.ok) return;
  const now = await answer.json();
  if (now.stage !== bar.dataset.stage) return void location.reload();
  [bar.max, bar.value] = [Math.max(1, now.total), now.behind];
  page.getElementById(bar.dataset.words).textContent = now.words;
}, 1500);
