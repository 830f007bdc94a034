// What a page does in the browser beyond HTML: starts the design system, "/" goes to the search box, hides the screen.
// Loaded by every frame. Every page works without it.

startDesignSystem();
listenForSearch();
listenForHiding();
foldOnTelephones();
listenForNarrowing();

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

// A long list to tick from is all in sight; on a small screen each group starts folded, unless something in it is ticked.
function foldOnTelephones() {
  const small = window.matchMedia("(max-width: 47.99em)").matches;
  // After an error the summary leads to the first box: that one must be in sight.
  const wrong = document.querySelector(".govuk-error-summary") ? document.querySelector("[data-filter-group]") : null;
  for (const group of document.querySelectorAll("[data-filter-group]")) {
    if (small) group.open = group === wrong || group.querySelector(":checked") !== null;
    else group.querySelector("summary").tabIndex = -1; // a plain heading there: no stop for the keyboard
  }
  // What stands beside the page's list on a wide screen would push it out of sight on any other (80em, as in _directory.scss).
  const above = window.matchMedia("(max-width: 79.99em)").matches;
  if (above) for (const part of document.querySelectorAll("[data-fold-above]")) part.open = false;
}

// A box that narrows a long list of checkboxes while one types. What is ticked stays in sight.
function listenForNarrowing() {
  for (const box of document.querySelectorAll("[data-filters]")) {
    const list = document.getElementById(box.dataset.filters);
    const groups = list.querySelectorAll("[data-filter-group]");
    const opened = new Map([...groups].map((group) => [group, group.open]));
    box.closest("[data-filter-box]").hidden = false;
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault(); // it would send the form
    });
    box.addEventListener("input", () => {
      const words = plain(box.value).split(" ").filter(Boolean);
      if (groups.length === 0) narrow(list, "", words);
      for (const group of groups) {
        group.hidden = narrow(group, plain(group.querySelector("summary").textContent), words) === 0;
        group.open = words.length > 0 || opened.get(group);
      }
    });
  }
}

// Shows the checkboxes of one part that hold every word, themselves or in the part's title; how many.
function narrow(part, title, words) {
  let shown = 0;
  for (const item of part.querySelectorAll(".govuk-checkboxes__item")) {
    const text = `${title} ${plain(item.textContent)}`;
    const fits = words.every((word) => text.includes(word)) || item.querySelector("input").checked;
    item.style.display = fits ? "" : "none"; // the design system's own display beats the hidden attribute
    shown += fits ? 1 : 0;
  }
  return shown;
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
}
