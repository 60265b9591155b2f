// The browser's Print command as a button. Without script the words beside it say where to find the command.
"use strict";

for (const offer of document.querySelectorAll("[data-print]")) {
  const button = offer.querySelector("button");
  button.parentElement.hidden = false;
  button.addEventListener("click", () => window.print());
}
