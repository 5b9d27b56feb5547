// Symbols of the points, drawn once per colour. A point's class follows from the words of its appurtenance or feature
// (CJJ 61 and what hand-overs really say); the first line that fits decides.
/* global Pipes */
"use strict";

(() => {
  const CLASSES = [
    ["hydrant", /消[防火]|水鹤/],
    ["gully", /[箅篦]|雨水口/],
    ["valve_well", /阀门?井|阀门孔|闸门井/],
    ["valve", /阀|停止塞|疏水|凝水缸/],
    ["meter", /表|测[压流]|监测|测试桩/],
    ["handhole", /手孔/],
    ["manhole", /人孔|人员出入口/],
    ["vent", /通风|出气|放散|投料|逃生/],
    ["station", /站|塔|池|水源井|变压器|工作室/],
    ["cabinet", /箱|柜|亭|配电室|监控|摄像/],
    ["lamp", /灯/],
    ["pole", /杆|立管|支架/],
    ["outlet", /[进出]水[口闸]|排水户出口|出地/],
    ["well", /井(?!边点|内点)|检修/],
  ];
  const SIZE = 20; // CSS pixels of the square that a symbol is drawn in
  const RATIO = Math.max(window.devicePixelRatio || 1, 2);
  const drawn = new Map();

  function circle(pen, radius) {
    pen.beginPath();
    pen.arc(0, 0, radius, 0, 2 * Math.PI);
    pen.fill();
    pen.stroke();
  }

  function path(pen, points, closed = true) {
    pen.beginPath();
    points.forEach(([x, y], at) => (at ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    if (closed) pen.closePath();
    if (closed) pen.fill();
    pen.stroke();
  }

  const line = (pen, ...points) => path(pen, points, false);

  const square = (pen, half) => path(pen, [[-half, -half], [half, -half], [half, half], [-half, half]]);

  function bowTie(pen, width, height) {
    path(pen, [[-width, -height], [width, height], [width, -height], [-width, height]]);
  }

  const inColour = (pen, draw) => {
    const paper = pen.fillStyle;
    pen.fillStyle = pen.strokeStyle;
    draw();
    pen.fillStyle = paper;
  };

  const SHAPES = {
    node: (pen) => inColour(pen, () => circle(pen, 1.6)),
    well(pen) {
      circle(pen, 5);
      line(pen, [-5, 0], [5, 0]);
      line(pen, [0, -5], [0, 5]);
    },
    manhole(pen) {
      circle(pen, 5.5);
      path(pen, [[-3, 2.6], [3, 2.6], [0, -3.2]]);
    },
    handhole(pen) {
      square(pen, 4.5);
      line(pen, [-4.5, 4.5], [4.5, -4.5]);
    },
    valve: (pen) => bowTie(pen, 5.5, 3.6),
    valve_well(pen) {
      circle(pen, 6);
      inColour(pen, () => bowTie(pen, 3.8, 2.4));
    },
    hydrant(pen) {
      line(pen, [0, 7], [0, 1]);
      line(pen, [-3.5, 7], [3.5, 7]);
      circle(pen, 4);
      inColour(pen, () => circle(pen, 1.2));
    },
    gully(pen) {
      path(pen, [[-6, -3.5], [6, -3.5], [6, 3.5], [-6, 3.5]]);
      for (const x of [-3, 0, 3]) line(pen, [x, -3.5], [x, 3.5]);
    },
    meter(pen) {
      circle(pen, 5);
      line(pen, [-3.5, 3.5], [3.5, -3.5]);
    },
    lamp(pen) {
      for (const turn of [0, 45, 90, 135]) {
        const [x, y] = [Math.cos(turn * Math.PI / 180) * 6.5, Math.sin(turn * Math.PI / 180) * 6.5];
        line(pen, [-x, -y], [x, y]);
      }
      circle(pen, 3.2);
    },
    pole(pen) {
      circle(pen, 4);
      inColour(pen, () => circle(pen, 1));
    },
    cabinet(pen) {
      path(pen, [[-6, -4], [6, -4], [6, 4], [-6, 4]]);
      inColour(pen, () => path(pen, [[-6, 4], [6, -4], [6, 4]]));
    },
    station(pen) {
      square(pen, 5.5);
      inColour(pen, () => path(pen, [[-3, 3], [3, 3], [0, -3.2]]));
    },
    outlet(pen) {
      line(pen, [-6, -4.5], [0, 0], [-6, 4.5]);
      line(pen, [0, -4.5], [6, 0], [0, 4.5]);
    },
    vent(pen) {
      circle(pen, 5);
      inColour(pen, () => circle(pen, 2));
    },
  };

  function draw(name, colour, paper, canvas = document.createElement("canvas")) {
    canvas.width = canvas.height = SIZE * RATIO;
    const pen = canvas.getContext("2d");
    pen.scale(RATIO, RATIO);
    pen.translate(SIZE / 2, SIZE / 2);
    Object.assign(pen, { strokeStyle: colour, fillStyle: paper, lineWidth: 1.35, lineJoin: "round", lineCap: "round" });
    SHAPES[name](pen);
    return canvas;
  }

  function image(name, colour, paper) {
    const key = `${name} ${colour} ${paper}`;
    if (!drawn.has(key)) drawn.set(key, draw(name, colour, paper));
    return drawn.get(key);
  }

  function classOf(appurtenance, feature) {
    const words = appurtenance || feature;
    return (words && CLASSES.find(([, pattern]) => pattern.test(words))?.[0]) || "node";
  }

  Pipes.symbols = { draw, image, classOf, scale: 1 / RATIO };
})();
