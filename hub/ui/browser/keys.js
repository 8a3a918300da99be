// Keys of a reader: j and k walk the cards, o opens, u and d rate, / searches, ? tells the keys. Installed once a window.
(() => {
  if (window.hubKeys) return;
  window.hubKeys = true;
  const shown = (element) => element && element.getClientRects().length > 0;
  const cards = () => [...document.querySelectorAll('[class*="st-key-card-"]')].filter(shown);
  const title = (card) => card.querySelector('[data-testid="stPageLink"] a');
  const current = () => cards().findIndex((card) => card.contains(document.activeElement));
  const walk = (step) => {
    const all = cards();
    if (!all.length) return;
    const at = current();
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
    title(next)?.focus();
    next.scrollIntoView({ block: "center", behavior: "instant" });
  };
  const rate = (which) => {
    const card = cards()[current()];
    const own = (thumbs) => card || !thumbs.closest('[class*="st-key-card-"]');  // not a card's that the sheet has just replaced
    const thumbs = [...(card || document.querySelector(".st-key-sheet"))?.querySelectorAll('[data-testid="stFeedback"]') ?? []].find(own);
    thumbs?.querySelectorAll("button")[which]?.click();
  };
  const search = () => {
    const box = [...document.querySelectorAll('.st-key-q input, input[type="search"]')].find(shown);
    box?.focus();
    box?.select();
  };
  const act = {
    j: () => walk(1), k: () => walk(-1), o: () => title(cards()[current()] || document.createElement("p"))?.click(),
    u: () => rate(0), d: () => rate(1), "/": search,
    "?": () => document.querySelector('[class*="st-key-keys"] button')?.click(),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.('input, textarea, select, [contenteditable="true"], [role="combobox"]');
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !act[event.key]) return;
    event.preventDefault();
    act[event.key]();
  });
})();
