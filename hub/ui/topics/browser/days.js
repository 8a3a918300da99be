// The strip of days below the map: how many papers came when, and a brush that takes some of them.

function brush(root, { chosen }) {
  const canvas = root.querySelector("canvas"), [left, right] = root.querySelectorAll(".edge");
  const [first, last, range] = [".first", ".last", ".range"].map((name) => root.querySelector(name));
  let data, counts = null, dates = null, grip = null, later;
  const span = () => data.last - data.first + 1;
  const at = (event) => {
    const box = root.getBoundingClientRect();
    return clamp(data.first + Math.floor(((event.clientX - box.left) / box.width) * span()), data.first, data.last);
  };
  function draw() {
    if (!counts) return;
    const scale = Math.min(window.devicePixelRatio || 1, 2), width = Math.round(canvas.clientWidth * scale), height = 30 * scale;
    if (!width) return;
    Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d"), each = Math.ceil((span() * 3 * scale) / width);  // whole days
    const bars = Math.ceil(span() / each), sums = new Float64Array(bars);
    for (let d = 0; d < counts.length; d++) sums[Math.floor(d / each)] += counts[d];
    const most = Math.max(...sums) || 1, [since, until] = dates ?? [data.first, data.last];
    for (let b = 0; b < bars; b++) {
      const d = data.first + b * each, tall = (sums[b] / most) * (height - 2), wide = (each / span()) * width;
      const taken = d + each > since && d <= until;
      context.globalAlpha = taken ? 0.85 : 0.25;
      context.fillStyle = taken ? data.ink.accent : data.ink.faint;
      context.fillRect(b * wide, height - tall, Math.max(wide - scale * 0.6, 0.5), tall);
    }
    left.style.left = `${((since - data.first) / span()) * 100}%`;
    right.style.left = `${((until + 1 - data.first) / span()) * 100}%`;
    for (const [edge, value, label] of [[left, since, data.words.from], [right, until, data.words.to]]) {
      for (const [name, told] of Object.entries({ "aria-label": label, "aria-valuemin": data.first, "aria-valuemax": data.last,
        "aria-valuenow": value, "aria-valuetext": day(value) })) edge.setAttribute(name, told);
    }
    first.textContent = day(data.first);
    last.textContent = day(data.last);
    range.replaceChildren(...(dates ? [`${day(since)} – ${day(until)} `, all()] : [data.words.brush]));
    range.style.fontWeight = dates ? 600 : 400;
  }
  const all = () => {
    const button = made("button", { type: "button" }, data.words.all);
    button.onclick = () => take(null, true);
    return button;
  };
  function take(next, done) {
    const whole = next && next[0] <= data.first && next[1] >= data.last;
    dates = whole ? null : next;
    draw();
    chosen(dates, done);
  }
  root.onpointerdown = (event) => {
    if (!counts || event.target.closest(".range button")) return;
    const [since, until] = dates ?? [data.first, data.last], d = at(event);
    root.setPointerCapture(event.pointerId);
    grip = event.target === left ? { fixed: until } : event.target === right ? { fixed: since }
      : dates && d >= since && d <= until ? { from: d, dates } : { fixed: d };
    grip.begun = [since, until];
  };
  root.onpointermove = (event) => {
    if (!grip) return;
    const d = at(event);
    grip.moved = true;
    if (grip.dates) {
      const by = clamp(d - grip.from, data.first - grip.dates[0], data.last - grip.dates[1]);
      take(grip.dates.map((v) => v + by), false);
    } else take([Math.min(grip.fixed, d), Math.max(grip.fixed, d)], false);
  };
  root.onpointerup = root.onpointercancel = () => {
    const moved = grip?.moved;
    grip = null;
    if (moved) chosen(dates, true);
  };
  for (const edge of [left, right]) {
    edge.onkeydown = (event) => {
      const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -30, PageUp: 30 }[event.key];
      if (!by || !counts) return;
      event.preventDefault();
      event.stopPropagation();
      const [since, until] = dates ?? [data.first, data.last];
      take(edge === left ? [clamp(since + by, data.first, until), until] : [since, clamp(until + by, since, data.last)], false);
      clearTimeout(later);
      later = setTimeout(() => chosen(dates, true), 600);
    };
  }
  return {
    draw,
    show(days, mask, now) {
      data = now;
      if (!grip) dates = now.dates;
      counts = new Float64Array(span());
      for (let i = 0; i < days.length; i++) if (!mask || mask[i >> 3] & (1 << (i & 7))) counts[days[i]]++;
      root.setAttribute("aria-label", now.words.days);
      root.style.visibility = span() > 1 ? "" : "hidden";
      draw();
    },
  };
}
