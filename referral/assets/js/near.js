// While somebody is being registered: shows at the side who on file looks like her. Without it the check is made on sending.

const side = document.getElementById("near-side");
const place = document.getElementById("near");
const form = place && document.getElementById(place.dataset.nearForm);
const WATCHED = /^(given|surname1|surname2|chosen|birth|curp)/;
const PAUSE = 500; // ms without typing before asking

if (side && form) {
  side.hidden = false;
  let timer = 0;
  let asked = null;
  form.addEventListener("input", (event) => {
    if (!WATCHED.test(event.target.name ?? "")) return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });

  // So that saving does not tell again of those who were shown here.
  function tellShown() {
    if (form.elements.near_shown) return;
    const shown = document.createElement("input");
    Object.assign(shown, { type: "hidden", name: "near_shown", value: "1" });
    form.append(shown);
  }

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(place.dataset.nearUrl, { method: "POST", body: new FormData(form), signal: asked.signal });
      // A redirect or an error is a whole page (sign-in, network down): the side stays as it is.
      if (answer.ok && !answer.redirected) {
        place.innerHTML = await answer.text();
        tellShown();
      }
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    }
  }
}
