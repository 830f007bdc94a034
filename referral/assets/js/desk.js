// What a page does in the browser beyond HTML: starts the design system, "/" goes to the search box, hides the screen.
// Loaded by every frame. Every page works without it.

startDesignSystem();
listenForSearch();
listenForHiding();

async function startDesignSystem() {
  // The address carries the file's hash, so it is read from the page and not written here.
  const address = document.getElementById("govuk-module")?.href;
  if (!address) return;
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
  const { createAll, Button, Checkboxes, ErrorSummary, Radios, SkipLink } = await import(address);
  for (const component of [ErrorSummary, Button, Checkboxes, Radios, SkipLink]) createAll(component);
}

function listenForSearch() {
  const box = document.getElementById("search");
  if (!box) return;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
}

function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function listenForHiding() {
  const cover = document.getElementById("cover");
  const button = document.querySelector("[data-hide-screen]");
  if (!cover?.showModal || !button) return;
  const title = document.title;
  const hide = () => {
    if (cover.open) return;
    document.title = "Ventanilla"; // the tab shows the title, and the title may be a name
    cover.showModal();
  };
  button.hidden = false;
  button.addEventListener("click", hide);
  cover.querySelector("[data-show-screen]").addEventListener("click", () => cover.close());
  cover.addEventListener("close", () => {
    document.title = title;
  });

  // Shift three times within a second: no need to find the mouse.
  let presses = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift" || event.repeat) {
      if (event.key !== "Shift") presses = [];
      return;
    }
    presses = [...presses.filter((at) => event.timeStamp - at < 1000), event.timeStamp];
    if (presses.length >= 3) {
      presses = [];
      hide();
    }
  });
}
