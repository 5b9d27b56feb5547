// Draws [data-chart]: bars or lines over categories, with the required value as a dashed line. The table behind it
// says the same; where scripts do not run it is all there is. Colours are the page's own, and follow its theme.
"use strict";

(() => {
  const TONES = { good: "--good", bad: "--bad", warning: "--warning", muted: "--line-strong", plain: "--accent" };
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function seriesOf(said) {
    return said.series.map((one) => ({
      name: one.name,
      type: said.kind,
      stack: said.stacked ? "all" : undefined,
      data: one.values.map((value, at) => ({ value, itemStyle: { color: color(TONES[one.tones?.[at] ?? one.tone ?? "plain"]) } })),
      color: color(TONES[one.tone ?? "plain"]),
      lineStyle: { color: color(TONES[one.tone ?? "plain"]), width: 2 },
      symbolSize: 7,
      barMaxWidth: 28,
      markLine: said.required === null || said.required === undefined ? undefined : {
        silent: true,
        symbol: "none",
        color: color(TONES[one.tone ?? "plain"]),
      lineStyle: { color: color("--warning"), type: "dashed" },
        label: { formatter: String(said.required), color: color("--ink-soft") },
        data: [said.across ? { xAxis: said.required } : { yAxis: said.required }],
      },
    }));
  }

  function optionsOf(said, width) {
    const label = { color: color("--ink-soft"), width: said.across ? width * 0.4 : undefined, overflow: "truncate" };
    const names = { type: "category", data: said.categories, axisLabel: label, inverse: Boolean(said.across) };
    const values = {
      type: "value",
      name: said.unit,
      max: said.most ?? undefined,
      nameTextStyle: { color: color("--ink-soft") },
      axisLabel: { color: color("--ink-soft") },
      splitLine: { lineStyle: { color: color("--line") } },
    };
    return {
      animation: false,
      aria: { enabled: true },
      grid: { left: 8, right: 48, top: said.series.length > 1 ? 40 : 28, bottom: 4, containLabel: true },
      legend: said.series.length > 1 ? { top: 0, textStyle: { color: color("--ink") } } : undefined,
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, renderMode: "richText" }, // HTML would need inline styles
      textStyle: { fontFamily: color("--font") },
      xAxis: said.across ? values : names,
      yAxis: said.across ? names : values,
      series: seriesOf(said),
    };
  }

  function draw(figure) {
    const canvas = figure.querySelector(".chart-canvas");
    const said = JSON.parse(figure.dataset.chart);
    canvas.style.height = said.across ? `${60 + 26 * said.categories.length}px` : "17rem";
    const chart = echarts.getInstanceByDom(canvas) ?? echarts.init(canvas);
    chart.setOption(optionsOf(said, canvas.clientWidth), true);
  }

  const figures = [...document.querySelectorAll("[data-chart]")];
  const drawAll = () => figures.forEach(draw);
  drawAll();
  document.addEventListener("theme", drawAll);
  const resized = new ResizeObserver((entries) => {
    for (const entry of entries) {
      echarts.getInstanceByDom(entry.target)?.resize();
      draw(entry.target.closest("[data-chart]"));
    }
  });
  for (const figure of figures) resized.observe(figure.querySelector(".chart-canvas"));
})();
