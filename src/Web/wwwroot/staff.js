// What staff pages add to portal.js. Every page works without it.
const page = document;

// A slash leads to data-search.
page.addEventListener('keydown', (event) => {
  const field = page.querySelector('[data-search]');
  if (event.key !== '/' || !field || event.target.closest('input, textarea, select')) return;
  event.preventDefault();
  field.focus();
}, true);

// A bar that moves asks how far it is; where the stage is another, the page is.
setInterval(async () => {
  const bar = page.querySelector('[data-poll]');
  if (!bar || page.hidden) return;
  const answer = await fetch(bar.dataset.poll).catch(() => null);
  if (!answer?.ok) return;
  const now = await answer.json();
  if (now.stage !== bar.dataset.stage) return void location.reload();
  [bar.max, bar.value] = [Math.max(1, now.total), now.behind];
  page.getElementById(bar.dataset.words).textContent = now.words;
}, 1500);
