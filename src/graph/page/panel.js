// What is told of the chosen object.

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
