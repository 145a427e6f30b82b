import { readFileSync } from 'node:fs';
import { AAC, picture, PIECES, sound, X264 } from './corpus';
import { makeSource } from './corpus-suite';
import { SourceWarning } from '../../../../../src/runtime/domain/source-warning';
import { TestTranscoder } from '../../../../support/test-transcoder';

const PATIENCE_MS = 300_000;
const SECONDS = 8;
const VIDEO = [...picture({ size: '640x360', seconds: SECONDS }), '-threads', '1'];

let subject: TestTranscoder;
beforeAll(async () => { subject = await TestTranscoder.create(); });
afterAll(async () => subject.close());

/** User and system time of all child processes that have ended, in seconds. */
function childrenSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  // Clock ticks are hundredths of a second on every Linux that Node runs on.
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

async function costOf(name: string, entry: Parameters<typeof makeSource>[0]): Promise<{ seconds: number; warnings: readonly SourceWarning[] }> {
  const source = subject.file(name);
  await makeSource(entry, source);
  const before = childrenSeconds();
  const { facts, media } = await subject.process(source);
  return { seconds: childrenSeconds() - before, warnings: [...facts.warnings, ...media.warnings ?? []] };
}

test('a file that is accepted with damage costs at most twice the processor time of an intact one', async () => {
  const intact = await costOf('intact', { make: [...VIDEO, ...sound(SECONDS), ...X264, ...AAC, '-f', 'matroska'] });
  expect(intact.warnings).toEqual([]);
  const damaged = [
    {
      name: 'frames damaged throughout',
      make: [...VIDEO, ...sound(SECONDS), ...X264, ...AAC, '-bsf:v', 'noise=amount=\'if(eq(mod(n,15),7),300,0)\'', '-f', 'matroska'],
      codes: ['SOURCE_DAMAGED'],
    },
    {
      // Found out as late as can be.
      name: 'audio beyond use near its end',
      make: [...VIDEO, ...sound(SECONDS), ...X264, ...AAC, '-bsf:a', 'noise=amount=\'if(gt(n,300),5,0)\'', '-f', 'matroska'],
      codes: ['AUDIO_LEFT_OUT'],
    },
    {
      name: 'channels that change near the end',
      pieces: [['5.1', 7], ['stereo', 1]].map(([layout, seconds]) => [...sound(Number(seconds)), '-af', `aformat=channel_layouts=mono,pan=${layout}|FL=c0|FR=c0`, '-c:a', 'ac3', '-f', 'ac3']),
      make: [...VIDEO, '-f', 'ac3', '-i', PIECES, '-map', '0', '-map', '1', ...X264, '-c:a', 'copy', '-f', 'matroska'],
      codes: [],
    },
  ];
  const ratios: Record<string, number> = {};
  for (const { name, codes, ...entry } of damaged) {
    const { seconds, warnings } = await costOf(name.replace(/ /g, '-'), entry);
    ratios[name] = Math.round(seconds / intact.seconds * 100) / 100;
    expect(warnings.map(({ code }) => code)).toEqual(codes);
  }
  process.stdout.write(`processor time, of ${intact.seconds.toFixed(1)} s for the intact file: ${JSON.stringify(ratios)}\n`);
  for (const ratio of Object.values(ratios)) expect(ratio).toBeLessThanOrEqual(2);
}, PATIENCE_MS);
