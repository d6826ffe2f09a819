(async () => {
  const packing = document.getElementById("plotly-gzip");
  const fallback = (why) => {
    for (const place of document.querySelectorAll(".chart")) {
      place.textContent = packing.dataset.failure.replace("{reason}", why);
      place.style.height = "auto";
    }
    for (const table of document.querySelectorAll("details")) table.open = true;
  };
  try {
    const packed = atob(packing.textContent);
    const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(unpacked).text();
    document.head.append(script);
    const charts = [];
    for (const block of document.querySelectorAll(".chart-data")) {
      const spec = JSON.parse(block.textContent);
      const place = document.getElementById(block.dataset.chart);
      charts.push(place);
      await Plotly.newPlot(place, spec.data, spec.layout, { displayModeBar: false, responsive: true });
    }
    // paper is narrower than most screens
    addEventListener("beforeprint", () => charts.forEach((chart) => Plotly.relayout(chart, { width: 660 })));
    addEventListener("afterprint", () => charts.forEach((chart) => Plotly.relayout(chart, { width: null, autosize: true })));
    document.documentElement.dataset.charts = "drawn";
  } catch (error) {
    fallback(error.message);
  }
})();
