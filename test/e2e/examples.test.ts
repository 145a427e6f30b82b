import * as fs from 'node:fs';
import * as path from 'node:path';
import { synthesize, Viewer } from './support';
import { readEnvironmentTemplate } from '../../local/template';
import { RunningPlatform, temporaryFolder } from '../local/support/running-platform';

jest.setTimeout(120_000);

describe('other examples', () => {
  let folder: string;

  beforeAll(() => { folder = temporaryFolder('examples'); });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  test('of several environments, development runs', async () => {
    const assemblyDir = synthesize('three-environments', path.join(folder, 'three'));
    const environment = readEnvironmentTemplate(assemblyDir, { aws: () => 'http://127.0.0.1:1' });
    expect(environment.stacks.map(({ name }) => name)).toEqual(['DevVideos']);

    const platform = await RunningPlatform.start({ assemblyDir, stateDir: path.join(folder, 'three.state') });
    try {
      expect(platform.started.resources).toMatchObject({ account: '111111111111', region: 'eu-west-1' });
      const ann = await Viewer.signIn(platform, 'ann');
      expect((await ann.call('/api/analytics/videos')).status).toBe(200);
      expect((await ann.createUpload(1000)).upload.url).toContain(platform.started.endpoints.aws);
    } finally {
      await platform.close();
    }
  });

  test('one whose image is in a registry says that it cannot run here', async () => {
    const assemblyDir = synthesize('bring-your-own', path.join(folder, 'own'));
    await expect(RunningPlatform.start({ assemblyDir, stateDir: path.join(folder, 'own.state') }))
      .rejects.toThrow(/no container uses an image asset of the assembly .*only an image built from the app can run locally/s);
  });
});
