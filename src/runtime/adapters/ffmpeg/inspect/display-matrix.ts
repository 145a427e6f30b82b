import { Orientation } from '../../../domain/source-facts';

const UPRIGHT: Orientation = { flipped: false, rotation: 0 };
const QUARTERS = [0, 90, 180, 270] as const;

/**
 * Orientation from ffprobe's dump of a display matrix, nine numbers of which the first two rows turn and flip.
 * Angles between the quarters are rounded: no camera writes them, and a tilted frame fills no rectangle.
 */
export function orientationOf(dump: string | undefined): Orientation {
  const rows = (dump ?? '').split('\n').map(line => /^[0-9a-f]+:\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)\s*$/.exec(line.trim())).filter(row => row !== null);
  if (rows.length < 2) return UPRIGHT;
  const [a, b, c, d] = [rows[0][1], rows[0][2], rows[1][1], rows[1][2]].map(Number);
  const determinant = a * d - b * c;
  if (determinant === 0) return UPRIGHT;
  // A mirrored frame is flipped left to right first; that negates the first row.
  const flipped = determinant < 0;
  const angle = Math.atan2(flipped ? -b : b, flipped ? -a : a) * 180 / Math.PI;
  const quarter = ((Math.round(angle / 90) % 4) + 4) % 4;
  return { flipped, rotation: QUARTERS[quarter] };
}
