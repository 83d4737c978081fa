// What all parts share: the graph as it was drawn, and what is chosen in it.

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
