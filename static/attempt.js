// Answering with script: save a moment after each choice, say so, and keep the place of the eye and the keyboard.
"use strict";

const WAIT = 1200; // milliseconds between the last choice and the save
const RETRY = 4000;
const PATIENCE = 15000; // then a save counts as lost
let pending = 0;
let sent = ""; // the id of the newest save on its way or done

function say(text) {
  const line = document.getElementById("saved");
  if (line) line.textContent = text;
}

function words(name, fallback) {
  return document.documentElement.dataset[name] || fallback;
}

async function save(form) {
  const body = new FormData(form);
  body.set("go", "stay");
  if (!body.get("option")) return;
  sent = body.get("request_id");
  say(words("saving", "Saving…"));
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { "HX-Request": "true" },
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!document.contains(form)) return; // she went on; that request saved the answer
    if (answer.ok) return take(await answer.text(), body.get("request_id"));
    if (answer.status >= 500) throw new Error(answer.statusText);
    // A refusal has words of its own: send the form the plain way and let the page say them.
    form.submit();
  } catch {
    if (!document.contains(form)) return;
    say(words("unsaved", "Not saved yet. We will try again."));
    pending = window.setTimeout(() => save(form), RETRY);
  }
}

// A change of mind is another answer: it has an id of its own and names those that this page sent before, so that it
// needs to wait for none of them, and one of them that arrives late undoes nothing.
function renew(form) {
  const id = form.elements.request_id;
  if (id.value !== sent) return;
  const earlier = document.createElement("input");
  earlier.type = "hidden";
  earlier.name = "earlier";
  earlier.value = id.value;
  form.append(earlier);
  id.value = randomId();
}

function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function take(text, id) {
  const current = document.getElementById("request-id");
  if (current && current.value !== id) return; // she has changed her mind since; that answer is on its way
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const id of ["saved", "questions", "based-on", "request-id"]) {
    const old = document.getElementById(id);
    const next = fresh.getElementById(id);
    if (!old || !next) continue;
    if ("value" in old) old.value = next.value;
    else old.innerHTML = next.innerHTML;
  }
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-answer]");
  if (!form || !["option", "confidence"].includes(event.target.name)) return;
  renew(form);
  window.clearTimeout(pending);
  pending = window.setTimeout(() => save(form), WAIT);
});

document.addEventListener("submit", () => window.clearTimeout(pending), true);

// An answer without words of its own, such as a server error: the plain way leads to a page that has them.
document.addEventListener("htmx:responseError", (event) => {
  const form = event.detail.elt.closest("form");
  if (form) form.submit();
});

document.addEventListener("htmx:sendError", () => say(words("unsaved", "Not saved yet. We will try again.")));

document.addEventListener("htmx:afterSwap", () => {
  const heading = document.querySelector("main h1[tabindex='-1']");
  if (heading) heading.focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
});
