// Two ways to draw points: by WebGL 2 and, where there is none, pixel by pixel. Both draw in parts, a frame each, so that the
// page answers meanwhile, and show a view when all of it is drawn.
//
// A layer is {xy: Uint16Array, 65535 steps from edge to edge, paint: Uint8Array, a place in the palette a point, 255 for none,
// size: CSS pixels}. A palette is a list of [red, green, blue, alpha], 0 to 1. A view is {x, y, k}: its middle and how many times
// the map is magnified.

const VERTEX = `#version 300 es
in vec2 at; in float paint; uniform vec2 middle; uniform vec2 scale; uniform float size; uniform vec4 palette[32];
out vec4 color;
void main() {
  if (paint > 254.5) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); return; }
  gl_Position = vec4((at - middle) * scale, 0.0, 1.0);
  gl_PointSize = size;
  color = palette[int(paint + 0.5)];
}`;
const FRAGMENT = `#version 300 es
precision highp float; in vec4 color; out vec4 drawn; uniform float size;
void main() {
  float near = size < 3.5 ? 1.0 : clamp((0.5 - distance(gl_PointCoord, vec2(0.5))) * size + 0.5, 0.0, 1.0);
  drawn = vec4(color.rgb, 1.0) * color.a * near;
}`;

const MOST = 250_000;  // points of one part: what WebGL without a graphics processor draws within two frames

function byWebGL(canvas) {
  const gl = canvas.getContext("webgl2", { antialias: false, preserveDrawingBuffer: true });
  if (!gl) return null;
  const program = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) return null;
  const place = Object.fromEntries(["middle", "scale", "size", "palette"].map((n) => [n, gl.getUniformLocation(program, n)]));
  const at = gl.getAttribLocation(program, "at"), paint = gl.getAttribLocation(program, "paint");
  const buffers = new Map();  // of an array of a layer: its copy on the graphics processor
  const held = (array) => {
    if (!buffers.has(array)) {
      buffers.set(array, gl.createBuffer());
      gl.bindBuffer(gl.ARRAY_BUFFER, buffers.get(array));
      gl.bufferData(gl.ARRAY_BUFFER, array, gl.STATIC_DRAW);
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers.get(array));
  };
  const hidden = { frame: gl.createFramebuffer(), texture: null, width: 0, height: 0 };
  const sized = () => {
    if (hidden.width === canvas.width && hidden.height === canvas.height) return;
    gl.deleteTexture(hidden.texture);
    Object.assign(hidden, { texture: gl.createTexture(), width: canvas.width, height: canvas.height });
    gl.bindTexture(gl.TEXTURE_2D, hidden.texture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, canvas.width, canvas.height);
    gl.bindFramebuffer(gl.FRAMEBUFFER, hidden.frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, hidden.texture, 0);
  };
  return {
    name: "WebGL",
    begin() {
      sized();
      gl.bindFramebuffer(gl.FRAMEBUFFER, hidden.frame);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
    },
    part(layer, from, to, view, palette, scale, frame) {
      gl.bindFramebuffer(gl.FRAMEBUFFER, hidden.frame);
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.useProgram(program);
      gl.enable(gl.BLEND);
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      gl.uniform2f(place.middle, view.x, view.y);
      gl.uniform2f(place.scale, (2 * view.k * frame.width) / canvas.width, (2 * view.k * frame.height) / canvas.height);
      gl.uniform1f(place.size, layer.size * scale);
      gl.uniform4fv(place.palette, palette.flat());
      held(layer.xy);
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, 2, gl.UNSIGNED_SHORT, true, 0, 0);
      held(layer.paint);
      gl.enableVertexAttribArray(paint);
      gl.vertexAttribPointer(paint, 1, gl.UNSIGNED_BYTE, false, 0, 0);
      gl.drawArrays(gl.POINTS, from, to - from);
    },
    show() {
      gl.bindFramebuffer(gl.READ_FRAMEBUFFER, hidden.frame);
      gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, null);
      gl.blitFramebuffer(0, 0, canvas.width, canvas.height, 0, 0, canvas.width, canvas.height, gl.COLOR_BUFFER_BIT, gl.NEAREST);
    },
    forget(arrays) {
      for (const array of arrays) {
        gl.deleteBuffer(buffers.get(array) ?? null);
        buffers.delete(array);
      }
    },
    dispose: () => gl.getExtension("WEBGL_lose_context")?.loseContext(),
  };
}

function byPixels(canvas) {
  const context = canvas.getContext("2d");
  let pixels = null;
  return {
    name: "pixels",
    begin() {
      if (!pixels || pixels.width !== canvas.width || pixels.height !== canvas.height) {
        pixels = context.createImageData(canvas.width, canvas.height);
      } else pixels.data.fill(0);
    },
    part(layer, from, to, view, palette, scale, frame) {
      const { width, height, data } = pixels, { xy, paint } = layer;
      const side = Math.max(1, Math.round(layer.size * scale * 0.9)), half = side / 2;  // as much ink as the disc
      const ax = (view.k * frame.width) / 65535, ay = (view.k * frame.height) / 65535;
      const bx = width / 2 - view.x * view.k * frame.width - half, by = height / 2 + view.y * view.k * frame.height - half;
      const inks = palette.map(([r, g, b, a]) => [r * 255, g * 255, b * 255, a]);
      for (let i = from; i < to; i++) {
        if (paint[i] === 255) continue;
        const x0 = Math.round(ax * xy[2 * i] + bx), y0 = Math.round(by - ay * xy[2 * i + 1]);
        if (x0 < 0 || y0 < 0 || x0 + side > width || y0 + side > height) continue;
        const [r, g, b, a] = inks[paint[i]];
        for (let y = y0; y < y0 + side; y++) {
          for (let p = 4 * (y * width + x0), end = p + 4 * side; p < end; p += 4) {
            const under = data[p + 3] / 255, sum = a + under * (1 - a), part = a / sum;
            data[p] += (r - data[p]) * part;
            data[p + 1] += (g - data[p + 1]) * part;
            data[p + 2] += (b - data[p + 2]) * part;
            data[p + 3] = sum * 255;
          }
        }
      }
    },
    show: () => context.putImageData(pixels, 0, 0),
    forget() {},
    dispose() {},
  };
}

// What draws WebGL here: "none", "software" where there is no graphics processor (pixel by pixel is then the faster way,
// docs/MAP.md), else "hardware". `hub.map.by` in the session's storage decides otherwise, for measurements.
function webgl() {
  const asked = sessionStorage.getItem("hub.map.by");
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return "none";
  const told = gl.getExtension("WEBGL_debug_renderer_info");
  const name = String(told ? gl.getParameter(told.UNMASKED_RENDERER_WEBGL) : gl.getParameter(gl.RENDERER));
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return asked ?? (/swiftshader|llvmpipe|software|basic render/i.test(name) ? "software" : "hardware");
}

// A drawer of a canvas: draw() shows all layers in a view, at once or over frames, and takes back a drawing that is not done.
function drawer(canvas, pixelsOnly) {
  const by = (!pixelsOnly && byWebGL(canvas)) || byPixels(canvas);
  let turn = 0, most = 60_000;
  return {
    name: by.name,
    forget: by.forget,
    dispose() {
      turn++;
      by.dispose();
    },
    cancel: () => turn++,
    draw(layers, view, palette, scale, frame, done, atOnce = false) {
      const mine = ++turn;
      let layer = 0, from = 0, begun = performance.now();
      by.begin();
      const step = () => {
        if (mine !== turn) return;
        const now = performance.now(), waited = now - begun;
        if (!atOnce && waited > 0) most = Math.min(Math.max(waited > 40 ? most / 2 : waited < 25 ? most * 2 : most, 20_000), MOST);
        begun = now;
        for (let room = atOnce ? Infinity : most; layer < layers.length && room > 0; ) {
          const n = layers[layer].paint.length, to = Math.min(n, from + room);
          by.part(layers[layer], from, to, view, palette, scale, frame);
          room -= to - from;
          from = to;
          if (from >= n) [layer, from] = [layer + 1, 0];
        }
        if (layer < layers.length) requestAnimationFrame(step);
        else {
          by.show();
          done?.();
        }
      };
      step();
    },
  };
}
