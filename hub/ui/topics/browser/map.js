// The map of the Topics page. Points come as bytes from addresses that never change what they hold; everything a reader does to
// look around (pan, zoom, hover, brush) happens here. The server hears of: an area marked (`lasso`, map units), a paper opened
// (`open`, its id), days chosen (`days`), a topic chosen (`topic`).

const OVER = 0.15;  // of a side: how far the drawing reaches beyond the frame, so that a pan has something to show
const NARROW = 760, LINE = 36, NEAR = 9, NONE = 255, FADED = 29, BEHIND = 30, MOST_BEHIND = 150_000;
const ICONS = {
  mark: "M4 13c-2-4 2-9 8-9s10 4 8 8-8 6-11 4m0 0a2 2 0 1 0-3 2 2 2 0 0 0 3-2m-2 3c0 1-1 2-3 2",
  closer: "M12 5v14M5 12h14", farther: "M5 12h14", whole: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
};
const fetched = new Map();  // of an address: its bytes; kept over pages, the last ones only
const bytes = (address) => {
  if (!fetched.has(address)) {
    if (fetched.size > 24) fetched.delete(fetched.keys().next().value);
    fetched.set(address, fetch(new URL(address, document.baseURI)).then((answer) => {
      if (!answer.ok) throw new Error(`${answer.status}`);
      return answer.arrayBuffer();
    }));
    fetched.get(address).catch(() => fetched.delete(address));
  }
  return fetched.get(address);
};
const rgba = (color, alpha) => [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16) / 255).concat(alpha);
const made = (tag, attributes = {}, ...children) => {
  const svg = ["svg", "path", "line", "circle", "text", "polygon", "polyline"].includes(tag);
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};
const day = (n) => new Date(n * 86_400_000).toISOString().slice(0, 10);
const clamp = (v, low, high) => Math.min(Math.max(v, low), high);

function create(root) {
  const $ = (selector) => root.querySelector(selector);
  const [frame, canvas, stage, tip] = [$(".frame"), $(".points"), $(".stage"), $(".tip")];
  const map = { view: { x: 0.5, y: 0.5, k: 1 }, shown: null, lit: null, litTopic: null, over: -1, polygon: null, titles: new Map() };
  const held = new Map();  // pointers that are down
  let drawing, points, data, send, settle, turn = 0;
  const size = () => ({ width: frame.clientWidth, height: frame.clientHeight });
  const toPixels = ([u, v], view = map.view, { width, height } = size()) =>
    [(u - view.x) * view.k * width + width / 2, height / 2 - (v - view.y) * view.k * height];
  const toUnits = (px, py) => {
    const { width, height } = size();
    return [map.view.x + (px - width / 2) / (map.view.k * width), map.view.y - (py - height / 2) / (map.view.k * height)];
  };
  const within = (event) => {
    const box = frame.getBoundingClientRect();
    return [event.clientX - box.left - frame.clientLeft, event.clientY - box.top - frame.clientTop];
  };

  // ---- what is drawn

  const place = () => `hub.map.${data.points}`;
  function palette() {
    const alpha = clamp(1.35 - 0.17 * Math.log10(points.count + 1) + 0.08 * Math.log2(map.view.k), 0.3, 0.9);
    const inks = Array.from({ length: 32 }, () => [0, 0, 0, 0]);
    data.colors.forEach((color, i) => (inks[i] = rgba(color, i === data.rest ? alpha * 0.6 : alpha)));
    inks[FADED] = rgba(data.ink.text, 0.05);
    inks[BEHIND] = rgba(data.ink.text, 0.06);
    inks[31] = rgba(data.ink.found, 1);
    return inks;
  }
  const dot = () => clamp(8.2 - 1.25 * Math.log10(points.count + 1) + 0.7 * Math.log2(map.view.k), 1.5, 9);

  function painted() {
    const { codes, days, mask, topics } = points, n = codes.length, paint = new Uint8Array(n);
    const [since, until] = map.dates ?? [-Infinity, Infinity], lit = map.lit, topic = topics ? map.litTopic : null;
    const faded = lit !== null || topic !== null || points.found;
    let count = 0;
    for (let i = 0; i < n; i++) {
      if ((mask && !(mask[i >> 3] & (1 << (i & 7)))) || (days && (days[i] < since || days[i] > until))) {
        paint[i] = i < MOST_BEHIND ? BEHIND : NONE;
        continue;
      }
      count++;
      const stands = topic !== null ? topics[i] === topic : lit !== null ? codes[i] === lit : !points.found;
      paint[i] = faded && !stands ? FADED : codes[i];
    }
    drawing.forget([points.paint]);
    Object.assign(points, { paint, count, near: null });
  }
  function layers() {
    const found = points.found && { xy: points.foundXY, paint: points.foundPaint, size: 8 };
    return [{ xy: points.xy, paint: points.paint, size: dot() }, ...(found ? [found] : [])];
  }
  function moved() {  // the drawing that stands, moved to where the view is now
    if (!map.shown) return;
    const { width, height } = size(), { view, shown } = map;
    const [dx, dy] = [(shown.x - view.x) * view.k * width, (view.y - shown.y) * view.k * height];
    canvas.style.transform = `translate(${dx}px, ${dy}px) scale(${view.k / shown.k})`;
    lines();
    marks();
  }
  function redraw() {
    if (!points || !frame.clientWidth) return;
    const { width, height } = size(), scale = Math.min(window.devicePixelRatio || 1, 2), view = { ...map.view };
    const [w, h] = [Math.round(width * (1 + 2 * OVER) * scale), Math.round(height * (1 + 2 * OVER) * scale)];
    if (canvas.width !== w || canvas.height !== h) {
      Object.assign(canvas, { width: w, height: h });
      canvas.style.cssText += `width:${w / scale}px;height:${h / scale}px;left:${(width - w / scale) / 2}px;top:${(height - h / scale) / 2}px`;
    }
    drawing.draw(layers(), view, palette(), scale, { width: width * scale, height: height * scale }, () => {
      map.shown = view;
      moved();
      stage.dataset.drawn = String(++turn);
    });
  }
  const bare = () => {
    const { width, height } = size(), { view, shown } = map;
    return !shown || Math.max(Math.abs(shown.x - view.x) * width, Math.abs(shown.y - view.y) * height) * view.k > OVER * Math.min(width, height);
  };
  const soon = (after = 120) => {
    clearTimeout(settle);
    settle = setTimeout(() => {
      if (held.size && !bare()) return soon();  // the hand has not let go, and there is still something to show
      sessionStorage.setItem(place(), JSON.stringify(map.view));
      named();
      redraw();
    }, after);
  };
  function look(view, after) {
    const k = clamp(view.k, 0.8, 400);
    map.view = { x: clamp(view.x, -0.1, 1.1), y: clamp(view.y, -0.1, 1.1), k };
    over(-1);
    requestAnimationFrame(moved);
    soon(after);
  }
  function zoom(by, px, py) {
    const [u, v] = toUnits(px, py), k = clamp(map.view.k * by, 0.8, 400), { width, height } = size();
    look({ x: u - (px - width / 2) / (k * width), y: v + (py - height / 2) / (k * height), k });
  }

  // ---- names and lines

  function named() {
    const { width, height } = size(), narrow = root.host ? root.host.clientWidth < NARROW : stage.clientWidth < NARROW;
    $(".atlas").classList.toggle("narrow", narrow);
    const labels = data.labels.map((label) => ({ ...label, at: toPixels(label.at) }));
    const wide = ({ name }) => [...name].reduce((sum, c) => sum + (c.charCodeAt(0) < 0x2e80 ? 6.9 : 12.5), 6);
    map.upon = narrow ? upon(labels, width, height, 18, wide, 12) : [];
    map.besides = narrow ? [] : besides(labels, width, height, LINE);
    for (const side of ["left", "right"]) {
      $(`.names.${side}`).replaceChildren(...map.besides.filter((name) => name.side === side).map(({ label, y }) => {
        const button = made("button", { type: "button", style: `top:${y}px`, title: `${label.name}, ${label.told}` },
          made("i", { style: `background:${data.colors[label.code] ?? data.ink.faint}` }), made("span", {}, label.name));
        button.onmouseenter = button.onfocus = () => shine(label.topic);
        button.onmouseleave = button.onblur = () => shine(null);
        button.onclick = () => {
          send("topic", label.topic);
          document.querySelector(data.card)?.scrollIntoView({ block: "start" });  // it stands below the map
        };
        return button;
      }));
    }
    lines();
  }
  function lines() {
    const gutter = frame.offsetLeft + frame.clientLeft, { width, height } = size(), drawn = [];
    for (const { label, side, y } of map.besides ?? []) {
      const [x, at] = toPixels(data.labels[label.index].at), edge = side === "left" ? gutter - 4 : gutter + width + 4;
      if (x < 0 || x > width || at < 0 || at > height) continue;
      drawn.push(made("line", { x1: edge, y1: y, x2: gutter + x, y2: at }), made("circle", { cx: gutter + x, cy: at, r: 2.2 }));
    }
    for (const { label, x, y } of map.upon ?? []) {
      const [px, py] = toPixels(data.labels[label.index].at), [ax, ay] = label.at;
      drawn.push(made("text", { x: gutter + x + px - ax, y: y + py - ay }, label.name));
    }
    $(".lines").replaceChildren(...drawn);
  }
  async function shine(topic) {
    map.litTopic = topic;
    if (topic !== null && !points.topics) points.topics = new Uint16Array(await bytes(data.topics));
    if (map.litTopic !== topic) return;
    painted();
    redraw();
  }
  function legend() {
    $(".legend").setAttribute("aria-label", data.words.legend);
    $(".legend").replaceChildren(...data.names.map((name, code) => {
      const button = made("button", { type: "button", "aria-pressed": String(map.lit === code), title: data.words.only },
        made("i", { style: `background:${data.colors[code]}` }), made("span", {}, name));
      button.onclick = () => {
        map.lit = map.lit === code ? null : code;
        legend();
        painted();
        redraw();
      };
      return button;
    }));
  }

  // ---- hovering, opening, marking

  function over(i) {
    map.over = i;
    frame.classList.toggle("over", i >= 0 && !frame.classList.contains("marking"));
    tip.replaceChildren();
    marks();
    if (i < 0) return;
    clearTimeout(map.asking);
    map.asking = setTimeout(async () => {
      const paper = await about(i);
      if (map.over !== i || !paper) return;
      tip.replaceChildren(paper.title, made("small", {}, paper.told));
      const [x, y] = toPixels([points.xy[2 * i] / 65535, points.xy[2 * i + 1] / 65535]), { width, height } = size();
      tip.style.left = `${clamp(x + 12, 4, Math.max(4, width - tip.offsetWidth - 4))}px`;
      tip.style.top = `${y + 14 + tip.offsetHeight > height ? Math.max(4, y - 12 - tip.offsetHeight) : y + 14}px`;
    }, 30);
  }
  async function about(i) {
    if (!map.titles.has(i)) {
      const answer = await fetch(new URL(`${data.papers}?n=${i}`, document.baseURI)).catch(() => null);
      if (!answer?.ok) return null;
      map.titles.set(i, await answer.json());
    }
    return map.titles.get(i);
  }
  function nearest(px, py, reach = NEAR) {
    if (!points?.paint) return -1;
    points.near ??= finder(points.xy, points.paint.map((p) => (p === BEHIND || (p === FADED && map.lit !== null) ? NONE : p)));
    const [u, v] = toUnits(px, py), { width, height } = size();
    return points.near(u * 65535, v * 65535, (reach / (map.view.k * width)) * 65535, (reach / (map.view.k * height)) * 65535);
  }
  async function open(i) {
    const paper = i >= 0 && (await about(i));
    if (paper) send("open", paper.id);
  }
  function marks() {
    const drawn = [];
    if (map.polygon) {
      drawn.push(made(map.closed ? "polygon" : "polyline", { points: map.polygon.map((p) => toPixels(p).join()).join(" ") }));
    }
    if (map.over >= 0) {
      const [x, y] = toPixels([points.xy[2 * map.over] / 65535, points.xy[2 * map.over + 1] / 65535]);
      drawn.push(made("circle", { cx: x, cy: y, r: 7 }));
    }
    $(".marks").replaceChildren(...drawn);
  }
  function marking(on) {
    frame.classList.toggle("marking", on);
    $(".tools [data-act=mark]").setAttribute("aria-pressed", String(on));
  }
  function forget() {
    if (!map.polygon) return;
    Object.assign(map, { polygon: null, closed: false });
    marks();
    send("lasso", null);
  }

  let from = null, spread = 0;
  frame.onpointerdown = (event) => {
    if (event.button > 0) return;
    frame.setPointerCapture(event.pointerId);
    held.set(event.pointerId, within(event));
    from = { at: within(event), view: map.view, moved: false };
    if (frame.classList.contains("marking")) Object.assign(map, { polygon: [toUnits(...within(event))], closed: false });
    spread = 0;
  };
  frame.onpointermove = (event) => {
    const at = within(event);
    if (!held.has(event.pointerId)) {
      if (event.pointerType === "mouse" && !frame.classList.contains("marking")) {
        cancelAnimationFrame(map.picking);
        map.picking = requestAnimationFrame(() => {
          const i = nearest(...at);
          if (i !== map.over) over(i);
        });
      }
      return;
    }
    held.set(event.pointerId, at);
    if (held.size === 2) {
      const [a, b] = [...held.values()], apart = Math.hypot(a[0] - b[0], a[1] - b[1]);
      if (spread) zoom(apart / spread, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
      spread = apart;
      from = null;
    } else if (frame.classList.contains("marking")) {
      map.polygon?.push(toUnits(...at));
      marks();
    } else if (from && Math.hypot(at[0] - from.at[0], at[1] - from.at[1]) > 3) {
      from.moved = true;
      frame.classList.add("moving");
      const { width, height } = size();
      const x = from.view.x - (at[0] - from.at[0]) / (from.view.k * width);
      look({ x, y: from.view.y + (at[1] - from.at[1]) / (from.view.k * height), k: from.view.k });
    }
  };
  frame.onpointerup = frame.onpointercancel = (event) => {
    if (!held.delete(event.pointerId)) return;
    frame.classList.remove("moving");
    if (frame.classList.contains("marking")) {
      marking(false);
      map.closed = true;
      if ((map.polygon?.length ?? 0) < 4) return forget();
      const step = Math.ceil(map.polygon.length / 300), [x0, x1, y0, y1] = data.bounds;
      marks();
      send("lasso", map.polygon.filter((_, i) => i % step === 0).map(([u, v]) => [x0 + u * (x1 - x0), y0 + v * (y1 - y0)]));
    } else if (from && !from.moved && event.type === "pointerup") open(nearest(...within(event), event.pointerType === "mouse" ? NEAR : 22));
    from = null;
  };
  frame.onpointerleave = () => over(-1);
  frame.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(-clamp(event.deltaY * (event.deltaMode ? 30 : 1), -300, 300) * 0.0022), ...within(event));
  }, { passive: false });
  frame.ondblclick = (event) => zoom(2, ...within(event));
  frame.onkeydown = (event) => {
    const { width, height } = size(), { x, y, k } = map.view, step = 0.12 / k;
    const act = {
      ArrowLeft: () => look({ x: x - step, y, k }), ArrowRight: () => look({ x: x + step, y, k }),
      ArrowUp: () => look({ x, y: y + step, k }), ArrowDown: () => look({ x, y: y - step, k }),
      "+": () => zoom(1.5, width / 2, height / 2), "=": () => zoom(1.5, width / 2, height / 2), "-": () => zoom(1 / 1.5, width / 2, height / 2),
      0: () => look({ x: 0.5, y: 0.5, k: 1 }), Enter: () => open(map.over), Escape: forget,
    }[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
    if (!["Enter", "Escape"].includes(event.key)) {  // the paper in the middle is told and may be opened
      clearTimeout(map.telling);
      map.telling = setTimeout(() => over(nearest(width / 2, height / 2, Math.max(width, height))), 250);
    }
  };

  // ---- days

  const strip = brush($(".days"), {
    chosen(dates, done) {
      map.dates = dates && [dates[0] - data.first, dates[1] - data.first];
      if (!points?.days) return;
      painted();
      redraw();
      if (done) send("days", (dates ?? []).map(day));
    },
  });

  // ---- data

  function tools() {
    const act = {
      mark: () => marking(!frame.classList.contains("marking")), closer: () => zoom(1.6, size().width / 2, size().height / 2),
      farther: () => zoom(1 / 1.6, size().width / 2, size().height / 2), whole: () => look({ x: 0.5, y: 0.5, k: 1 }),
    };
    $(".tools").setAttribute("aria-label", data.words.tools);
    $(".tools").replaceChildren(...Object.keys(ICONS).map((name) => {
      const button = made("button", { type: "button", "data-act": name, title: data.words[name], "aria-label": data.words[name] },
        made("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, made("path", { d: ICONS[name] })));
      button.onclick = act[name];
      return button;
    }));
    $(".tools [data-act=mark]").setAttribute("aria-pressed", "false");
  }
  function table() {
    const { words } = data;
    $("summary").textContent = words.table;
    const cell = (tag, text, number) => made(tag, number ? { class: "number" } : {}, text);
    $("table").replaceChildren(
      made("tr", {}, cell("th", words.topic), cell("th", words.papers, true), cell("th", words.share, true)),
      ...data.labels.map((l) => made("tr", {}, cell("td", l.name), cell("td", l.papers, true), cell("td", l.part, true))),
    );
  }
  async function load() {
    const mine = ++map.loading, now = data;
    const wanted = [now.points, now.codes, now.mask, now.found, map.dates && now.days];  // days can wait unless some are chosen
    const [xy, codes, mask, found, early] = await Promise.all(wanted.map((address) => address && bytes(address)));
    if (mine !== map.loading) return;
    drawing.forget(points ? [points.xy, points.paint, points.foundXY, points.foundPaint] : []);
    points = {
      xy: new Uint16Array(xy), codes: new Uint8Array(codes), mask: mask && new Uint8Array(mask), topics: null,
      found: found && new Uint32Array(found), days: early && new Uint16Array(early),
    };
    if (points.found) {
      points.foundXY = new Uint16Array(points.found.length * 2);
      points.found.forEach((i, at) => points.foundXY.set(points.xy.subarray(2 * i, 2 * i + 2), 2 * at));
      points.foundPaint = new Uint8Array(points.found.length).fill(31);
    }
    painted();
    redraw();
    points.days ??= new Uint16Array(await bytes(now.days));
    if (mine === map.loading) strip.show(points.days, points.mask, now);
  }
  map.loading = 0;
  const watch = new ResizeObserver(() => {
    if (!data) return;
    named();
    redraw();
    strip.draw();
  });
  watch.observe(stage);

  map.update = (component) => {
    data = component.data;
    data.labels.forEach((label, index) => (label.index = index));
    send = (name, value) => (name === "lasso" ? component.setStateValue(name, value) : component.setTriggerValue(name, value));
    if (map.points !== data.points) {
      map.points = data.points;
      map.titles.clear();
      map.view = { x: 0.5, y: 0.5, k: 1, ...JSON.parse(sessionStorage.getItem(place()) ?? "{}") };
    }
    map.webgl ??= webgl();
    drawing ??= drawer(canvas, map.webgl !== "hardware");
    map.dates = data.dates && [data.dates[0] - data.first, data.dates[1] - data.first];
    if (!data.marked) Object.assign(map, { polygon: null, closed: false });
    frame.setAttribute("aria-label", `${data.alt} ${data.words.keys}`);
    $(".note").textContent = map.webgl === "none" ? data.words.pixels : "";
    stage.dataset.by = drawing.name;
    tools();
    legend();
    table();
    named();
    marks();
    const loaded = [data.points, data.codes, data.mask, data.found].join();
    if (loaded === map.loaded && points?.days) {
      painted();
      redraw();
      strip.show(points.days, points.mask, data);
    } else {
      map.loaded = loaded;
      load().catch((error) => ($(".note").textContent = `${data.words.failed} (${error.message})`));
    }
    if (data.save && data.save.turn !== map.saved) {
      map.saved = data.save.turn;
      picture(data, { ...size(), layers: layers(), palette: palette(), view: map.view, besides: map.besides, upon: map.upon, toPixels });
    }
  };
  map.dispose = () => {
    watch.disconnect();
    clearTimeout(settle);
    drawing?.dispose();
  };
  return map;
}

export default function (component) {
  const { parentElement } = component;
  const map = (parentElement.hubMap ??= create(parentElement));
  map.update(component);
  return () => setTimeout(() => {
    if ((parentElement.host ?? parentElement).isConnected) return;
    map.dispose();
    delete parentElement.hubMap;
  }, 1000);
}
