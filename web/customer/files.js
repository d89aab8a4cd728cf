// Names the chosen files in the page's own words. Without this script the browser names them itself, and all else works.
for (const field of document.querySelectorAll("[data-files]")) {
  const input = field.querySelector("input");
  const names = field.querySelector("[data-names]");
  const say = () => { names.textContent = [...input.files].map((f) => f.name).join(", ") || names.dataset.names; };
  field.classList.add("scripted");
  names.hidden = false;
  input.addEventListener("change", say);
  say();
}
