// Answers that the server has not confirmed, kept in this browser until it has. Kept are the keys that the form posts and
// whose form it is, never a text of a question; nothing is sent for anybody but the person it belongs to.
"use strict";

const AGAIN = 10_000; // milliseconds after which what could not be sent is tried again
const SLOW = 1000; // after which it is said that something is on its way

const Unsent = (() => {
  const STORE = "answers";
  const PAGE = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const MOST_LEFT = 20;

  function ask(mode, act) {
    return new Promise((resolve) => {
      let opening;
      try {
        opening = indexedDB.open("vignette-unsent", 1);
      } catch {
        return resolve(undefined); // a browser that keeps nothing: the page still says what is not saved
      }
      opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "place" });
      opening.onerror = () => resolve(undefined);
      opening.onsuccess = () => {
        const database = opening.result;
        const transaction = database.transaction(STORE, mode);
        const request = act(transaction.objectStore(STORE));
        transaction.oncomplete = () => {
          database.close();
          resolve(request && request.result);
        };
        transaction.onabort = () => {
          database.close();
          resolve(undefined);
        };
      };
    });
  }

  // One question has one place for each page that answers it: two tabs never take each other's answer.
  function entry(form) {
    const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "go");
    const value = (name) => (fields.find(([key]) => key === name) || ["", ""])[1];
    const action = new URL(form.action).pathname;
    const question = `${action} ${value("item")}`;
    return {
      place: `${question} ${PAGE}`,
      id: value("request_id"),
      person: value("_person"),
      number: Number(form.dataset.number) || 0,
      page: PAGE,
      at: Date.now(),
      action,
      fields,
    };
  }

  // What was kept before this code knew of pages has neither a page nor a number.
  const questionOf = (each) => `${each.action} ${(each.fields.find(([name]) => name === "item") || ["", ""])[1]}`;

  function dropFrom(store, person, ids, spared = "") {
    const all = store.getAll();
    all.onsuccess = () => {
      const over = all.result.filter((each) => each.person === person && ids.includes(each.id) && each.place !== spared);
      for (const each of over) store.delete(each.place);
    };
  }

  const drop = (person, ids) => ask("readwrite", (store) => dropFrom(store, person, ids));

  // A later answer takes the place of this page's earlier one, and of those that it replaces elsewhere.
  function keep(form, replaced = []) {
    const kept = entry(form);
    const earlier = kept.fields.filter(([name]) => name === "earlier").map(([, id]) => id);
    return ask("readwrite", (store) => {
      store.put(kept);
      dropFrom(store, kept.person, [...earlier, ...replaced], kept.place);
    });
  }

  // She submits without them: that they come too late need not be told to her once more.
  const giveUp = (entries) =>
    ask("readwrite", (store) => {
      for (const each of entries) {
        const found = store.get(each.place);
        found.onsuccess = () => {
          if (found.result && found.result.id === each.id) store.put({ ...each, givenUp: true });
        };
      }
    });

  async function of(person) {
    const all = (await ask("readonly", (store) => store.getAll())) || [];
    return all.filter((each) => each.person === person).sort((one, other) => one.at - other.at);
  }

  // The pages that this tab showed before. A copy of the tab begins with the same list, but without the page that is open.
  function left() {
    try {
      return JSON.parse(sessionStorage.getItem("unsent-left")) || [];
    } catch {
      return [];
    }
  }

  function setLeft(pages) {
    try {
      sessionStorage.setItem("unsent-left", JSON.stringify(pages.slice(-MOST_LEFT)));
    } catch {
      // then a page that is shown again is another page, and what both say is shown to her
    }
  }

  window.addEventListener("pagehide", () => setLeft([...left(), PAGE]));
  window.addEventListener("pageshow", () => setLeft(left().filter((page) => page !== PAGE)));

  const isOwn = (each) => each.page === PAGE;
  const isOfThisTab = (each) => isOwn(each) || left().includes(each.page);

  return { entry, questionOf, keep, drop, giveUp, of, isOwn, isOfThisTab };
})();

let again = 0;

// What an earlier page could not send goes now, each answer once: its request has a number that the server knows it by.
// Tells what stays unsent, and whether another page is on its way instead.
async function sendUnsent({ stay = false } = {}) {
  const page = document.getElementById("unsent");
  const told = { unsent: [], isLeaving: false, isRefused: false };
  const nowhere = [];
  if (!page || isDeciding()) return told;
  window.clearTimeout(again);
  let last = null;
  let isCut = false;
  const kept = await Unsent.of(page.dataset.person);
  const slow = window.setTimeout(() => tellUnsent(kept), SLOW);
  for (const each of kept) {
    const shown = document.querySelector("form[data-answer]");
    const isHere = shown !== null && Unsent.questionOf(each) === Unsent.questionOf(Unsent.entry(shown));
    // The page itself is at it; but a submission waits for nothing that the page may do later.
    if (isHere && takeOver(shown, each) && !(stay && Unsent.isOwn(each))) continue;
    const answer = isCut ? null : await post(each, page.dataset.token);
    const decided = answer && decisionOn(answer);
    if (answer && answer.ok && !answer.redirected) {
      await Unsent.drop(each.person, [each.id]);
      if (each.action === page.dataset.action) last = { each, isHere };
    } else if (decided === "saved" || (decided === "closed" && each.givenUp)) {
      await Unsent.drop(each.person, [each.id]);
    } else if (decided === "gone") {
      nowhere.push(each);
    } else if (decided) {
      // Another window answered, or the attempt is over: the page that says so is the right one for her to see, and from
      // there the answer goes.
      window.clearTimeout(slow);
      postPlainly(each, page.dataset.token);
      return { ...told, isLeaving: true };
    } else {
      told.unsent.push(each);
      isCut = answer === null;
      // Nobody is signed in, or somebody else: it is kept until she is.
      told.isRefused = told.isRefused || (!isCut && !isAway(answer.status) && answer.status !== 429);
      if (isHere) showKept(shown, each);
    }
  }
  window.clearTimeout(slow);
  tellUnsent(told.unsent);
  tellGone(nowhere);
  window.clearTimeout(again);
  if (told.unsent.length && !told.isRefused && !stay) again = window.setTimeout(sendUnsent, AGAIN);
  if (last && !stay) told.isLeaving = showSaved(last);
  if (last) showReview();
  return told;
}

// Whether this page waits for her word on an answer, so that nothing else may come between.
function isDeciding() {
  return document.querySelector("[data-conflict]") !== null;
}

// Whether the question that is shown goes on with this answer: its own, or one of this tab that a newer one replaces.
function takeOver(shown, each) {
  if (!Unsent.isOfThisTab(each)) return false;
  if (each.id !== shown.elements.request_id.value) nameEarlier(shown, each.id);
  if (!shown.dataset.touched) return false;
  if (Unsent.isOwn(each)) return true;
  const isAnswered = new FormData(shown).has("option");
  if (isAnswered) Unsent.keep(shown);
  return isAnswered;
}

// What the server has said for good of an answer, "" for nothing; a page about who is signed in is no such word.
function decisionOn(answer) {
  return answer.headers.get("Answer-Decided") || "";
}

// Whether it was not the product that answered but its failure, or something in front of it. A 404 is the product's own
// word only where it says so.
function isAway(status) {
  return status >= 500 || status === 404;
}

// What an earlier page chose is marked as it was there, and said to be unsaved. It rests on what that page showed: what the
// server has by now may be another answer, which she has not seen.
function showKept(shown, each) {
  if (shown.dataset.touched || !document.contains(shown)) return;
  for (const name of ["option", "confidence"]) {
    const values = each.fields.filter(([key]) => key === name).map(([, value]) => value);
    for (const input of shown.querySelectorAll(`input[name=${name}]:not([type=hidden])`)) {
      input.checked = values.includes(input.value);
    }
    for (const value of values) {
      const step = shown.querySelector(`ol input[type=hidden][name=${name}][value="${CSS.escape(value)}"]`);
      if (step) step.closest("ol").append(step.closest("li"));
    }
  }
  const basis = each.fields.find(([name]) => name === "based_on");
  if (basis) shown.elements.based_on.value = basis[1];
  const line = document.getElementById("saved");
  if (line) line.textContent = document.getElementById("unsent").dataset.unsaved;
}

// Words of the page with the numbers of the questions, where all of them are known.
function wordsFor(from, entries) {
  const numbers = [...new Set(entries.map((each) => each.number || 0))].sort((one, other) => one - other);
  if (numbers.includes(0)) return from.some;
  return (numbers.length === 1 ? from.one : from.many).replace("%n", numbers.join(", "));
}

function ofThisAttempt(entries) {
  const { action } = document.getElementById("unsent").dataset;
  return entries.filter((each) => each.action === action);
}

// Before she submits she sees which answers are not saved.
function tellUnsent(entries) {
  const place = document.getElementById("kept");
  if (!place) return;
  const here = ofThisAttempt(entries);
  const text = here.length ? wordsFor(place.dataset, here) : "";
  const line = document.getElementById("kept-words");
  if (line.textContent !== text) line.textContent = text;
  place.classList.toggle("d-none", !text);
}

// Answers whose attempt is not on the site any more stay in the browser, and are told on each page, until she has read it.
const gone = new Map();

function tellGone(entries) {
  const words = document.getElementById("gone-words");
  if (!words || !entries.length) return;
  for (const each of entries) gone.set(each.id, each);
  const told = words.content.cloneNode(true);
  const list = told.querySelector("ul");
  for (const action of new Set([...gone.values()].map((each) => each.action))) {
    const here = [...gone.values()].filter((each) => each.action === action);
    const line = document.createElement("li");
    const number = document.createElement("span");
    number.className = "v-code";
    number.textContent = action.split("/").find((part) => part.length === 36) || action;
    line.append(wordsFor(list.dataset, here).replace("%t", timeOf(here.at(-1))), " ", number);
    list.append(line);
  }
  const shown = document.getElementById("gone");
  if (shown) shown.replaceWith(told);
  else document.querySelector("main").prepend(told);
}

function timeOf(each) {
  const fields = { month: "long", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short" };
  return new Date(each.at).toLocaleString(document.documentElement.lang, fields);
}

document.addEventListener("click", async (event) => {
  if (!event.target.closest("#gone button")) return;
  await Unsent.drop(document.getElementById("unsent").dataset.person, [...gone.keys()]);
  gone.clear();
  document.getElementById("gone").remove();
  document.getElementById("main").focus();
});

// What the review says of the answers, now that the server has one more.
async function showReview() {
  if (!document.getElementById("answered")) return;
  try {
    const answer = await fetch("?item=review", { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(15000) });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const name of ["answered", "questions"]) {
      const [old, next] = [document.getElementById(name), fresh.getElementById(name)];
      if (old && next) old.innerHTML = next.innerHTML;
    }
  } catch {
    // It says less than there is, and nothing that is wrong of what counts.
  }
}

// The question once more, now that the server has the answer: once, whatever the browser keeps.
function showSaved({ each, isHere }) {
  const shown = document.querySelector("form[data-answer]");
  if (!shown || !isHere || shown.dataset.touched) return false;
  try {
    if (sessionStorage.getItem(each.id)) return false;
    sessionStorage.setItem(each.id, "shown");
  } catch {
    return false;
  }
  // Without its number the address would show the next question, and she would not see her answer saved.
  window.location.replace(`?item=${shown.dataset.number}`);
  return true;
}

function body(each, token) {
  const fields = new URLSearchParams(each.fields);
  fields.set("csrfmiddlewaretoken", token);
  fields.set("go", "stay");
  return fields;
}

async function post(each, token) {
  try {
    const headers = { "HX-Request": "true" };
    return await fetch(each.action, { method: "POST", body: body(each, token), headers, signal: AbortSignal.timeout(15000) });
  } catch {
    return null;
  }
}

function postPlainly(each, token) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = each.action;
  for (const [name, value] of body(each, token)) form.append(hidden(name, value));
  document.body.append(form);
  form.submit();
}

function hidden(name, value) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = name;
  field.value = value;
  return field;
}

function nameEarlier(form, id) {
  if (![...form.querySelectorAll("[name=earlier]")].some((field) => field.value === id)) form.append(hidden("earlier", id));
}

// A page that says what became of an answer is there: only now the browser lets go of it.
async function dropDecided() {
  const decided = document.querySelector("[data-decided]");
  if (decided) await Unsent.drop(document.getElementById("unsent").dataset.person, [decided.dataset.decided]);
}

// Of two answers she keeps the saved one: then the other is kept no longer.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-keeps-saved]");
  if (!link) return;
  event.preventDefault();
  await Unsent.drop(document.getElementById("unsent").dataset.person, [link.closest("[data-conflict]").dataset.conflict]);
  window.location.assign(link.href);
});

const soon = (act) => Promise.race([act, new Promise((resolve) => window.setTimeout(resolve, 2000))]);

// She wants the other one: that is what waits for the server before anything is sent, for the way to it may be cut.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-conflict] form");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.keeping) return;
  form.dataset.keeping = "yes";
  await soon(Unsent.keep(form, [form.closest("[data-conflict]").dataset.conflict]));
  form.submit();
  delete form.dataset.keeping;
});

document.addEventListener("DOMContentLoaded", async () => {
  await dropDecided();
  sendUnsent();
});
window.addEventListener("online", () => sendUnsent());
