import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { CorpusEntry, PIECES } from './corpus';
import { run } from '../../../../support/decode';
import { checkHls } from '../../../../support/hls-checker';
import { TestTranscoder } from '../../../../support/test-transcoder';

/** Makes a corpus file under a name without extension, as sources have in the bucket. */
export async function makeSource(entry: Pick<CorpusEntry, 'make' | 'pieces' | 'patch'>, file: string): Promise<void> {
  const pieces = `${file}-pieces`;
  for (const piece of entry.pieces ?? []) await appendFile(pieces, await run('ffmpeg', ['-v', 'error', ...piece, '-']));
  await run('ffmpeg', ['-v', 'error', '-y', ...entry.make.map(argument => (argument === PIECES ? pieces : argument)), file]);
  if (entry.patch) await writeFile(file, entry.patch(await readFile(file)));
}

/** One test an entry: made by ffmpeg, processed, and every byte of the outcome decoded by the independent checker. */
export function describeCorpus(title: string, entries: readonly CorpusEntry[]): void {
  describe(title, () => {
    let subject: TestTranscoder;
    beforeAll(async () => { subject = await TestTranscoder.create(); });
    afterAll(async () => subject.close());

    test.each(entries.map((entry, index) => ({ ...entry, file: `source-${index}` })))('$name', async entry => {
      const source = subject.file(entry.file);
      await makeSource(entry, source);

      const { facts, media, folder, plan } = await subject.process(source);
      const checked = await checkHls(folder);

      expect(checked.problems).toEqual([]);
      const pictures = checked.variants[0].segments.map(segment => segment.times.length);
      expect(pictures.slice(0, -1).every(count => count === plan.gopFrames)).toBe(true);
      expect(facts.container).toBe(entry.expect.container);
      if (entry.expect.video) expect(facts.video).toMatchObject(entry.expect.video);
      expect(media.renditions.map(({ name }) => name)).toEqual(entry.expect.rungs);
      expect(checked.variants[0].attributes.RESOLUTION).toBe(entry.expect.size);
      expect(Number(checked.variants[0].attributes['FRAME-RATE'])).toBeCloseTo(entry.expect.frameRate, 3);
      expect(checked.audio !== undefined).toBe(entry.expect.audio);
      // Within 0.1 s of the source, as the product promises.
      for (const { seconds } of [...checked.variants, ...(checked.audio ? [checked.audio] : [])]) {
        expect(Math.abs(seconds - entry.expect.seconds)).toBeLessThanOrEqual(0.1);
      }
    });
  });
}
