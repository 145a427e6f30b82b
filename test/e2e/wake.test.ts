import * as fs from 'node:fs';
import * as path from 'node:path';
import { makeClip, Operator, synthesize, Viewer } from './support';
import { RunningPlatform, temporaryFolder, waitFor } from '../local/support/running-platform';

jest.setTimeout(180_000);

/** The rules, the scaler's bundle, its role and its environment are the template's; ECS is the local one. */
describe('a platform that is idle: no worker runs', () => {
  let folder: string;
  let platform: RunningPlatform;
  let ann: Viewer;
  let operator: Operator;
  let clip: Buffer;

  beforeAll(async () => {
    folder = temporaryFolder('wake');
    const assemblyDir = synthesize('minimal', path.join(folder, 'cdk.out'));
    clip = fs.readFileSync(makeClip(path.join(folder, 'clip.mp4')));
    platform = await RunningPlatform.start({ assemblyDir, stateDir: path.join(folder, 'state'), startWorker: false });
    ann = await Viewer.signIn(platform, 'ann');
    operator = await Operator.of(platform);
  });

  afterAll(async () => {
    operator?.close();
    await platform?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const worker = () => platform.call('workerPid');

  test('the look at an empty queue wakes nobody', async () => {
    await platform.call('invokeFunction', 'ScalingFunction', { action: 'follow' });
    expect(await worker()).toBeUndefined();
  });

  test('the arrival of a source does, and the video becomes READY', async () => {
    const videoId = await ann.upload(clip);
    await waitFor(worker);
    expect((await ann.outcome(videoId)).status).toBe('READY');
  });

  test('the scaler used each of its grants and was refused nothing', async () => {
    await platform.call('invokeFunction', 'ScalingFunction', { action: 'follow' });
    const unused = await platform.call('unusedGrants');
    expect(unused.filter(({ principalArn }) => principalArn.includes('Scaling')).map(({ action }) => action)
      .filter(action => !/^(logs|xray):/.test(action))).toEqual([]);
  });
});
