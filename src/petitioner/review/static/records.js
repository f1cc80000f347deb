"use strict";
// Rows of packets: a button ticks all rows, and a number ticks its row. Enter goes to the next row, since a scanner ends each number with Enter.

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-tick]");
  if (!button) return;
  const boxes = [...button.form.querySelectorAll("input[type=checkbox][name=packet]")];
  const ticked = boxes.some((one) => !one.checked);
  for (const one of boxes) one.checked = ticked;
});

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches("[data-next]")) return;
  const box = field.closest("tr").querySelector("input[type=checkbox][name=packet]");
  if (box && field.value) box.checked = true;
});

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || event.isComposing || !field.matches("[data-next]")) return;
  event.preventDefault();
  const fields = [...field.form.querySelectorAll("[data-next]")];
  const following = fields[fields.indexOf(field) + 1] || field.form.querySelector("button.main");
  following.focus();
});
