import * as fs from 'node:fs';
import * as path from 'node:path';
import { makeClip, synthesize, Viewer } from './support';
import { RunningPlatform, temporaryFolder, waitFor } from '../local/support/running-platform';

jest.setTimeout(180_000);

type Resources = Record<string, { Type: string; Properties: Record<string, any> }>;

/** What the template does not say does not work: the proof is to take something out of it. */
describe('a platform booted from a changed template', () => {
  let folder: string;
  let original: string;
  let clip: Buffer;
  const running: RunningPlatform[] = [];

  beforeAll(() => {
    folder = temporaryFolder('changed');
    original = synthesize('minimal', path.join(folder, 'original'));
    clip = fs.readFileSync(makeClip(path.join(folder, 'clip.mp4'), { seconds: 1, size: '320x240', sound: false }));
  });

  afterEach(async () => { for (const platform of running.splice(0)) await platform.close(); });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  async function boot(name: string, change: (resources: Resources) => void): Promise<RunningPlatform> {
    const assemblyDir = path.join(folder, name);
    fs.cpSync(original, assemblyDir, { recursive: true });
    const file = path.join(assemblyDir, 'Videos.template.json');
    const template = JSON.parse(fs.readFileSync(file, 'utf8')) as { Resources: Resources };
    change(template.Resources);
    fs.writeFileSync(file, JSON.stringify(template));
    const platform = await RunningPlatform.start({ assemblyDir, stateDir: path.join(folder, `${name}.state`) });
    running.push(platform);
    return platform;
  }

  const refusedCalls = (platform: RunningPlatform) => fs.readFileSync(path.join(platform.started.logDirectory, 'aws.log'), 'utf8').trim().split('\n')
    .filter(line => line !== '').map(line => JSON.parse(line) as { status: number; operation: string; principalArn: string })
    .filter(({ status }) => status === 403 || status === 400);

  /** Takes an action out of every policy of the roles whose logical id matches. */
  const withoutAction = (role: RegExp, action: string) => (resources: Resources) => {
    let removed = 0;
    for (const { Type, Properties } of Object.values(resources)) {
      if (Type !== 'AWS::IAM::ManagedPolicy' || !(Properties.Roles as Array<{ Ref: string }>).some(({ Ref }) => role.test(Ref))) continue;
      for (const statement of Properties.PolicyDocument.Statement as Array<{ Action: string | string[] }>) {
        const actions = [statement.Action].flat();
        if (!actions.includes(action)) continue;
        removed += 1;
        statement.Action = actions.length > 1 ? actions.filter(each => each !== action) : 'none:Nothing';
      }
    }
    if (removed === 0) throw new Error(`no policy of ${String(role)} grants ${action}`);
  };

  test('a worker that may not write objects fails the video, for want of the grant', async () => {
    const platform = await boot('no-put', withoutAction(/TaskRole/, 's3:PutObject'));
    const ann = await Viewer.signIn(platform, 'ann');
    const { status } = await ann.outcome(await ann.upload(clip));
    expect(status).toBe('FAILED');
    const refused = await waitFor(() => refusedCalls(platform).find(({ operation }) => operation === 'PutObject'));
    expect(refused).toMatchObject({ status: 403, principalArn: expect.stringContaining('TaskRole') });
  });

  test('an uploader that may not write to the catalog creates nothing', async () => {
    const platform = await boot('no-catalog', withoutAction(/Uploader/, 'dynamodb:PutItem'));
    const ann = await Viewer.signIn(platform, 'ann');
    await expect(ann.createUpload(clip.length)).rejects.toThrow(/the uploader answered 5\d\d/);
    expect(await waitFor(() => refusedCalls(platform).find(({ operation }) => operation === 'PutItem'))).toMatchObject({ status: 400 });
  });

  test('without the rule, an upload is never processed', async () => {
    const platform = await boot('no-rule', resources => {
      for (const [id, { Type }] of Object.entries(resources)) if (Type === 'AWS::Events::Rule') resources[id].Properties.State = 'DISABLED';
    });
    const ann = await Viewer.signIn(platform, 'ann');
    const videoId = await ann.upload(clip);
    await new Promise(resolve => setTimeout(resolve, 3000));
    expect((await ann.video(videoId)).status).toBe('AWAITING_UPLOAD');
  });

  test('a limit in a variable of the uploader is the limit', async () => {
    const platform = await boot('small', resources => {
      for (const { Type, Properties } of Object.values(resources)) {
        const variables = Type === 'AWS::Lambda::Function' ? Properties.Environment?.Variables as Record<string, string> | undefined : undefined;
        if (variables?.MAX_UPLOAD_BYTES) variables.MAX_UPLOAD_BYTES = '1000';
      }
    });
    const ann = await Viewer.signIn(platform, 'ann');
    await expect(ann.createUpload(1001)).rejects.toThrow(/the uploader answered 413.*1000/);
    // What was declared small and is not, the bucket refuses.
    await expect(ann.createUpload(1000).then(({ upload }) => post(upload, clip))).resolves.toMatch(/EntityTooLarge/);
  });

  test('a worker that is killed in the middle loses nothing: another one finishes the video', async () => {
    const platform = await boot('impatient', resources => {
      const task = Object.values(resources).find(({ Type }) => Type === 'AWS::ECS::TaskDefinition')!;
      const variables = task.Properties.ContainerDefinitions[0].Environment as Array<{ Name: string; Value: string }>;
      // Six seconds instead of three minutes until a lost job comes back.
      variables.find(({ Name }) => Name === 'VISIBILITY_TIMEOUT_SECONDS')!.Value = '6';
      variables.find(({ Name }) => Name === 'HEARTBEAT_SECONDS')!.Value = '2';
    });
    const ann = await Viewer.signIn(platform, 'ann');
    const long = fs.readFileSync(makeClip(path.join(folder, 'long.mp4'), { seconds: 15, size: '1280x720' }));
    const videoId = await ann.upload(long);
    await waitFor(async () => (await ann.video(videoId)).status === 'PROCESSING' ? true : undefined, 30_000);
    const pid = await platform.call('workerPid');
    await platform.call('killWorker');
    expect((await ann.outcome(videoId, 120_000)).status).toBe('READY');
    expect(await platform.call('workerPid')).not.toBe(pid);
  });
});

async function post(upload: { url: string; fields: Record<string, string> }, content: Buffer): Promise<string> {
  const form = new FormData();
  for (const [name, value] of Object.entries(upload.fields)) form.append(name, value);
  form.append('file', new Blob([content]));
  return (await fetch(upload.url, { method: 'POST', body: form })).text();
}
