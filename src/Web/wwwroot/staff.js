// What staff pages add to portal.js. Every page works without it.
const page = document;

// A slash leads to data-search.
page.addEventListener('keydown', (event) => {
  const field = page.querySelector('[data-search]');
  if (event.key !== '/' || !field || event.target.closest('input, textarea, select')) return;
  event.preventDefault();
  field.focus();
}, true);
