// Answering with script: save a moment after each choice, say so, and keep the place of the eye and the keyboard.
"use strict";

const WAIT = 1200; // milliseconds between the last choice and the save
const RETRY = 4000;
const PATIENCE = 15000; // then a save counts as lost
let pending = 0;
let saving = null; // the save under way

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
  say(words("saving", "Saving…"));
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { "HX-Request": "true" },
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!document.contains(form)) return; // she went on; that request saved the answer
    if (answer.ok) return take(await answer.text());
    if (answer.status >= 500) throw new Error(answer.statusText);
    // A refusal has words of its own: send the form the plain way and let the page say them.
    form.submit();
  } catch {
    say(words("unsaved", "Not saved yet. We will try again."));
    pending = window.setTimeout(() => begin(form), RETRY);
  }
}

function begin(form) {
  saving = save(form).finally(() => {
    saving = null;
  });
}

function take(text) {
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
  if (!form || event.target.name !== "option") return;
  window.clearTimeout(pending);
  pending = window.setTimeout(() => begin(form), WAIT);
});

// One after the other: an answer that overtakes the save before it would look like one from another window.
document.addEventListener(
  "submit",
  (event) => {
    window.clearTimeout(pending);
    if (!saving || !event.target.matches("form[data-answer]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { target, submitter } = event;
    saving.then(() => {
      window.clearTimeout(pending);
      target.requestSubmit(submitter);
    });
  },
  true,
);

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
