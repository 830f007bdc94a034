// While somebody is being registered: shows at the side who on file looks like her. Without it the check is made on sending.
// On a family's page each person has a place of her own at the side, and what her age makes idle to ask is put away.

const side = document.getElementById("near-side");
const place = document.getElementById("near");
const form = place && document.getElementById(place.dataset.nearForm);
const WATCHED = /^(?:p(\d+)_)?(given|surname1|surname2|single_name|chosen|birth|curp)/;
const PAUSE = 500; // ms without typing before asking

if (side && form) {
  side.hidden = false;
  const timers = new Map();
  const asked = new Map();
  form.addEventListener("input", (event) => {
    const found = WATCHED.exec(event.target.name ?? "");
    if (!found) return;
    const row = found[1] ?? "";
    clearTimeout(timers.get(row));
    timers.set(row, setTimeout(ask, PAUSE, row));
  });

  // So that saving does not tell again of those who were shown here.
  function tellShown() {
    if (form.elements.near_shown) return;
    const shown = document.createElement("input");
    Object.assign(shown, { type: "hidden", name: "near_shown", value: "1" });
    form.append(shown);
  }

  // A question put away for an adult comes back when her age is corrected; one that was answered stays.
  function suitAge(answered) {
    for (const box of form.querySelectorAll(`[data-row-question="${answered.dataset.nearRow}"]`)) {
      const hides = answered.querySelector(`[data-hides~="${box.dataset.question}"]`);
      box.hidden = Boolean(hides) && !box.querySelector(":checked");
    }
  }

  async function ask(row) {
    asked.get(row)?.abort();
    const stop = new AbortController();
    asked.set(row, stop);
    const typed = new FormData(form);
    if (row) typed.append("near_row", row);
    const shown = row ? place.querySelector(`[data-near-row="${row}"]`) : place;
    try {
      const answer = await fetch(place.dataset.nearUrl, { method: "POST", body: typed, signal: stop.signal });
      // A redirect or an error is a whole page (sign-in, network down): the side stays as it is.
      if (answer.ok && !answer.redirected && shown) {
        shown.innerHTML = await answer.text();
        if (row) suitAge(shown);
        tellShown();
      }
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    }
  }
}
