/* Draws each <figure data-chart> from the JSON beside it: stepped lines over time, and vertical marks.
   {"x": [seconds], "series": [{"key", "label", "values"}], "markers": [{"x", "kind", "label"}]}; the key names the
   colour (--series-<key>). The table under the figure says the same without it. */
(() => {
  "use strict";
  const root = document.documentElement;
  const language = root.lang === "tr" ? "tr" : "en-GB"; // day before month, as the server writes it
  const zone = root.dataset.zone || "UTC";
  const HEIGHT = 250;
  const DAY = 86400;
  const LABEL_FONT = '600 11px "Inter Variable", sans-serif';
  const drawn = new Map();

  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: zone });
  const exact = new Intl.DateTimeFormat(language, {
    day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone,
  });
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const instant = (seconds) => new Date(seconds * 1000);

  /* A variable may be a function of the theme: only an element knows what comes out of it. */
  function colour(figure, name, alpha = 1) {
    const probe = figure.appendChild(document.createElement("span"));
    probe.style.color = `color-mix(in srgb, var(${name}) ${alpha * 100}%, transparent)`;
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  }

  /* Hours within a day; the day itself at midnight and on longer scales. */
  function timeLabels(chart, splits, axis, space, step) {
    let last = "";
    return splits.map((split) => {
      const date = day.format(instant(split));
      const text = step >= DAY ? date : clock.format(instant(split)) + (date === last ? "" : `\n${date}`);
      last = date;
      return text;
    });
  }

  function drawMarks(chart, marks, colours) {
    const { ctx, bbox } = chart;
    const ratio = devicePixelRatio || 1;
    let free = -Infinity; // where the next label may begin
    ctx.save();
    ctx.font = LABEL_FONT.replace("11px", `${11 * ratio}px`);
    ctx.textBaseline = "top";
    ctx.textAlign = "left";
    for (const mark of marks) {
      const x = Math.round(chart.valToPos(mark.x, "x", true));
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.strokeStyle = ctx.fillStyle = mark.kind === "attempt" ? colours.mark : colours.text;
      ctx.lineWidth = ratio;
      ctx.setLineDash(mark.kind === "attempt" ? [4 * ratio, 3 * ratio] : [1 * ratio, 3 * ratio]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      const width = ctx.measureText(mark.label).width;
      const start = x + width + 8 * ratio > bbox.left + bbox.width ? x - width - 5 * ratio : x + 5 * ratio;
      if (mark.kind !== "attempt" || start < free) continue;
      ctx.fillText(mark.label, start, bbox.top + 2 * ratio);
      free = start + width + 6 * ratio;
    }
    ctx.restore();
  }

  function options(figure, data, width) {
    const text = colour(figure, "--tblr-secondary");
    const grid = { stroke: colour(figure, "--chart-grid"), width: 1 };
    const axis = { stroke: text, grid, ticks: { show: false }, font: '12px "Inter Variable", sans-serif' };
    const marks = [...data.markers].sort((one, other) => one.x - other.x);
    const colours = { text, mark: colour(figure, "--chart-mark") };
    const stepped = uPlot.paths.stepped({ align: 1 });
    const lines = data.series.map((series) => ({
      label: series.label,
      stroke: colour(figure, `--series-${series.key}`),
      fill: series.key === "available" ? colour(figure, `--series-${series.key}`, 0.1) : undefined,
      width: 1.75,
      paths: stepped,
      points: { show: data.x.length === 1 },
      value: (chart, value) => (value === null || value === undefined ? "–" : number.format(value)),
    }));
    return {
      width,
      height: HEIGHT,
      tzDate: (seconds) => uPlot.tzDate(instant(seconds), zone),
      cursor: { points: { size: 6 }, drag: { x: true, y: false } },
      axes: [
        { ...axis, size: 40, values: timeLabels, space: 70 },
        { ...axis, size: 48, values: (chart, splits) => splits.map((split) => number.format(split)) },
      ],
      scales: { y: { range: (chart, low, high) => uPlot.rangeNum(Math.min(low, 0), Math.max(high, 1), 0.1, true) } },
      series: [{ label: figure.dataset.timeLabel, value: (chart, at) => (at ? exact.format(instant(at)) : "–") }, ...lines],
      hooks: { draw: [(chart) => drawMarks(chart, marks, colours)] },
    };
  }

  function draw(figure) {
    const canvas = figure.querySelector("[data-canvas]");
    const data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
    if (!data.x.length || !canvas.clientWidth) return;
    drawn.get(figure)?.destroy();
    const values = [data.x, ...data.series.map((series) => series.values)];
    drawn.set(figure, new uPlot(options(figure, data, canvas.clientWidth), values, canvas));
  }

  function drawAll() {
    for (const [figure, chart] of drawn) {
      if (figure.isConnected) continue;
      chart.destroy();
      drawn.delete(figure);
    }
    document.querySelectorAll("figure[data-chart]").forEach(draw);
  }

  const resized = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const chart = drawn.get(target.closest("figure"));
      if (!chart) draw(target.closest("figure"));
      else if (target.clientWidth && chart.width !== target.clientWidth) {
        chart.setSize({ width: target.clientWidth, height: HEIGHT });
      }
    }
  });

  function start() {
    drawAll();
    document.querySelectorAll("figure[data-chart] [data-canvas]").forEach((canvas) => resized.observe(canvas));
  }

  new MutationObserver(drawAll).observe(root, { attributes: true, attributeFilter: ["data-bs-theme"] });
  matchMedia("print").addEventListener("change", drawAll); // paper is light
  document.addEventListener("htmx:afterSettle", start);
  document.fonts.ready.then(start); // labels are measured in the right font
})();
