// Answers that the server has not confirmed, kept in this browser until it has. Kept are the keys that the form posts and
// whose form it is, never a text of a question; nothing is sent for anybody but the person it belongs to.
"use strict";

const Unsent = (() => {
  const STORE = "answers";
  const KEPT_FOR = 30 * 24 * 3600 * 1000; // milliseconds; after that nobody waits for it any more

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

  // One question of one attempt has one place: a later answer takes it, and names the earlier ones it replaces.
  function entry(form) {
    const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "go");
    const value = (name) => (fields.find(([key]) => key === name) || ["", ""])[1];
    const action = new URL(form.action).pathname;
    return { place: `${action} ${value("item")}`, id: value("request_id"), person: value("_person"), action, fields, at: Date.now() };
  }

  const keep = (form) => ask("readwrite", (store) => store.put(entry(form)));

  const drop = (place, id) =>
    ask("readwrite", (store) => {
      const found = store.get(place);
      found.onsuccess = () => {
        if (found.result && found.result.id === id) store.delete(place);
      };
    });

  async function of(person) {
    const all = (await ask("readonly", (store) => store.getAll())) || [];
    const old = all.filter((each) => Date.now() - each.at > KEPT_FOR);
    await Promise.all(old.map((each) => drop(each.place, each.id)));
    return all.filter((each) => each.person === person && !old.includes(each));
  }

  return { entry, keep, drop, of };
})();

// What an earlier page could not send goes now, each answer once: its request has a number that the server knows it by.
// False when another page is on its way instead.
async function sendUnsent({ stay = false } = {}) {
  const page = document.getElementById("unsent");
  if (!page) return true;
  let last = null;
  for (const each of await Unsent.of(page.dataset.person)) {
    const shown = document.querySelector("form[data-answer]");
    const isHere = shown !== null && each.place === Unsent.entry(shown).place;
    if (isHere && shown.dataset.touched) continue; // the page itself is at it
    if (isHere) nameEarlier(shown, each.id);
    const answer = await post(each, page.dataset.token);
    if (!answer || answer.status >= 500) return true; // the next page tries again
    if (answer.ok || answer.status === 404) await Unsent.drop(each.place, each.id);
    // Another window answered, or the attempt is over: the page that says so is the right one for her to see.
    else if (isDecided(answer)) return showDecision(each, page.dataset.token);
    else return true; // somebody else is signed in, or nobody: it is kept until she is
    if (answer.ok && each.action === page.dataset.action) last = { each, isHere };
  }
  return last === null || stay ? true : !showSaved(last);
}

// Whether the server has said for good what becomes of an answer; a page about who is signed in has not.
function isDecided(answer) {
  return answer.headers.get("Answer-Decided") === "yes";
}

async function showDecision(each, token) {
  await Unsent.drop(each.place, each.id);
  postPlainly(each, token);
  return false;
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

document.addEventListener("DOMContentLoaded", () => sendUnsent());
window.addEventListener("online", () => sendUnsent());
