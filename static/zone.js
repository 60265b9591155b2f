// Chooses the browser's time zone in a form that nobody has sent yet; any choice stays the person's.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const select of document.querySelectorAll("select[data-browser-zone]:not(.is-invalid)")) {
  const chosen = [...select.options].some((option) => option.defaultSelected && option.value !== "America/New_York");
  if (!chosen && [...select.options].some((option) => option.value === zone)) {
    select.value = zone;
  }
}
