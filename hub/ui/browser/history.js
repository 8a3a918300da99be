// Back is a step back. Streamlit (1.67) writes a filter, a view or a page of a list over the step before; here each that the reader
// chooses is a step of its own. A link to another page with something to show is two steps for Streamlit; here it is one.
// What the app changes by itself while the reader goes back stays no step. A paper begins at its head, and Back from it leads to
// where the list was left.
(() => {
  if (window.hubHistory) return;
  window.hubHistory = true;
  const WAIT_MS = 15_000;  // as long as a page may take to stand again
  const replace = history.replaceState.bind(history), push = history.pushState.bind(history), left = new Map();
  const main = () => document.querySelector("[data-testid=stMain]");
  const paper = (search) => new URLSearchParams(search).get("id");
  let acting = false, stepped = false, seen = 0;
  for (const act of ["pointerdown", "keydown"]) {
    addEventListener(act, () => [acting, stepped, seen] = [true, false, main()?.scrollTop ?? 0], true);
  }
  addEventListener("popstate", () => {
    [acting, stepped] = [false, false];
    const y = left.get(location.href), until = performance.now() + WAIT_MS;
    const stands = () => !document.querySelector(".st-key-sheet") === !paper(location.search)
      && main().scrollHeight - main().clientHeight >= y;
    const again = () => {
      if (acting || performance.now() > until) return;
      if (stands()) main().scrollTo({ top: y, behavior: "instant" });
      else setTimeout(again, 100);
    };
    if (y) again();
  }, true);
  const step = (state, title, address) => {
    const to = new URL(address ?? location.href, location.href);
    if (stepped && to.search === location.search && to.pathname !== location.pathname) replace(state, title, address);
    else {
      const other = paper(to.search) && paper(to.search) !== paper(location.search);
      left.set(location.href, seen);
      push(state, title, address);
      if (other) main()?.scrollTo({ top: 0, behavior: "instant" });
    }
    stepped = true;
  };
  history.pushState = step;
  history.replaceState = (state, title, address) => {
    const to = new URL(address ?? location.href, location.href);
    if (acting && to.pathname === location.pathname && to.search !== location.search) step(state, title, address);
    else replace(state, title, address);
  };
})();
