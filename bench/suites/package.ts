import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { kilobytes, median, printTable, progress, Row, run, seconds } from '../measure';

const ROOT = path.resolve(__dirname, '../..');
const SYNTH_RUNS = 5;

/** What users download and wait for: bundle sizes, synth time, resources a template creates. */
export async function packageSuite(): Promise<void> {
  printTable('Bundles (minified; gzip)', bundleRows());
  printTable(`Synthesis (median of ${SYNTH_RUNS}, against an empty app)`, await synthRows());
}

function bundleRows(): Row[] {
  return ['uploader', 'analytics', 'processor'].map(name => {
    const code = fs.readFileSync(path.join(ROOT, 'assets', 'runtime', name, 'index.js'));
    return { what: name, value: `${kilobytes(code.length)}; ${kilobytes(gzipSync(code).length)}` };
  });
}

async function synthRows(): Promise<Row[]> {
  const empty = await medianSynth(path.join(ROOT, 'bench', 'empty-app.ts'));
  const rows: Row[] = [{ what: 'empty app', value: seconds(empty.wall) }];
  for (const name of fs.readdirSync(path.join(ROOT, 'examples'))) {
    const { wall, resources } = await medianSynth(path.join(ROOT, 'examples', name, 'app.ts'));
    rows.push({ what: `examples/${name}`, value: `${seconds(wall)} (${(wall / empty.wall).toFixed(2)} × empty), ${resources} resources` });
  }
  return rows;
}

async function medianSynth(app: string): Promise<{ wall: number; resources: number }> {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-synth-'));
  try {
    const walls: number[] = [];
    for (let index = 0; index < SYNTH_RUNS; index++) {
      progress(`synth ${path.relative(ROOT, app)} ${index + 1}/${SYNTH_RUNS}`);
      const env = { ...process.env, CDK_OUTDIR: outdir };
      walls.push((await run(process.execPath, [require.resolve('tsx/cli'), '--tsconfig', 'tsconfig.dev.json', app], env)).wallSeconds);
    }
    progress('');
    return { wall: median(walls), resources: countResources(outdir) };
  } finally {
    fs.rmSync(outdir, { recursive: true, force: true });
  }
}

function countResources(outdir: string): number {
  return fs.readdirSync(outdir).filter(file => file.endsWith('.template.json'))
    .map(file => JSON.parse(fs.readFileSync(path.join(outdir, file), 'utf8')) as { Resources?: object })
    .reduce((total, template) => total + Object.keys(template.Resources ?? {}).length, 0);
}
