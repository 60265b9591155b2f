// The time that is left of an attempt, counted from what the server said: this computer's clock may be wrong. The server
// decides; this page only tells. It speaks to the rest of the page by events of the document alone.

const AWAY = 60_000; // milliseconds in the background after which the server is asked again: computers sleep
const SAVING = 3_000; // for what is chosen and not saved yet, before the way to the result opens
const POINTS = [600, 300, 60]; // seconds left at which it is said aloud, besides half of the time

let end = 0; // on this page's own steady clock
let total = 0;
let seen = Infinity; // seconds left at the last look
let isOver = false;
let hiddenAt = 0;

const line = () => document.getElementById("timer");

function read(from, since) {
  end = since + Number(from.dataset.seconds) * 1000;
  total = Number(from.dataset.total);
}

function left() {
  return Math.max(Math.ceil((end - performance.now()) / 1000), 0);
}

function words(seconds) {
  const said = line().dataset;
  if (seconds < 60) return said.last;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? said.one : said.many.replace("%n", minutes);
}

function show(text) {
  const place = document.getElementById("timer-left");
  if (place && place.textContent !== text) place.textContent = text;
}

function say(text) {
  document.getElementById("timer-said").textContent = text;
}

function look() {
  if (isOver || !line()) return;
  const now = left();
  if (now === 0) return finish();
  show(words(now));
  const crossed = (point) => point < total && seen > point && now <= point;
  if (crossed(total / 2)) say(`${line().dataset.half} ${words(now)}`);
  else if (POINTS.some(crossed)) say(words(now));
  seen = now;
}

// What was chosen last may not be on its way yet: a change is what sends it. Then the way to the result opens.
function finish() {
  isOver = true;
  show(line().dataset.saving);
  say(line().dataset.saving);
  document.getElementById("timer-ends").hidden = true;
  for (const form of document.querySelectorAll("form[data-answer]")) {
    const chosen = form.querySelector("input:checked");
    if (chosen) chosen.dispatchEvent(new Event("change", { bubbles: true }));
    for (const part of form.querySelectorAll("fieldset, button")) part.inert = true; // the form still sends what it holds
  }
  window.setTimeout(open, SAVING);
}

function open() {
  if (line()) show(line().dataset.over);
  document.getElementById("timer-end").hidden = false;
  document.getElementById("timer-end-title").focus();
}

async function ask() {
  const since = performance.now();
  try {
    const answer = await fetch(location.href);
    if (answer.redirected) return location.reload(); // signed out, or submitted elsewhere: the server says which
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("timer");
    if (fresh) read(fresh, since);
    else if (page.querySelector("[data-time-over]") && !isOver && line()) finish();
    look();
  } catch {
    // Without a network our own count goes on.
  }
}

if (line()) {
  const [opened] = performance.getEntriesByType("navigation");
  read(line(), opened ? opened.responseStart : performance.now());
  seen = left();
  look();
  window.setInterval(look, 1000);
}

document.addEventListener("htmx:afterSwap", () => {
  if (isOver || !line()) return;
  read(line(), performance.now());
  look();
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) hiddenAt = Date.now();
  else if (hiddenAt && Date.now() - hiddenAt > AWAY) ask();
});
