"use strict";
// Handles keys, copies commands, and shows the present page after a file was saved. The forms also work without this script.

const POLL = 500; // ms between two checks for changes
const isField = (node) => node.matches("input:not([type=checkbox], [type=radio]), textarea, select");
const news = document.getElementById("news");
const dialog = document.getElementById("keys");
let number = document.documentElement.dataset.number;

function announce(words) {
  news.textContent = words;
  news.hidden = !words;
}

function listKeyed() {
  return [...document.querySelectorAll("[data-key]")].filter((node) => node.dataset.key && node.offsetParent !== null);
}

function showKeys() {
  const list = dialog.querySelector("dl");
  list.replaceChildren();
  const seen = new Set();
  for (const node of listKeyed()) {
    if (seen.has(node.dataset.key)) continue;
    seen.add(node.dataset.key);
    const term = document.createElement("dt");
    const text = document.createElement("dd");
    const key = document.createElement("kbd");
    key.textContent = node.dataset.key;
    term.append(key);
    text.textContent = (node.closest("label") || node).textContent.trim() || node.getAttribute("aria-label");
    list.append(term, text);
  }
  dialog.showModal();
}

function pressKey(key) {
  const nodes = listKeyed().filter((node) => node.dataset.key === key);
  const node = nodes.find((one) => one.type === "checkbox" && !one.checked) || nodes[0];
  if (!node) return false;
  if (isField(node)) node.focus();
  else node.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
  if (event.key === "Escape" && isField(event.target)) {
    event.target.blur();
    return;
  }
  if (isField(event.target)) return;
  if (event.key === "Enter" && event.target !== document.body && event.target.id !== "main") return;
  if (pressKey(event.key)) event.preventDefault();
});

document.addEventListener("click", async (event) => {
  const node = event.target.closest("[data-copy], [data-help]");
  if (!node) return;
  if ("help" in node.dataset) {
    showKeys();
    return;
  }
  await navigator.clipboard.writeText(node.dataset.copy);
  announce("The command is copied.");
});

// Names a field by its form, since a page may have several forms with the same fields.
function nameField(field) {
  const about = field.form?.querySelector("input[type=hidden]:not([name=seen])")?.value;
  const choice = field.matches("[type=checkbox], [type=radio]") ? field.value : "";
  return [field.form?.getAttribute("action"), about, field.name, choice].join(" ");
}

const listFields = () => [...document.querySelectorAll("main input:not([type=hidden]), main select, main textarea")];

// Replaces the page with the present one. Keeps what was typed, and does not scroll.
async function updatePage() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const typed = new Map(listFields().map((one) => [nameField(one), one]));
  const opened = [...document.querySelectorAll("main details")].map((one) => one.open);
  const focused = document.activeElement?.closest("main") && document.activeElement.name ? nameField(document.activeElement) : null;
  const [left, top] = [scrollX, scrollY];
  document.querySelector("main .note")?.remove();
  page.querySelector("main .note[role=status]")?.remove();
  document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
  document.title = page.title;
  for (const field of listFields()) {
    const name = nameField(field);
    const old = typed.get(name);
    if (old && "keep" in field.dataset && field.type !== "select-one") field.checked = old.checked;
    else if (old && field.value !== old.value && isField(field) && old.value) field.value = old.value;
    if (name === focused) field.focus();
  }
  document.querySelectorAll("main details").forEach((one, place) => { one.open = opened[place] || one.open; });
  scrollTo(left, top);
  number = page.documentElement.dataset.number;
  announce("A file was saved. The page shows the present state.");
}

async function checkForChanges() {
  if (document.hidden) return;
  try {
    const answer = await fetch("/number");
    if (!answer.ok) throw new Error(answer.statusText);
    if ((await answer.text()) !== number) await updatePage();
  } catch {
    announce("The program has ended. Start it again: petitioner review");
  }
}

setInterval(checkForChanges, POLL);
document.addEventListener("visibilitychange", checkForChanges);
