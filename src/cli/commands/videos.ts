import { watchUrl } from './upload';
import { ApiClient, VideoSummary } from '../api/api-client';
import { SignedIn } from '../session/signed-in';
import { openInBrowser } from '../terminal/browser';
import { Output, table } from '../terminal/output';

export async function listVideos(options: { readonly limit: number; readonly url?: string }, output: Output): Promise<void> {
  const page = await new ApiClient(SignedIn.open(options.url)).listVideos(options.limit);
  const rows = page.videos.map(({ videoId, status, createdAt, durationSeconds, views, title }) =>
    [videoId, status, createdAt.slice(0, 16).replace('T', ' '), duration(durationSeconds), String(views), title]);
  const more = page.cursor === undefined ? '' : `\nThere are more; raise --limit (${options.limit}).`;
  output.result(page, rows.length === 0
    ? 'No videos yet. Upload one: cdk-video-platform upload FILE' : table(['VIDEO', 'STATUS', 'CREATED (UTC)', 'LENGTH', 'VIEWS', 'TITLE'], rows) + more);
}

export async function openVideo(
  videoId: string, options: { readonly browser: boolean; readonly url?: string }, output: Output,
): Promise<void> {
  const api = new ApiClient(SignedIn.open(options.url));
  const { status, title } = await api.getVideo(videoId);
  const url = watchUrl(api.url, videoId);
  if (options.browser) openInBrowser(url);
  output.result({ videoId, status, url }, `${title} (${status})\n  ${url}`);
}

function duration(seconds: VideoSummary['durationSeconds']): string {
  if (seconds === undefined) return '–';
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
