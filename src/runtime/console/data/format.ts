/** Numbers, sizes and times as people read them. */
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];
const number = (digits: number) => new Intl.NumberFormat('en', { maximumFractionDigits: digits });
const whole = number(0);
const oneDigit = number(1);
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const dateTime = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${(value < 10 && power > 0 ? oneDigit : whole).format(value)} ${UNITS[power]}`;
}

export function formatBitrate(bitsPerSecond: number): string {
  return bitsPerSecond >= 1e6 ? `${oneDigit.format(bitsPerSecond / 1e6)} Mbit/s` : `${whole.format(bitsPerSecond / 1e3)} kbit/s`;
}

export const formatCount = (value: number): string => compact.format(value);
export const formatNumber = (value: number): string => oneDigit.format(value);

/** `1:02:03`, `2:03`. */
export function formatDuration(seconds: number): string {
  const total = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Time left, coarser the longer it is. */
export function formatTimeLeft(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))} s`;
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.ceil(seconds / 60) % 60} min`;
}

export const formatDateTime = (iso: string): string => dateTime.format(new Date(iso));

const STEPS: ReadonlyArray<readonly [Intl.RelativeTimeFormatUnit, number]> = [['minute', 60], ['hour', 3600], ['day', 86_400]];

/** “2 hours ago” for a week, then the date. */
export function formatAgo(iso: string, now = Date.now()): string {
  const seconds = (now - Date.parse(iso)) / 1000;
  if (seconds < 60) return 'just now';
  if (seconds > 7 * 86_400) return day.format(new Date(iso));
  const [unit, size] = STEPS.findLast(([, each]) => seconds >= each)!;
  return relative.format(-Math.floor(seconds / size), unit);
}
