// Answering with script: keep each change at once, save it a moment later, say so, and keep the place of the eye and the
// keyboard. "Saved" is never said before the server has said it.
"use strict";

const WAIT = 1200; // milliseconds between the last change and the save
const RETRY = 4000;
const PATIENCE = 15000; // then a save counts as lost
const timers = new WeakMap(); // of each form: a question that was left still saves what was changed last
let dropping = Promise.resolve(); // of the answer that went along with the way to this page
let sent = ""; // the id of the newest save on its way or done

function later(form, wait) {
  window.clearTimeout(timers.get(form));
  timers.set(form, window.setTimeout(() => save(form), wait));
}

function words(name) {
  const page = document.getElementById("unsent");
  return (page && page.dataset[name]) || "";
}

function say(name, form) {
  if (form && !document.contains(form)) return;
  const line = document.getElementById("saved");
  if (line) line.textContent = words(name);
}

function answering() {
  return document.querySelector("form[data-answer]");
}

async function save(form) {
  const data = new FormData(form);
  data.set("go", "stay");
  const entry = Unsent.entry(form);
  const { person, id } = entry;
  sent = id;
  say("saving", form);
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: data,
      headers: { "HX-Request": "true" },
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.ok || decisionOn(answer) === "saved") await Unsent.drop(person, [id]);
    if (!document.contains(form)) return; // she went on
    if (answer.ok) return take(await answer.text(), id);
    if (decisionOn(answer) === "gone") return isNowhere(form, entry);
    if (isAway(answer.status)) throw new Error(answer.statusText);
    // A refusal has words of its own: send the form the plain way and let the page say them. Until that page is there the
    // answer is kept.
    form.submit();
  } catch {
    if (!document.contains(form)) return; // it is kept, and the next page sends it
    isNotSaved(form);
  }
}

function isNotSaved(form) {
  say("unsaved", form);
  later(form, RETRY);
}

// The attempt is not on the site any more. What she chose stays marked before her, and is kept until she has read why.
function isNowhere(form, entry) {
  say("gone", form);
  tellGone([entry]);
}

// A change of mind is another answer: it has an id of its own and names those that this page sent before, so that it
// needs to wait for none of them, and one of them that arrives late undoes nothing. What is kept may have been sent by
// another of her pages.
function renew(form) {
  const id = form.elements.request_id;
  if (id.value !== sent && id.value !== form.dataset.kept) return;
  nameEarlier(form, id.value);
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
  delete answering().dataset.touched;
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const name of ["saved", "questions", "based-on", "request-id"]) {
    const old = document.getElementById(name);
    const next = fresh.getElementById(name);
    if (!old || !next) continue;
    if ("value" in old) old.value = next.value;
    else old.innerHTML = next.innerHTML;
  }
}

function isAnswered(form) {
  return new FormData(form).has("option");
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-answer]");
  if (!form) return;
  form.dataset.touched = "yes";
  window.clearTimeout(timers.get(form));
  // A word on how sure she is waits for the answer it belongs to.
  if (!isAnswered(form) && event.target.name !== "option") return;
  renew(form);
  form.dataset.kept = form.elements.request_id.value;
  Unsent.keep(form);
  say("waiting", form);
  later(form, WAIT);
});

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target.closest("form[data-answer]");
    if (!form) return;
    window.clearTimeout(timers.get(form));
    if (isAnswered(form)) Unsent.keep(form);
  },
  true,
);

// Leaving in the middle of a pause: the answer goes along, and stays kept until a page has seen it confirmed.
window.addEventListener("pagehide", () => {
  const form = answering();
  if (!form || !form.dataset.touched || form.elements.request_id.value === sent) return;
  const data = new FormData(form);
  data.set("go", "stay");
  sent = form.elements.request_id.value; // a page that is kept and shown again goes on from here
  navigator.sendBeacon(form.action, data);
});

window.addEventListener("online", () => {
  const form = answering();
  if (!form || !form.dataset.touched) return;
  window.clearTimeout(timers.get(form));
  save(form);
});

// What is chosen counts: answers that are still on their way go before the submission does. One that the server does not
// take holds the submission until she decides.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-submits]");
  if (!form || form.dataset.submits === "now") return;
  event.preventDefault();
  if (form.dataset.submits === "soon") return;
  form.dataset.submits = "soon";
  const { unsent, isLeaving, isRefused } = await sendUnsent({ stay: true });
  const here = ofThisAttempt(unsent);
  form.dataset.submits = "";
  if (isLeaving) return;
  if (here.length) return hold(form, here, isRefused);
  submitNow(form);
});

const submitButton = (form) => form.querySelector("[type=submit]");

function submitNow(form) {
  form.dataset.submits = "now";
  form.requestSubmit();
}

let held = null; // the submission that waits for her word, and the answers that it waits for

function hold(form, entries, isRefused) {
  held = { form, entries, isRefused };
  const place = document.getElementById("held");
  const isOne = new Set(entries.map((each) => Unsent.questionOf(each))).size === 1;
  for (const each of place.querySelectorAll("[data-one]")) {
    each.textContent = wordsFor(each.dataset, entries);
  }
  for (const each of place.querySelectorAll("[data-for]")) each.hidden = (each.dataset.for === "one") !== isOne;
  place.hidden = false;
  submitButton(form).hidden = true; // the two of this box are what there is to decide
  document.getElementById("held-title").focus();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("#held button");
  if (!button || !held) return;
  const { form, entries, isRefused } = held;
  held = null;
  document.getElementById("held").hidden = true;
  submitButton(form).hidden = false;
  if (button.value === "without") {
    await Unsent.giveUp(entries);
    return submitNow(form);
  }
  // Somebody else is signed in, or nobody: the page itself leads to where she signs in, and then sends what is kept.
  if (isRefused) return window.location.reload();
  form.requestSubmit();
});

// A page that is kept and shown again has submitted nothing yet.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-submits]")) form.dataset.submits = "";
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt.closest("form[data-answer]");
  if (!form) return;
  // From here on a change is another answer, which is saved although the next question comes.
  sent = form.elements.request_id.value;
  form.dataset.leaving = JSON.stringify(Unsent.entry(form));
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { requestConfig, xhr, successful } = event.detail;
  // The form itself is gone from the page by now.
  const form = requestConfig && requestConfig.elt && requestConfig.elt.closest("form[data-answer]");
  if (!form || !form.dataset.leaving) return;
  const decided = (xhr && xhr.getResponseHeader("Answer-Decided")) || "";
  // Of two answers she says which one counts, and until then both are kept; so is one that cannot be saved, until she has
  // read that.
  if (decided === "conflict" || decided === "gone" || (!successful && !decided)) return;
  const { person, id } = JSON.parse(form.dataset.leaving);
  dropping = Unsent.drop(person, [id]);
});

// What was changed last, while the review was on its way, goes now.
document.addEventListener("htmx:afterSettle", async () => {
  await dropping;
  if (!answering()) sendUnsent();
});

// An answer without words of its own, such as a server error: the plain way leads to a page that has them.
document.addEventListener("htmx:responseError", (event) => {
  const { elt, xhr } = event.detail;
  const form = elt.closest("form");
  if (!form) return;
  const isKept = "answer" in form.dataset && isAnswered(form);
  if (isKept && xhr.getResponseHeader("Answer-Decided") === "gone") return isNowhere(form, Unsent.entry(form));
  if (isKept && xhr.status === 404) return isNotSaved(form);
  form.submit();
});

document.addEventListener("htmx:sendError", (event) => {
  const form = event.detail.elt.closest("form[data-answer]");
  if (!form) return say("undecided");
  if (!isAnswered(form)) return say("unreached", form);
  isNotSaved(form);
});

document.addEventListener("htmx:afterSwap", () => {
  const heading = document.querySelector("main h1[tabindex='-1']");
  if (heading) heading.focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
});
