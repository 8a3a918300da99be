// Hands a reader a file: bytes as they are, or a Plotly figure as SVG or as PNG at 300 dots an inch, drawn by Plotly's own code
// in this window. Plotly comes from the app's server, once, when the first picture is asked for.

const delivered = new Set();  // turns that were answered: a component is drawn again with the same data
let plotly;

function loaded(address) {
  plotly ??= fetch(new URL(address, document.baseURI)).then((answer) => answer.text()).then((code) => new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    script.onload = () => done(window.Plotly);
    script.onerror = failed;
    document.head.append(script);
  }));
  return plotly;
}

async function drawn({ figure, plotly, form, name, width }) {
  const Plotly = await loaded(plotly), { data, layout } = JSON.parse(figure);
  const asked = { format: form, width, height: layout.height ?? 450, scale: form === "png" ? 300 / 96 : 1 };
  const address = await Plotly.toImage({ data, layout }, asked);
  const blob = await (await fetch(address)).blob();
  downloaded(form === "png" ? await withDensity(blob, 300) : blob, `${name}.${form}`);
}

export default function ({ data }) {
  if (delivered.has(data.turn)) return;
  delivered.add(data.turn);
  if (data.figure) drawn(data);
  else downloaded(new Blob([Uint8Array.from(atob(data.content), (c) => c.charCodeAt(0))], { type: data.type }), `${data.name}.${data.form}`);
}
