// A picture of a case that is wider than the page opens where her path begins, not at its empty corner.
"use strict";

for (const picture of document.querySelectorAll(".v-graph[role=region]")) {
  const first = picture.querySelector("g.is-hers > rect:not(.v-halo)");
  if (!first) continue;
  const [whole, box] = [picture.getBoundingClientRect(), first.getBoundingClientRect()];
  picture.scrollLeft += box.left + box.width / 2 - (whole.left + whole.width / 2);
}
