import type { SourceWarning } from '../../src/runtime/domain/source-warning';
import type { IssuedTokens } from '../identity';
import type { Endpoints } from '../platform';

export interface RenditionReport {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Average, bits per second. */
  readonly bitrate: number;
  readonly codecs: string;
  /** Peak, as the master playlist says. */
  readonly bandwidth: number;
  readonly sizeBytes: number;
  /** Sum of its segments. */
  readonly seconds: number;
}

export interface ReadyReport {
  readonly videoId: string;
  readonly status: 'READY';
  readonly file: string;
  /** From the first byte of the upload to READY. */
  readonly wallSeconds: number;
  readonly encodeSeconds: number;
  readonly durationSeconds: number;
  readonly renditions: readonly RenditionReport[];
  /** What the owner should know of the file, as the library says it. */
  readonly warnings: readonly SourceWarning[];
  /** Plays in any player, until it ends: its token is in the path. */
  readonly masterUrl: string;
  /** The published set as plain files. */
  readonly mediaDir: string;
  /** What the decoder complained of; empty when every frame of every rendition decoded. */
  readonly decodeErrors: readonly string[];
}

export interface RefusedReport {
  readonly status: 'REJECTED' | 'FAILED';
  readonly code: string;
  /** Absent when the API refused the upload before there was a video. */
  readonly videoId?: string;
  readonly message: string;
  readonly file: string;
}

export type VideoReport = ReadyReport | RefusedReport;

/** The exit status of the demo. */
export function succeeded(reports: readonly VideoReport[]): boolean {
  return reports.every(report => report.status === 'READY' && report.decodeErrors.length === 0);
}

/** The one JSON object: the first video's fields, and the rest of them when there are several. */
export function jsonReport(reports: readonly VideoReport[], endpoints: Endpoints, tokens: IssuedTokens): string {
  const [first] = reports;
  const { accessToken, idToken } = tokens;
  const surroundings = first.status === 'READY' ? { endpoints, tokens: { accessToken, idToken } } : {};
  return JSON.stringify({ ...first, ...surroundings, ...reports.length > 1 ? { videos: reports } : {} });
}

/** @param staysUp whether the platform goes on afterwards: otherwise its URLs lead nowhere */
export function textReport(report: VideoReport, staysUp: boolean): string {
  if (report.status !== 'READY') return `${report.status}: ${report.code}: ${report.message}\n`;
  const rows = report.renditions.map(({ name, width, height, sizeBytes, bitrate, seconds }) =>
    [name, `${width}×${height}`, `${(sizeBytes / 1e6).toFixed(2)} MB`, `${Math.round(bitrate / 1000)} kbit/s`, `${seconds.toFixed(2)} s`]);
  const decoded = report.decodeErrors.length === 0 ? 'Every rendition decodes.' : `Decoding failed:\n${report.decodeErrors.join('\n')}`;
  const warnings = report.warnings.map(({ code, message }) => `Warning:   ${code}: ${message}\n`).join('');
  return `\n${table(['rendition', 'frame', 'size', 'bitrate', 'seconds'], rows)}\n`
    + `READY after ${report.wallSeconds.toFixed(1)} s, of which ${report.encodeSeconds.toFixed(1)} s encoding. ${decoded}\n${warnings}`
    + `${staysUp ? `Playback:  ${report.masterUrl}  (in any player, for a while)\n` : ''}Files:     ${report.mediaDir}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map(row => row[column].length)));
  const line = (cells: readonly string[]) => `  ${cells.map((cell, column) => column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])).join('   ')}\n`;
  return line(head) + line(widths.map(width => '─'.repeat(width))) + rows.map(line).join('');
}
