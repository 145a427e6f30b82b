import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { LadderProfileSpec, STANDARD_LADDER } from '../../src/runtime/contract';
import { formatRatio, median, printTable, ProcessCost, progress, ratioOf, run, seconds } from '../measure';
import { BenchWorker, JobCost, onSource } from '../worker-run';

const PAIRS = Number(process.env.BENCH_PAIRS ?? 9);
/** A minute, so that what every job costs once is weighed as an ordinary video weighs it. */
const CLIP_SECONDS = 60;
const SHORT_CLIP_SECONDS = 20;
const ONE_SMALL_RUNG: LadderProfileSpec = { ...STANDARD_LADDER, name: 'one-rung', rungs: [STANDARD_LADDER.rungs[3]] };

// Fargate's prices agree with public copies of its page of 2026, MediaConvert's with secondary sources only: see the pages before quoting.
/** US dollars an hour in us-east-1 (aws.amazon.com/fargate/pricing): Linux on ARM and on x86; a task has 2 GB a vCPU. */
const FARGATE = { arm64: { vcpu: 0.03238, gigabyte: 0.00356 }, x86: { vcpu: 0.04048, gigabyte: 0.004445 } };
/** US dollars an output minute, AVC, basic tier, up to 30 frames per second (aws.amazon.com/mediaconvert/pricing). */
const MEDIACONVERT = { hd: 0.015, sd: 0.0075 };

/** What the worker costs beyond ffmpeg itself, in time, memory and money. */
export async function processorSuite(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-processor-'));
  try {
    const { jobs, bare } = await overhead(folder, makeClip(folder, CLIP_SECONDS));
    const single = await onePerRung(folder, makeClip(folder, SHORT_CLIP_SECONDS));
    const memory = await memoryBySize(folder);
    printTable(`Worker (real process, S3, queue, catalog) against the bare ffmpeg CLI, same arguments, ${CLIP_SECONDS} s of 1080p, four rungs`, [
      {
        what: 'wall, whole job / CLI',
        value: formatRatio(ratioOf(jobs.map(job => job.wallSeconds), bare.map(cost => cost.wallSeconds))),
        aim: '≤ 1.03',
      },
      { what: 'wall, encode stage / CLI', value: formatRatio(ratioOf(jobs.map(job => job.encodeSeconds), bare.map(cost => cost.wallSeconds))) },
      { what: 'CPU, whole job / CLI', value: formatRatio(ratioOf(jobs.map(job => job.cpuSeconds), bare.map(cost => cost.cpuSeconds))), aim: '≤ 1.02' },
      { what: 'time to first published rendition', value: seconds(median(jobs.map(job => job.wallSeconds))) },
    ]);
    printTable('One process with split against one process a rung', [
      { what: 'CPU, one process / one a rung', value: formatRatio(single), aim: '≤ 0.88' },
    ]);
    printTable('Peak memory of the worker\'s Node process, and of the one that makes the images', [
      ...memory.map(({ megabytes, job }) => ({ what: `one small rung, source of ${megabytes} MB`, ...memoryOf(job) })),
      { what: 'four rungs, of the clip above', ...memoryOf(jobs[jobs.length - 1]) },
    ]);
    printTable('Cost of 1,000 source minutes', costRows(median(jobs.map(job => job.cpuSeconds)) / CLIP_SECONDS));
  } finally {
    progress('');
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function memoryOf(job: JobCost) {
  return { value: `${job.nodePeakMegabytes.toFixed(0)} MB; ${job.imagesPeakMegabytes.toFixed(0)} MB`, aim: '≤ 100 MB' };
}

/** Detail, motion and noise, so that the encoder works as it does for camera footage; at the bit rate of a good phone. */
function makeClip(folder: string, duration: number): string {
  const file = path.join(folder, `clip-${duration}.mp4`);
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=s=1920x1080:r=30:d=${duration}`, '-f', 'lavfi', '-i',
    `sine=f=440:d=${duration}`,
    '-vf', 'noise=alls=12:allf=t', '-c:v', 'libx264', '-preset', 'veryfast', '-b:v', '20M', '-c:a', 'aac', '-shortest', file]);
  return file;
}

async function overhead(folder: string, clip: string): Promise<{ jobs: JobCost[]; bare: ProcessCost[] }> {
  const worker = await BenchWorker.start(STANDARD_LADDER);
  const jobs: JobCost[] = [];
  const bare: ProcessCost[] = [];
  try {
    // Not counted: loads the bundle, the disk cache and the command line.
    await worker.process(clip, { watched: true });
    const command = onSource(worker.ffmpegArguments!, clip);
    for (let pair = 0; pair < PAIRS; pair++) {
      progress(`worker against CLI: pair ${pair + 1}/${PAIRS}`);
      const job = async () => jobs.push(await worker.process(clip));
      const cli = async () => bare.push(await runFfmpeg(folder, command));
      // By turns, so that neither always meets what the other leaves to the disk.
      for (const side of pair % 2 ? [cli, job] : [job, cli]) await side();
    }
  } finally {
    await worker.stop();
  }
  return { jobs, bare };
}

/** The same ladder in one process, and rung by rung with what the plan would be for that rung alone. */
async function onePerRung(folder: string, clip: string) {
  const together = await commandOf(STANDARD_LADDER, clip);
  const apart: string[][] = [];
  for (const rung of STANDARD_LADDER.rungs) apart.push(await commandOf({ ...STANDARD_LADDER, name: `only-${rung.name}`, rungs: [rung] }, clip));
  const cpuSeconds = async (commands: string[][]) => {
    let sum = 0;
    for (const command of commands) sum += (await runFfmpeg(folder, command)).cpuSeconds;
    return sum;
  };
  const one: number[] = [];
  const many: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    progress(`one process against one a rung: pair ${pair + 1}/${PAIRS}`);
    one.push(await cpuSeconds([together]));
    many.push(await cpuSeconds(apart));
  }
  return ratioOf(one, many);
}

/** ffmpeg's command line for a ladder, as the worker writes it. */
async function commandOf(ladder: LadderProfileSpec, clip: string): Promise<string[]> {
  const worker = await BenchWorker.start(ladder);
  try {
    await worker.process(clip, { watched: true });
    return onSource(worker.ffmpegArguments!, clip);
  } finally {
    await worker.stop();
  }
}

async function memoryBySize(folder: string): Promise<Array<{ megabytes: number; job: JobCost }>> {
  const worker = await BenchWorker.start(ONE_SMALL_RUNG);
  const results: Array<{ megabytes: number; job: JobCost }> = [];
  try {
    for (const megabytes of [10, 100, 2000]) {
      progress(`memory: source of ${megabytes} MB`);
      const source = makeHeavy(folder, megabytes);
      results.push({ megabytes: Math.round(fs.statSync(source).size / 1e6), job: await worker.process(source, { watched: true }) });
      fs.rmSync(source);
    }
  } finally {
    await worker.stop();
  }
  return results;
}

/** Bytes without much to decode: intra-coded noise at a high rate, repeated. */
function makeHeavy(folder: string, megabytes: number): string {
  const unit = path.join(folder, 'unit.mov');
  const file = path.join(folder, `heavy-${megabytes}.mov`);
  if (!fs.existsSync(unit)) {
    execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=1920x1080:r=25:d=0.12', '-vf', 'noise=alls=100:allf=t', '-c:v', 'mpeg4', '-q:v', '1', unit]);
  }
  const loops = Math.max(0, Math.round(megabytes * 1e6 / fs.statSync(unit).size) - 1);
  execFileSync('ffmpeg', ['-v', 'error', '-stream_loop', String(loops), '-i', unit, '-c', 'copy', file]);
  return file;
}

/** As low in priority as the worker's own, in a folder that goes afterwards. */
async function runFfmpeg(folder: string, command: readonly string[]): Promise<ProcessCost> {
  const cwd = fs.mkdtempSync(path.join(folder, 'bare-'));
  try {
    const cost = await run('env', ['-C', cwd, 'nice', '-n', '5', 'ffmpeg', ...command]);
    const made = fs.readdirSync(cwd).filter(name => fs.statSync(path.join(cwd, name)).size > 0);
    if (made.length === 0) throw new Error('the bare ffmpeg wrote nothing: there is no cost to compare with');
    return cost;
  } finally {
    fs.rmSync(cwd, { recursive: true, force: true });
  }
}

function costRows(cpuSecondsPerSourceSecond: number) {
  const vcpuHours = 1000 * 60 * cpuSecondsPerSourceSecond / 3600;
  const fargate = Object.entries(FARGATE).map(([architecture, { vcpu, gigabyte }]) => ({
    what: `Fargate ${architecture}, on demand, ${vcpuHours.toFixed(1)} vCPU hours by this machine's cores`,
    value: `$${(vcpuHours * (vcpu + 2 * gigabyte)).toFixed(2)}`,
  }));
  const mediaConvert = 1000 * (2 * MEDIACONVERT.hd + 2 * MEDIACONVERT.sd);
  return [...fargate, { what: 'MediaConvert, the same four outputs', value: `$${mediaConvert.toFixed(2)}` }];
}
