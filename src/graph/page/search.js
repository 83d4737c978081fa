// Finding objects by name, and hiding kinds and states.

// Search: every word must be in the name.
const MOST = 30;
const find = (query) => {
  hits.forEach((n) => drawn[n].classList.remove("hit"));
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = (n) => { const at = nodes[n].label.toLowerCase().indexOf(words[0]); return (at < 0 ? 999 : at) * 1000 + nodes[n].label.length; };
  hits = !words.length ? [] : all().filter((n) => words.every((word) => nodes[n].object.toLowerCase().includes(word))).sort((a, b) => rank(a) - rank(b));
  hits.forEach((n) => drawn[n].classList.add("hit"));
  marked = 0;
  scene.classList.toggle("searching", words.length > 0);
  scene.classList.toggle("few", hits.length <= 12);
  listHits(words);
  drawMap();
};
const listHits = (words) => {
  const open = words.length > 0;
  found.hidden = !open;
  search.setAttribute("aria-expanded", open);
  const items = hits.slice(0, MOST).map((n, place) => make("li", {
    id: "hit" + place, role: "option", "aria-selected": place === marked,
    onmousedown: (event) => { event.preventDefault(); take(n); },
  }, make("span", { class: "dot " + nodes[n].class }), make("span", null, ...highlighted(nodes[n].label, words[0]))));
  if (hits.length > MOST) items.push(make("li", { class: "more", role: "presentation" }, `and ${hits.length - MOST} more`));
  if (!hits.length && open) items.push(make("li", { class: "more", role: "presentation" }, "nothing is called so"));
  found.replaceChildren(...items);
  search.setAttribute("aria-activedescendant", hits.length ? "hit" + marked : "");
};
const highlighted = (label, word) => {
  const at = label.toLowerCase().indexOf(word);
  return at < 0 ? [label] : [label.slice(0, at), make("mark", null, label.slice(at, at + word.length)), label.slice(at + word.length)];
};
const take = (n) => { search.value = ""; find(""); search.blur(); choose(n); };
search.addEventListener("input", () => find(search.value));
search.addEventListener("keydown", (event) => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && hits.length) {
    marked = (marked + step + Math.min(hits.length, MOST)) % Math.min(hits.length, MOST);
    listHits(words);
    found.children[marked].scrollIntoView({ block: "nearest" });
  } else if (event.key === "Enter" && hits.length) take(hits[marked]);
  else if (event.key === "Escape") { search.value = ""; find(""); search.blur(); } else return;
  event.preventDefault();
  event.stopPropagation();
});

// Filters by kind and by state.
const chips = [...document.querySelectorAll(".chip")];
const filter = () => {
  const off = new Set(chips.filter((chip) => chip.getAttribute("aria-pressed") === "false").map((chip) => chip.dataset.kind || chip.dataset.state));
  const hidden = nodes.map((node) => off.has(node.class) || off.has(node.state));
  nodes.forEach((_, n) => drawn[n].classList.toggle("off", hidden[n]));
  edges.forEach(([user, needed], e) => strokes[e].classList.toggle("off", hidden[user] || hidden[needed]));
  drawMap();
};
chips.forEach((chip) => chip.addEventListener("click", () => {
  chip.setAttribute("aria-pressed", chip.getAttribute("aria-pressed") === "false");
  filter();
}));
