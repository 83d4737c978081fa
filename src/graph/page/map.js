// The small map of a large graph.

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
