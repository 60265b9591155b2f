// Ordering with script: the buttons move a step in place, say where it stands now, and keep the focus.
"use strict";

document.addEventListener("click", (event) => {
  const button = event.target.closest(".v-moves button");
  if (!button) return;
  event.preventDefault();
  const step = button.closest("li");
  const list = step.parentElement;
  const goesUp = button.value.startsWith("up");
  const beside = goesUp ? step.previousElementSibling : step.nextElementSibling;
  if (beside) {
    if (goesUp) beside.before(step);
    else beside.after(step);
    // What listens to answers takes it for one.
    step.querySelector("input[name=option]").dispatchEvent(new Event("change", { bubbles: true }));
  }
  // The button that led to an end of the list is hidden there; its neighbor goes on from it.
  const isAtEnd = goesUp ? !step.previousElementSibling : !step.nextElementSibling;
  const next = isAtEnd ? [...step.querySelectorAll("button")].find((each) => each !== button) : button;
  next.focus();
  announceStep(list, step);
});

function announceStep(list, step) {
  const words = {
    place: [...list.children].indexOf(step) + 1,
    total: list.children.length,
    step: step.querySelector("[id^=step]").textContent,
  };
  document.getElementById("moved").textContent = list.dataset.moved.replace(/\{(\w+)\}/g, (_, name) => words[name]);
}
