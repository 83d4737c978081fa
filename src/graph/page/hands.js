// What hands and keys do, and how the page begins.

// Mouse, pen and fingers.
const nodeAt = (event) => { const node = event.target.closest && event.target.closest("#scene .node"); return node ? Number(node.id.slice(1)) : null; };
const held = new Map();
let moved = 0, apart = 0, downOn = null;
const distance = () => { const [a, b] = [...held.values()]; return Math.hypot(a.x - b.x, a.y - b.y); };
picture.addEventListener("pointerdown", (event) => {
  if (event.button > 0) return;
  held.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
  if (held.size === 1) { moved = 0; downOn = nodeAt(event); }
  if (held.size === 2) { apart = distance(); moved = 99; }
  picture.setPointerCapture(event.pointerId);
});
picture.addEventListener("pointermove", (event) => {
  const last = held.get(event.pointerId);
  if (!last) return;
  const frame = picture.getBoundingClientRect(), x = event.clientX - frame.left, y = event.clientY - frame.top;
  moved += Math.abs(x - last.x) + Math.abs(y - last.y);
  held.set(event.pointerId, { x, y });
  if (held.size === 2) {
    const [a, b] = [...held.values()], now = distance();
    zoomAt((a.x + b.x) / 2, (a.y + b.y) / 2, now / (apart || now));
    apart = now;
  } else if (moved > 4) {
    picture.classList.add("held");
    view.x += x - last.x;
    view.y += y - last.y;
    show();
  }
});
const release = (event) => {
  if (!held.delete(event.pointerId)) return;
  picture.classList.remove("held");
  if (event.type === "pointerup" && moved <= 4 && held.size === 0) {
    if (downOn !== null || chosen !== null) choose(downOn);
  }
};
picture.addEventListener("pointerup", release);
picture.addEventListener("pointercancel", release);
picture.addEventListener("wheel", (event) => {
  event.preventDefault();
  const frame = picture.getBoundingClientRect();
  const lines = event.deltaMode === 1 ? 16 : 1;
  zoomAt(event.clientX - frame.left, event.clientY - frame.top, Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0016)));
}, { passive: false });
scene.addEventListener("pointerover", (event) => { if (chosen === null && !held.size) light(nodeAt(event)); });
scene.addEventListener("pointerout", (event) => { if (chosen === null && !held.size && !event.relatedTarget?.closest?.("#scene .node")) light(null); });

// Keys.
const neighbour = (n, side) => {
  const [left, top] = boxes[n];
  const same = (focused ? [...close] : all()).filter((m) => m !== n && boxes[m][0] === left && (boxes[m][1] - top) * side > 0);
  return same.sort((a, b) => (boxes[a][1] - boxes[b][1]) * side)[0];
};
const nearest = (n, steps) => steps.map(([m]) => m).sort((a, b) => Math.abs(boxes[a][1] - boxes[n][1]) - Math.abs(boxes[b][1] - boxes[n][1]))[0];
document.addEventListener("keydown", (event) => {
  if (event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
  const onPicture = !event.target.closest("aside, header");
  const along = chosen !== null && onPicture && {
    ArrowLeft: () => nearest(chosen, below[chosen]), ArrowRight: () => nearest(chosen, above[chosen]),
    ArrowUp: () => neighbour(chosen, -1), ArrowDown: () => neighbour(chosen, 1),
  }[event.key];
  if (along) { const to = along(); if (to !== undefined) choose(to); }
  else if (event.key === "/") search.focus();
  else if (event.key === "Escape") choose(null);
  else if (event.key === "+" || event.key === "=") zoomBy(1.3);
  else if (event.key === "-") zoomBy(1 / 1.3);
  else if (event.key === "0") fit();
  else if (event.key === "f") toggleFocus();
  else return;
  event.preventDefault();
});
byId("in").addEventListener("click", () => zoomBy(1.3));
byId("out").addEventListener("click", () => zoomBy(1 / 1.3));
byId("fit").addEventListener("click", fit);
byId("focus").addEventListener("click", toggleFocus);
window.addEventListener("resize", drawMap);

drawn.forEach((element, n) => {
  element.setAttribute("role", "button");
  element.setAttribute("tabindex", n ? "-1" : "0");
  element.setAttribute("aria-label", `${nodes[n].kind} ${nodes[n].object}${nodes[n].words ? ", " + nodes[n].words : ""}`);
  element.addEventListener("focus", () => { if (chosen === null && element.matches(":focus-visible")) light(n); });
  element.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { choose(n); event.preventDefault(); } });
});

// A link can name an object, or what to search, and whether only its surroundings are shown: #object=app.v&focus
const follow = () => {
  const said = new URLSearchParams(location.hash.slice(1));
  const n = nodes.findIndex((node) => node.object === said.get("object") || node.label === said.get("object"));
  if (n >= 0) {
    choose(n);
    const most = [...lit.nodes.keys()], [, , wide, high] = around(most), [w, h] = size();
    if (Math.min((w - 120) / wide, (h - 120) / high) > 0.6) fitTo(most, 1.1);
    if (said.has("focus")) toggleFocus();
  }
  if (said.get("search")) { search.value = said.get("search"); find(search.value); }
};
begin();
follow();
window.addEventListener("hashchange", follow);
