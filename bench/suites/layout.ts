import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { performance } from 'node:perf_hooks';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { AwsGateway } from '../../local/aws/gateway';
import { kilobytes, median, printTable, progress, run, seconds } from '../measure';

const BUCKET = 'bench';
/** Ten minutes at 4 s a segment, four rungs: an ordinary upload. */
const DURATION_SECONDS = 600;
const RUNGS = 4;
const PARALLEL_UPLOADS = 8;
const ROUNDS = 9;
/** S3 Standard, us-east-1, US dollars a PUT (aws.amazon.com/s3/pricing). */
const DOLLARS_PER_PUT = 0.005 / 1000;

type Layout = 'segment files' | 'byte ranges';

interface Figures {
  readonly objects: number;
  readonly publish: number[];
  readonly seek: number[];
  readonly playlistBytes: number;
}

/** Segment files against one byte-range file a rendition: objects written, time to publish, time to seek. */
export async function layoutSuite(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-layout-'));
  const gateway = await AwsGateway.start({
    stateDir: path.join(folder, 'state'),
    region: 'us-east-1',
    accountId: '111122223333',
    buckets: [{ name: BUCKET, arn: `arn:aws:s3:::${BUCKET}`, versioned: false, eventBridge: false }],
    tables: [],
    queues: [],
    rules: [],
    principals: [],
  });
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = gateway.operatorCredential();
    const credentials = { accessKeyId, secretAccessKey, sessionToken };
    const client = new S3Client({
      region: 'us-east-1', endpoint: gateway.endpoint, credentials, requestChecksumCalculation: 'WHEN_REQUIRED',
    });
    const source = makeSource(folder);
    const layouts: Layout[] = ['segment files', 'byte ranges'];
    const packaged = layouts.map(layout => ({ layout, files: packageAs(layout, source, path.join(folder, layout.replace(' ', '-'))) }));
    const figures: Figures[] = packaged.map(({ files }) =>
      ({ objects: files.length * RUNGS, publish: [], seek: [], playlistBytes: 0 }));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, { layout, files }] of packaged.entries()) {
        progress(`layout: round ${round + 1}/${ROUNDS}, ${layout}`);
        figures[index] = await measureRound(client, `${index}-${round}`, files, figures[index], folder);
      }
    }
    progress('');
    client.destroy();
    printFigures(figures[0], figures[1]);
  } finally {
    await gateway.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function makeSource(folder: string): string {
  const clip = path.join(folder, 'clip.mp4');
  const source = path.join(folder, 'source.mp4');
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=30:d=20', '-c:v', 'libx264', '-preset', 'ultrafast',
    '-b:v', '800k', '-g', '120', '-keyint_min', '120', '-sc_threshold', '0', '-bf', '0', clip]);
  execFileSync('ffmpeg', ['-v', 'error', '-stream_loop', String(DURATION_SECONDS / 20 - 1), '-i', clip, '-c', 'copy', source]);
  return source;
}

/** Both layouts by the same muxer from the same packets, so that nothing but the layout differs. */
function packageAs(layout: Layout, source: string, folder: string): string[] {
  fs.mkdirSync(folder);
  execFileSync('ffmpeg', ['-v', 'error', '-i', source, '-c', 'copy', '-f', 'hls', '-hls_time', '4',
    '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4', ...(layout === 'byte ranges' ? ['-hls_flags', 'single_file'] : []), path.join(folder, 'media.m3u8')]);
  return fs.readdirSync(folder).map(name => path.join(folder, name));
}

async function measureRound(client: S3Client, prefix: string, files: string[], before: Figures, folder: string): Promise<Figures> {
  const publish = await timed(async () => {
    const jobs = Array.from({ length: RUNGS }, (_, rung) => files.map(file => ({ file, key: `${prefix}/${rung}/${path.basename(file)}` }))).flat();
    await Promise.all(Array.from({ length: PARALLEL_UPLOADS }, async () => {
      for (let job = jobs.pop(); job; job = jobs.pop()) {
        const ContentLength = fs.statSync(job.file).size;
        await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: job.key, Body: fs.createReadStream(job.file), ContentLength }));
      }
    }));
  });
  const playlist = fs.readFileSync(files.find(file => file.endsWith('.m3u8'))!, 'utf8');
  // Presigned, since ffmpeg asks the bucket itself here: the distribution is not what is measured.
  const urls = await Promise.all(files.map(async file => [
    path.basename(file), await getSignedUrl(client, new GetObjectCommand({ Bucket: BUCKET, Key: `${prefix}/0/${path.basename(file)}` })),
  ] as const));
  const served = urls.reduce((text, [name, url]) => text.replace(new RegExp(`^${name}$|(?<=URI=")${name}(?=")`, 'gm'), () => url), playlist);
  const local = path.join(folder, 'served.m3u8');
  fs.writeFileSync(local, served);
  const told = path.join(folder, 'seek.progress');
  const seek = (await run('ffmpeg', ['-v', 'error', '-progress', told, '-protocol_whitelist', 'file,http,tcp', '-ss', String(DURATION_SECONDS / 2 + 1),
    '-i', local, '-frames:v', '1', '-f', 'null', '-'])).wallSeconds;
  // It also ends well when there is no frame at that place.
  if (!/^frame=\s*1$/m.test(fs.readFileSync(told, 'utf8'))) throw new Error(`the seek decoded no frame: ${fs.readFileSync(told, 'utf8').slice(-400)}`);
  return {
    ...before,
    publish: [...before.publish, publish],
    seek: [...before.seek, seek],
    playlistBytes: served.length,
  };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function printFigures(segments: Figures, ranges: Figures): void {
  const ratio = (a: number[], b: number[]) => `${(median(a) / median(b)).toFixed(1)} ×`;
  printTable(`Segment files against byte ranges (${DURATION_SECONDS / 60} min, ${RUNGS} rungs, medians of ${ROUNDS} pairs)`, [
    { what: 'objects written', value: `${segments.objects} / ${ranges.objects}` },
    { what: 'PUT cost, 1,000 videos', value: `$${(segments.objects * DOLLARS_PER_PUT * 1000).toFixed(2)} / $${(ranges.objects * DOLLARS_PER_PUT * 1000).toFixed(2)}` },
    { what: 'time to publish', value: `${seconds(median(segments.publish))} / ${seconds(median(ranges.publish))} = ${ratio(segments.publish, ranges.publish)}` },
    { what: 'playlist as served', value: `${kilobytes(segments.playlistBytes)} / ${kilobytes(ranges.playlistBytes)}` },
    { what: 'seek to the middle, first frame', value: `${seconds(median(segments.seek))} / ${seconds(median(ranges.seek))} = ${ratio(segments.seek, ranges.seek)}` },
  ]);
}
