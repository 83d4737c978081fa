// Where one looks, what is lit around an object, and its surroundings alone.

// The view: where the scene's origin is, and how large.
const view = { x: 0, y: 0, zoom: 1 };
const size = () => [picture.clientWidth || 1, picture.clientHeight || 1];
const show = () => {
  scene.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.zoom})`);
  picture.style.setProperty("--zoom", view.zoom);
  picture.classList.toggle("far", view.zoom < (focused ? 0.3 : 0.45));
  drawMap();
};
const zoomAt = (x, y, factor) => {
  const zoom = Math.min(4, Math.max(0.02, view.zoom * factor));
  view.x = x - (x - view.x) * zoom / view.zoom;
  view.y = y - (y - view.y) * zoom / view.zoom;
  view.zoom = zoom;
  show();
};
const zoomBy = (factor) => { const [w, h] = size(); zoomAt(w / 2, h / 2, factor); };
// The rectangle around some nodes.
const around = (some) => {
  const of = some.map((n) => boxes[n]);
  const least = (values) => values.reduce((a, b) => Math.min(a, b), Infinity);
  const left = least(of.map((b) => b[0])), top = least(of.map((b) => b[1]));
  return [left, top, -least(of.map((b) => -b[0] - b[2])) - left, -least(of.map((b) => -b[1] - HIGH)) - top];
};
const fitTo = (some, most) => {
  if (!some.length) return;
  const [w, h] = size(), [left, top, wide, high] = around(some);
  view.zoom = Math.min(most, (w - 120) / wide, (h - 120) / high);
  if (view.zoom <= 0) view.zoom = 1;
  view.x = (w - wide * view.zoom) / 2 - left * view.zoom;
  view.y = (h - high * view.zoom) / 2 - top * view.zoom;
  show();
};
const all = () => nodes.map((_, n) => n);
const fit = () => fitTo(focused ? [...close] : all(), 1.25);
// A large graph begins where it can be read; the map shows the rest.
const begin = () => {
  fit();
  if (view.zoom >= 0.5) return;
  view.zoom = Math.min(1, Math.max(0.6, (size()[0] - 80) / graph.size[0]));
  const tops = boxes.map((box) => box[1]).sort((a, b) => a - b);
  view.x = 40;
  view.y = size()[1] / 2 - tops[tops.length >> 1] * view.zoom;
  show();
};
const bringIntoView = (n) => {
  const [w, h] = size(), [left, top, wide] = boxes[n];
  const x = left * view.zoom + view.x, y = top * view.zoom + view.y;
  if (view.zoom < 0.5) { view.zoom = 0.9; } else if (x > 20 && y > 20 && x + wide * view.zoom < w - 60 && y + HIGH * view.zoom < h - 20) return;
  view.x = w / 2 - (left + wide / 2) * view.zoom;
  view.y = h / 2 - (top + HIGH / 2) * view.zoom;
  show();
};

// Upstream and downstream of a node: which nodes and edges, and on which side.
const reach = (from, next, side, into) => {
  const open = [from], steps = new Map([[from, 0]]);
  for (let n = from, at = 0; n !== undefined; n = open[++at]) {
    for (const [to, e] of next[n]) {
      into.edges.set(e, side);
      if (steps.has(to)) continue;
      steps.set(to, steps.get(n) + 1);
      open.push(to);
      into.nodes.set(to, side);
      into.steps.set(to, steps.get(to));
    }
  }
  return steps.size - 1;
};
const surroundings = (n) => {
  const lit = { nodes: new Map(), edges: new Map(), steps: new Map([[n, 0]]), up: 0, down: 0 };
  lit.up = reach(n, below, "up", lit);
  lit.down = reach(n, above, "down", lit);
  lit.nodes.set(n, "self");
  return lit;
};
let lit = null;
const SIDES = ["on", "up", "down", "self"];
const light = (n) => {
  if (lit) {
    for (const m of lit.nodes.keys()) drawn[m].classList.remove(...SIDES);
    for (const e of lit.edges.keys()) strokes[e].classList.remove(...SIDES);
  }
  lit = n === null ? null : surroundings(n);
  if (lit) {
    for (const [m, side] of lit.nodes) drawn[m].classList.add("on", side);
    for (const [e, side] of lit.edges) strokes[e].classList.add("on", side);
  }
  scene.classList.toggle("lit", lit !== null);
  scene.classList.toggle("few", (lit && !hits.length ? lit.nodes.size : hits.length) <= 12);
};

const unfocus = () => {
  if (!focused) return;
  focused = false;
  boxes = nodes.map((node) => node.box);
  place(all());
  strokes.forEach((stroke, e) => { stroke.setAttribute("d", plain[e]); stroke.classList.remove("near"); });
  for (const n of close) drawn[n].classList.remove("near");
  scene.classList.remove("focused");
};
const place = (some) => some.forEach((n) => drawn[n].setAttribute("transform", `translate(${boxes[n][0]} ${boxes[n][1]})`));
// The chosen object's surroundings alone, moved together: as many steps away as can be read at once, and one at least.
const MUCH = 40;
const near = () => {
  const within = (most) => [...lit.nodes.keys()].filter((n) => lit.steps.get(n) <= most);
  let most = 1;
  while (most < nodes.length && within(most + 1).length <= MUCH) most++;
  return within(most);
};
const focus = () => {
  unfocus();
  close = new Set(near());
  const columns = new Map();
  for (const n of close) {
    const left = nodes[n].box[0];
    // What stands alone below the tiers has a place in no column, and no surroundings.
    if (!columns.has(left)) columns.set(left, []);
    columns.get(left).push(n);
  }
  let left = 0;
  for (const key of [...columns.keys()].sort((a, b) => a - b)) {
    const column = columns.get(key).sort((a, b) => nodes[a].box[1] - nodes[b].box[1]);
    const wide = Math.max(...column.map((n) => nodes[n].box[2]));
    column.forEach((n, place) => { boxes[n] = [left, (place - column.length / 2) * (HIGH + 10), nodes[n].box[2]]; });
    left += wide + 70;
  }
  focused = true;
  place([...close]);
  for (const n of close) drawn[n].classList.add("near");
  for (const e of lit.edges.keys()) {
    const [user, needed] = edges[e];
    if (!close.has(user) || !close.has(needed)) continue;
    strokes[e].classList.add("near");
    const [from, to] = [boxes[needed], boxes[user]];
    const x = from[0] + from[2], y = from[1] + HIGH / 2, endX = to[0] - 3, endY = to[1] + HIGH / 2, bend = (x + endX) / 2;
    strokes[e].setAttribute("d", `M${x} ${y}C${bend} ${y} ${bend} ${endY} ${endX} ${endY}`);
  }
  scene.classList.add("focused");
  fitTo([...close], 1.25);
};
const toggleFocus = () => {
  if (chosen === null) return;
  if (focused) { unfocus(); bringIntoView(chosen); } else focus();
  byId("focus").setAttribute("aria-pressed", focused);
  show();
};

const choose = (n) => {
  const was = focused;
  unfocus();
  if (chosen !== null) drawn[chosen].setAttribute("tabindex", "-1");
  chosen = n;
  light(n);
  byId("focus").disabled = n === null;
  if (n === null) {
    panel.hidden = true;
    byId("focus").setAttribute("aria-pressed", "false");
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
    if (was) fit();
  } else {
    drawn[n].setAttribute("tabindex", "0");
    drawn[n].focus({ preventScroll: true });
    explain(n);
    if (was) focus(); else bringIntoView(n);
    history.replaceState(null, "", "#object=" + encodeURIComponent(nodes[n].object));
  }
  show();
};
