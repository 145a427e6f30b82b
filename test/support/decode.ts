import { spawn } from 'node:child_process';

/**
 * Runs a tool with bytes on its standard input; rejects when it fails or is killed. Fragments read from a pipe make ffprobe warn
 * of a partial file, so that what was decoded is what is judged.
 */
export async function run(command: string, args: readonly string[], input?: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // Named, since jest's own process.env is a copy that spawn does not look at.
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: process.env });
    const out: Buffer[] = [];
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', chunk => { err += chunk; });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(out));
      else reject(new Error(`${command} ended with ${signal ?? code}: ${err.slice(0, 800)}`));
    });
    // The tool may have read enough before the end.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

export interface DecodedFrames {
  /** Presentation times, seconds, sorted. */
  readonly times: readonly number[];
  readonly firstIsKey: boolean;
  readonly width: number;
  readonly height: number;
  /** `1:1` for square pixels, also where the stream says nothing. */
  readonly pixelShape: string;
  readonly seconds: number;
}

/** Decodes every frame of a media file in memory. Any decoding error fails. */
export async function decodeFrames(media: Buffer, kind: 'v' | 'a'): Promise<DecodedFrames> {
  const json = await run('ffprobe', [
    '-v', 'error', '-select_streams', kind, '-show_entries',
    'frame=pts_time,key_frame,nb_samples,pkt_duration_time,duration_time,width,height,sample_aspect_ratio', '-of', 'json', '-i', 'pipe:0',
  ], media);
  const { frames } = JSON.parse(json.toString()) as { frames: Array<Record<string, string>> };
  if (frames.length === 0) throw new Error(`ffprobe decoded no frame of ${kind === 'v' ? 'video' : 'audio'} in ${media.length} bytes`);
  const times = frames.map(frame => Number(frame.pts_time)).sort((a, b) => a - b);
  const durations = frames.map(frame => Number(frame.duration_time ?? frame.pkt_duration_time ?? 0));
  // Decoders of AV1 leave durations out; at a constant rate the times tell as much.
  const steady = (times[times.length - 1] - times[0]) * times.length / (times.length - 1);
  return {
    times,
    firstIsKey: Number(frames[0].key_frame) === 1,
    width: Number(frames[0].width),
    height: Number(frames[0].height),
    pixelShape: frames[0].sample_aspect_ratio ?? '1:1',
    seconds: kind === 'v' && times.length > 1 ? steady : durations.reduce((sum, duration) => sum + duration, 0),
  };
}

/** What a tool wrote; writing nothing is no success, whatever its status. */
async function output(command: string, args: readonly string[]): Promise<Buffer> {
  const bytes = await run(command, args);
  if (bytes.length === 0) throw new Error(`${command} ended well and wrote nothing: ${args.join(' ').slice(0, 400)}`);
  return bytes;
}

/** Grey level of every picture (mean, 0 to 255). */
export async function brightness(file: string): Promise<number[]> {
  return [...await output('ffmpeg', ['-v', 'error', '-i', file, '-vf', 'scale=1:1:flags=area,format=gray', '-f', 'rawvideo', '-'])];
}

/** Mono samples at 8 kHz. */
export async function samples(file: string): Promise<Int16Array> {
  const bytes = await output('ffmpeg', ['-v', 'error', '-i', file, '-ac', '1', '-ar', '8000', '-f', 's16le', '-']);
  return new Int16Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 2));
}

/** One picture as RGB. */
export async function pictureAt(file: string, index: number, width: number, height: number): Promise<Buffer> {
  return output('ffmpeg', [
    '-v', 'error', '-i', file, '-vf', `select=eq(n\\,${index}),scale=${width}:${height}:flags=area:in_color_matrix=bt709,format=rgb24`,
    '-frames:v', '1', '-f', 'rawvideo', '-',
  ]);
}
