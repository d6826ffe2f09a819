const drawCharts = async () => {
  const places = [...document.querySelectorAll(".chart")];
  if (!places.length) return;
  try {
    await unpack("plotly-gzip");
    for (const block of document.querySelectorAll(".chart-data")) {
      const spec = JSON.parse(block.textContent);
      const place = document.getElementById(block.dataset.chart);
      await Plotly.newPlot(place, spec.data, spec.layout, { displayModeBar: false, responsive: true });
    }
    // paper is narrower than most screens
    addEventListener("beforeprint", () => places.forEach((chart) => Plotly.relayout(chart, { width: 660 })));
    addEventListener("afterprint", () => places.forEach((chart) => Plotly.relayout(chart, { width: null, autosize: true })));
    document.documentElement.dataset.charts = "drawn";
  } catch (error) {
    for (const place of places) {
      place.textContent = words.no_chart.replace("{reason}", error.message);
      place.style.height = "auto";
      place.closest("section").querySelectorAll("details").forEach((data) => { data.open = true; });
    }
  }
};
drawCharts();
