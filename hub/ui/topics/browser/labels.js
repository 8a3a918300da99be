// Where names stand: beside the map, each with a line to the middle of its papers; on a narrow screen on the map itself, where
// one finds room. No name ever lies over another.

// Names for the two columns beside a map of `width` by `height`; a name is {at: [x, y] in pixels, ...}, the most important first.
// Returns {label, side, y}: the middle of each name's line in its column.
function besides(labels, width, height, line) {
  const room = Math.max(1, Math.floor(height / line));
  const seen = labels.filter(({ at: [x, y] }) => x >= 0 && x <= width && y >= 0 && y <= height).slice(0, 2 * room);
  const across = [...seen].sort((a, b) => a.at[0] - b.at[0]);
  const half = across.filter(({ at }) => at[0] <= width / 2).length;
  const left = Math.min(Math.max(half, across.length - room), room);
  return [["left", across.slice(0, left)], ["right", across.slice(left)]].flatMap(([side, own]) => {
    own.sort((a, b) => a.at[1] - b.at[1]);
    const y = own.map(({ at }) => Math.min(Math.max(at[1], line / 2), height - line / 2));
    for (let i = 1; i < y.length; i++) y[i] = Math.max(y[i], y[i - 1] + line);
    for (let i = y.length - 1, low = height - line / 2; i >= 0; i--, low -= line) y[i] = Math.min(y[i], low);
    uncrossed(own, y, side === "left" ? 0 : width);
    return own.map((label, i) => ({ label, side, y: y[i] }));
  });
}

// Two names whose lines cross change places; all lines together grow shorter each time, so that this ends.
function uncrossed(own, y, edge) {
  const long = (label, at) => Math.hypot(label.at[0] - edge, label.at[1] - at);
  for (let again = true; again; ) {
    again = false;
    for (let i = 0; i < own.length; i++) {
      for (let j = i + 1; j < own.length; j++) {
        if (long(own[i], y[j]) + long(own[j], y[i]) + 1e-6 < long(own[i], y[i]) + long(own[j], y[j])) {
          [own[i], own[j], again] = [own[j], own[i], true];
        }
      }
    }
  }
}

// Names on the map itself: boxes of `wide(label)` by `line`, the first come first, each moved a little where that helps.
function upon(labels, width, height, line, wide, most) {
  const boxes = [], kept = [];
  for (const label of labels) {
    if (kept.length === most) break;
    const w = wide(label), [px, py] = label.at;
    if (w > width || px < 0 || px > width || py < 0 || py > height) continue;
    for (const [dx, dy] of [[0, 0], [0, 1], [0, -1], [0.4, 0], [-0.4, 0], [0.4, 1], [-0.4, 1], [0.4, -1], [-0.4, -1]]) {
      const x = Math.min(Math.max(px + dx * w, w / 2), width - w / 2);
      const y = Math.min(Math.max(py + dy * line, line / 2), height - line / 2);
      if (boxes.some((b) => Math.abs(b.x - x) < (b.w + w) / 2 + 4 && Math.abs(b.y - y) < line)) continue;
      boxes.push({ x, y, w });
      kept.push({ label, x, y });
      break;
    }
  }
  return kept;
}

// The points near a place: cells of a grid, each with its points in a row. `near` returns the nearest one within `reach` (in
// steps of a coordinate, across and up), -1 where there is none.
function finder(xy, paint) {
  const SIDE = 512, starts = new Uint32Array(SIDE * SIDE + 1), cell = (i) => (xy[2 * i + 1] >> 7) * SIDE + (xy[2 * i] >> 7);
  const n = paint.length;
  for (let i = 0; i < n; i++) if (paint[i] !== 255) starts[cell(i) + 1]++;
  for (let c = 0; c < SIDE * SIDE; c++) starts[c + 1] += starts[c];
  const fill = starts.slice(), points = new Uint32Array(starts[SIDE * SIDE]);
  for (let i = 0; i < n; i++) if (paint[i] !== 255) points[fill[cell(i)]++] = i;
  return (x, y, reachX, reachY) => {
    const edge = (v) => Math.min(Math.max(v, 0), 65535) >> 7;
    let best = -1, least = 1;
    for (let row = edge(y - reachY); row <= edge(y + reachY); row++) {
      for (let p = starts[row * SIDE + edge(x - reachX)]; p < starts[row * SIDE + edge(x + reachX) + 1]; p++) {
        const i = points[p], far = ((xy[2 * i] - x) / reachX) ** 2 + ((xy[2 * i + 1] - y) / reachY) ** 2;
        if (far < least) [best, least] = [i, far];
      }
    }
    return best;
  };
}
