import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { theme } from '../app/theme';
import { formatNumber } from '../data/format';

export interface BarChartProps {
  /** What the chart shows, in a sentence. */
  readonly label: string;
  readonly unit: string;
  /** Seconds since 1970. */
  readonly days: readonly number[];
  readonly values: readonly number[];
}

const HEIGHT = 168;
const HALF_A_DAY = 43_200;
const dayName = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' });

/** Bars per day; the same numbers stand in the table that the page offers instead. */
export function BarChart({ label, unit, days, values }: BarChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current!;
    const dark = matchMedia('(prefers-color-scheme: dark)');
    let chart: uPlot;
    const draw = () => {
      chart?.destroy();
      chart = new uPlot(options(element, tip.current!, unit), [[...days], [...values]], element);
    };
    draw();
    const resize = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    resize.observe(element);
    dark.addEventListener('change', draw);
    return () => {
      resize.disconnect();
      dark.removeEventListener('change', draw);
      chart.destroy();
    };
  }, [days, values, theme.value]);
  return (
    <div role="img" aria-label={label} class="relative h-42">
      <div ref={host} class="h-42 overflow-hidden" />
      <div ref={tip} hidden class="pointer-events-none absolute top-0 z-1 rounded-md border border-line bg-raised px-2 py-1 text-xs whitespace-nowrap shadow-float tabular" />
    </div>
  );
}

function options(host: HTMLElement, tip: HTMLElement, unit: string): uPlot.Options {
  const [accent, muted, line] = ['--color-accent', '--color-muted', '--color-line'].map(name => resolve(host, name));
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  return {
    width: host.clientWidth,
    height: HEIGHT,
    padding: [8, 4, 0, 0],
    legend: { show: false },
    cursor: { points: { show: false }, y: false, drag: { x: false, y: false } },
    scales: {
      // Half a day more at both ends: bars stand in the middle of their day.
      x: { range: (_, first, last) => [first - HALF_A_DAY, last + HALF_A_DAY] },
      y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] },
    },
    axes: [
      {
        stroke: muted,
        font,
        size: 28,
        space: 64,
        grid: { show: false },
        ticks: { show: false },
        values: (_, days) => days.map(day => dayName.format(day * 1000)),
      },
      {
        stroke: muted,
        font,
        size: 36,
        space: 40,
        gap: 6,
        ticks: { show: false },
        grid: { stroke: line, width: 1 },
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000],
      },
    ],
    series: [{}, { fill: accent, width: 0, points: { show: false }, paths: uPlot.paths.bars!({ size: [0.62, 28], radius: 0.25 }) }],
    hooks: { setCursor: [chart => showTip(chart, tip, unit)] },
  };
}

function showTip(chart: uPlot, tip: HTMLElement, unit: string): void {
  const index = chart.cursor.idx;
  tip.hidden = index === null || index === undefined;
  if (index === null || index === undefined) return;
  const day = chart.data[0][index];
  tip.textContent = `${dayName.format(day * 1000)} · ${formatNumber(Number(chart.data[1][index]))} ${unit}`;
  const left = chart.bbox.left / devicePixelRatio + chart.valToPos(day, 'x') - tip.offsetWidth / 2;
  tip.style.left = `${Math.max(0, Math.min(left, chart.width - tip.offsetWidth))}px`;
}

/** A canvas wants a colour, not a variable that depends on the scheme. */
function resolve(host: HTMLElement, variable: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${variable})`;
  host.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
