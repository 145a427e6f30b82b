const WIDTH = 30;

/** @param percent 0 to 100 */
export function bar(label: string, percent: number): string {
  const filled = Math.round(Math.min(100, Math.max(0, percent)) / 100 * WIDTH);
  return `${label.padEnd(12)} [${'█'.repeat(filled)}${'·'.repeat(WIDTH - filled)}] ${String(Math.floor(percent)).padStart(3)} %`;
}
