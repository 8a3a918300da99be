// A server that does not answer: said in the reader's words, in place of Streamlit's (1.67), which name Streamlit and the internet.
// The page goes on by itself, at the same address, once the server is there again. The words stand unseen in the page (hub/ui/keys.py).
(() => {
  if (window.hubAway) return;
  window.hubAway = true;
  const words = (name) => document.querySelector(`.hub-${name}`)?.textContent;
  new MutationObserver(() => {
    for (const dialog of document.querySelectorAll('[role="dialog"]')) {
      const walk = document.createTreeWalker(dialog, NodeFilter.SHOW_TEXT);
      for (let text = walk.nextNode(); text; text = walk.nextNode()) {
        if (text.data === "Connection error") text.data = words("away") ?? text.data;
        else if (text.data.startsWith("Streamlit server is not responding")) text.data = words("back") ?? text.data;
      }
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
})();
