// Files that a browser makes itself: handed to the reader as a download; a PNG that says how many dots it has to an inch.

function downloaded(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// A PNG with a pHYs chunk, behind its header (PNG specification, third edition, 11.3.4.3).
async function withDensity(blob, dpi) {
  const png = new Uint8Array(await blob.arrayBuffer()), chunk = new DataView(new ArrayBuffer(21)), per_metre = Math.round(dpi / 0.0254);
  chunk.setUint32(0, 9);
  [0x70, 0x48, 0x59, 0x73].forEach((byte, i) => chunk.setUint8(4 + i, byte));
  chunk.setUint32(8, per_metre);
  chunk.setUint32(12, per_metre);
  chunk.setUint8(16, 1);
  let sum = 0xffffffff;
  for (let i = 4; i < 17; i++) {
    sum ^= chunk.getUint8(i);
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  chunk.setUint32(17, (sum ^ 0xffffffff) >>> 0);
  const head = 33;  // the signature and IHDR
  return new Blob([png.subarray(0, head), new Uint8Array(chunk.buffer), png.subarray(head)], { type: "image/png" });
}
