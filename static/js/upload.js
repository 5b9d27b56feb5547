// A drop zone lists what was chosen: names, sizes, the total. The file input itself does the dropping.
"use strict";

(() => {
  const UNITS = ["B", "KB", "MB", "GB"];

  function size(bytes) {
    const power = bytes ? Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1) : 0;
    return `${(bytes / 1024 ** power).toFixed(power ? 1 : 0)} ${UNITS[power]}`;
  }

  function line(name, bytes, className = "drop-file") {
    const item = document.createElement("li");
    const label = document.createElement("span");
    const figure = document.createElement("span");
    item.className = className;
    label.className = "drop-name";
    label.textContent = name;
    figure.className = "drop-size";
    figure.textContent = size(bytes);
    item.append(label, figure);
    return item;
  }

  function list(zone) {
    const files = [...zone.querySelector("input[type=file]").files];
    const lines = files.map((file) => line(file.name, file.size));
    const sum = files.reduce((total, file) => total + file.size, 0);
    if (files.length > 1) lines.push(line(`${zone.dataset.total} (${files.length})`, sum, "drop-file is-total"));
    zone.querySelector(".drop-list").replaceChildren(...lines);
    zone.classList.toggle("has-files", files.length > 0);
  }

  for (const zone of document.querySelectorAll("[data-drop]")) {
    zone.addEventListener("change", () => list(zone));
    for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, () => zone.classList.add("is-over"));
    for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("is-over"));
  }
})();
