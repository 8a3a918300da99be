// The map as a file: points drawn anew at 300 dots an inch, names, lines and words as text (SVG) or drawn with them (PNG).
// `downloaded` and `withDensity` come from hub/ui/browser/files.js.

const DPI = 300, SCREEN = 96, GUTTER = 200, HEAD = 46, LEGEND = 22;

function picture(data, { width, height, layers, palette, view, besides, upon, toPixels }) {
  const scale = DPI / SCREEN, gutter = besides.length ? GUTTER : 8;
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(width * scale), height: Math.round(height * scale) });
  const own = drawer(canvas, false);
  own.draw(layers, view, palette, scale, { width: canvas.width, height: canvas.height }, null, true);
  const rows = Math.ceil(data.names.length / 5), total = { w: width + 2 * gutter, h: height + HEAD + rows * LEGEND + 30 };
  const text = (x, y, words, more = {}) => made("text", { x, y, fill: data.ink.text, "font-size": 12, ...more }, words);
  const svg = made("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${total.w} ${total.h}`, width: total.w, height: total.h,
    "font-family": "'Source Sans', 'Noto Sans', 'Noto Sans CJK SC', sans-serif", role: "img" });
  const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
  title.textContent = data.alt;
  const node = (name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  svg.append(title, node("rect", { width: total.w, height: total.h, fill: data.ink.paper }));
  svg.append(text(8, 20, data.title, { "font-size": 16, "font-weight": 600 }), text(8, 38, data.scope, { fill: data.ink.faint }));
  svg.append(node("image", { x: gutter, y: HEAD, width, height, href: canvas.toDataURL("image/png") }));
  svg.append(node("rect", { x: gutter, y: HEAD, width, height, fill: "none", stroke: data.ink.faint, "stroke-opacity": 0.4 }));
  const size = { width, height };
  for (const { label, side, y } of besides) {
    const [x, at] = toPixels(data.labels[label.index].at, view, size), left = side === "left";
    const edge = left ? gutter - 4 : gutter + width + 4;
    svg.append(node("line", { x1: edge, y1: HEAD + y, x2: gutter + x, y2: HEAD + at, stroke: data.ink.text, "stroke-opacity": 0.35 }));
    svg.append(node("circle", { cx: gutter + x, cy: HEAD + at, r: 2.2, fill: data.ink.text }));
    svg.append(text(left ? edge - 4 : edge + 4, HEAD + y + 4, short(label.name, 32), { "text-anchor": left ? "end" : "start" }));
  }
  for (const { label, x, y } of upon) svg.append(text(gutter + x, HEAD + y, label.name, { "text-anchor": "middle" }));
  data.names.forEach((name, i) => {
    const x = 8 + ((i % 5) * (total.w - 16)) / 5, y = HEAD + height + 18 + Math.floor(i / 5) * LEGEND;
    svg.append(node("circle", { cx: x + 5, cy: y - 4, r: 4.5, fill: data.colors[i] }), text(x + 14, y, short(name, 34)));
  });
  own.dispose();
  const written = new XMLSerializer().serializeToString(svg);
  if (data.save.form === "svg") return downloaded(new Blob([written], { type: "image/svg+xml" }), `${data.save.name}.svg`);
  return painted(written, total.w, total.h, data.save.name);
}

const short = (name, most) => (name.length > most ? `${name.slice(0, most - 1).trimEnd()}…` : name);

async function painted(svg, width, height, name) {
  const scale = DPI / SCREEN, image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(width * scale), height: Math.round(height * scale) });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  canvas.toBlob(async (blob) => downloaded(await withDensity(blob, DPI), `${name}.png`), "image/png");
}
