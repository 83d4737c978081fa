"use strict";
// The picture is drawn already; this finds, lights, moves and explains. It knows the graph from the element "graph" only, and
// puts every text of it on the page as text.
(() => {
  const graph = JSON.parse(document.getElementById("graph").textContent);
  const { nodes, edges } = graph;
  const byId = (id) => document.getElementById(id);
  const [picture, scene, panel, search, found, map] = ["picture", "scene", "panel", "search", "found", "map"].map(byId);
  const HIGH = 30;
  const drawn = nodes.map((_, n) => byId("n" + n));
  const strokes = edges.map((_, e) => byId("e" + e));
  const plain = strokes.map((stroke) => stroke.getAttribute("d"));
  const below = nodes.map(() => []), above = nodes.map(() => []);
  edges.forEach(([user, needed], e) => { below[user].push([needed, e]); above[needed].push([user, e]); });
  // Where each box is now: [left, top, width].
  let boxes = nodes.map((node) => node.box);
  let chosen = null, focused = false, close = new Set(), hits = [], marked = 0;

  const make = (tag, attributes, ...inside) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== null && value !== false) element.setAttribute(name, value);
    }
    element.append(...inside);
    return element;
  };

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

  // SQL in colours: comments, texts and words of the language. What it does not know stays plain.
  const WORDS = new Set(("add after aggregate all alter and any as asc atomic before begin between by case cast check comment create cross "
    + "cube current declare default delete desc distinct do drop each else elsif end except execute exists false filter for from full function "
    + "grant group having if immutable in index inner insert intersect into is join language last lateral left like limit loop materialized "
    + "natural no not null nulls offset on or order outer over owner partition procedure raise recursive replace return returns right role row "
    + "rows security select set setof stable statement strict table temp then to trigger true union unique update using values view volatile "
    + "when where while window with within").split(" "));
  const colored = (sql) => {
    const code = make("code");
    const parts = /(--[^\n]*|\/\*[^]*?\*\/)|('(?:[^']|'')*')|("(?:[^"]|"")*")|([A-Za-z_][A-Za-z_0-9$]*)|[^]/g;
    let text = "";
    for (const [whole, note, quoted, , word] of sql.matchAll(parts)) {
      const kind = note ? "note" : quoted ? "text" : word && WORDS.has(word.toLowerCase()) ? "word" : null;
      if (!kind) { text += whole; continue; }
      code.append(text, make("span", { class: kind }, whole));
      text = "";
    }
    code.append(text);
    return code;
  };

  const list = (title, steps) => {
    if (!steps.length) return [];
    const items = steps.map(([n, e]) => make("li", null, make("button", { type: "button", onclick: () => choose(n) },
      make("span", { class: "dot " + nodes[n].class }), nodes[n].label,
      ...(edges[e][2] ? [make("em", null, "in a body")] : []))));
    return [make("h3", null, title), make("ul", null, ...items)];
  };
  const explain = (n) => {
    const node = nodes[n];
    const plural = (number) => `${number} object${number === 1 ? "" : "s"}`;
    panel.replaceChildren(
      make("button", { type: "button", class: "close", "aria-label": "Close", onclick: () => choose(null) }, "×"),
      make("div", { class: "kind" }, make("span", { class: "dot " + node.class }), node.tier > 0 ? `${node.kind}, tier ${node.tier}` : node.kind),
      make("h2", { id: "chosen" }, node.object),
      ...(node.file ? [make("p", { class: "file" }, node.file)] : []),
      ...(node.state ? [make("p", { class: "where" }, make("span", { class: "dot " + node.state }), node.words)] : []),
      ...(node.reason ? [make("p", null, node.reason)] : []),
      make("p", { id: "counts" }, `stands on ${plural(lit.up)}, and ${plural(lit.down)} on it`),
      ...list("needs", below[n]),
      ...list("needed by", above[n]),
      ...(node.definition ? [make("h3", null, "definition"), make("pre", { id: "definition", tabindex: "0" }, colored(node.definition))] : []),
    );
    panel.hidden = false;
    panel.scrollTop = 0;
  };

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

  // The map: all boxes small, and what is seen of them.
  let mapX = 0, mapY = 0, mapLater = 0;
  const drawMap = () => {
    if (mapLater) return;
    mapLater = requestAnimationFrame(() => { mapLater = 0; drawMapNow(); });
  };
  const drawMapNow = () => {
    const [w, h] = size(), [wide, high] = graph.size;
    const needed = !focused && nodes.length > 30 && (wide * view.zoom > w || high * view.zoom > h);
    map.hidden = !needed;
    if (!needed) return;
    // A long column is a narrow strip in proportion, so the two directions have a scale each.
    const even = Math.min(220 / wide, 260 / high);
    [mapX, mapY] = [Math.max(even, 130 / wide), Math.max(even, 90 / high)];
    const sharp = window.devicePixelRatio || 1;
    const [mapWide, mapHigh] = [wide * mapX, high * mapY];
    map.width = mapWide * sharp; map.height = mapHigh * sharp;
    map.style.width = mapWide + "px"; map.style.height = mapHigh + "px";
    const paint = map.getContext("2d"), styles = getComputedStyle(picture);
    paint.scale(sharp, sharp);
    nodes.forEach((node, n) => {
      const [left, top, width] = boxes[n], classes = drawn[n].classList;
      const meant = hits.length ? classes.contains("hit") : !lit || classes.contains("on");
      paint.globalAlpha = classes.contains("off") ? 0.05 : meant ? 0.95 : 0.18;
      paint.fillStyle = styles.getPropertyValue("--" + (node.state && node.state !== "in-sync" ? node.state : node.class));
      paint.fillRect(left * mapX, top * mapY, Math.max(1.5, width * mapX), Math.max(1, HIGH * mapY));
    });
    paint.globalAlpha = 1;
    paint.strokeStyle = styles.getPropertyValue("--text");
    paint.lineWidth = 1.5;
    paint.strokeRect(-view.x / view.zoom * mapX, -view.y / view.zoom * mapY, w / view.zoom * mapX, h / view.zoom * mapY);
  };
  const goOnMap = (event) => {
    if (!event.buttons) return;
    const [w, h] = size();
    view.x = w / 2 - event.offsetX / mapX * view.zoom;
    view.y = h / 2 - event.offsetY / mapY * view.zoom;
    show();
  };
  map.addEventListener("pointerdown", (event) => { map.setPointerCapture(event.pointerId); goOnMap(event); });
  map.addEventListener("pointermove", goOnMap);

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
})();
