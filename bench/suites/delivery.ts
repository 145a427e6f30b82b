import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ApiClient } from '../../local/demo/api-client';
import { synthesizeExample } from '../../local/demo/synthesize';
import { makeTestClip } from '../../local/demo/test-clip';
import { sendVideo } from '../../local/demo/upload';
import { LocalPlatform } from '../../local/platform';
import { deliveryCosts } from '../delivery-cost';

const REPOSITORY = path.resolve(__dirname, '..', '..');
const CALLS = 300;

/** How long a viewer waits for cookies, and what 1,000 hours of watching cost. */
export async function deliverySuite(): Promise<void> {
  process.stdout.write(`${await issueTimes()}\n\n${deliveryCosts()}\n`);
}

/** The synthesized function in a process of its own, behind the local distribution and API; its keys made by the shipped rotation. */
async function issueTimes(): Promise<string> {
  const folder = fs.mkdtempSync(path.join(REPOSITORY, '.local', 'bench-delivery-'));
  let platform: LocalPlatform | undefined;
  try {
    synthesizeExample(REPOSITORY, 'minimal', path.join(folder, 'cdk.out'));
    platform = await LocalPlatform.start({ assemblyDir: path.join(folder, 'cdk.out'), stateDir: path.join(folder, 'state') });
    const { accessToken } = await platform.issueTokens('bench');
    const videoId = await uploadClip(platform, accessToken, folder);
    const url = `${platform.endpoints.api}/api/analytics/video/${videoId}/playback`;
    const ask = async () => {
      const startedAt = performance.now();
      const answer = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${accessToken}` } });
      await answer.arrayBuffer();
      if (answer.status !== 200 || answer.headers.getSetCookie().length !== 4) throw new Error(`playback answered ${answer.status}`);
      return performance.now() - startedAt;
    };
    const cold = await ask();
    const times: number[] = [];
    for (let call = 0; call < CALLS; call++) times.push(await ask());
    times.sort((left, right) => left - right);
    const at = (share: number) => `${times[Math.floor(share * (times.length - 1))].toFixed(1)} ms`;
    return `cookie issue through the local distribution, ${CALLS} calls one by one on ${os.cpus().length} cores: `
      + `p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}; first call of the process ${cold.toFixed(0)} ms`;
  } finally {
    await platform?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function uploadClip(platform: LocalPlatform, accessToken: string, folder: string): Promise<string> {
  const api = new ApiClient(platform.endpoints.api, accessToken);
  const clip = await makeTestClip(folder);
  const videoId = await sendVideo(api, clip, () => undefined);
  for (const deadline = Date.now() + 180_000; Date.now() < deadline; await new Promise(resolve => setTimeout(resolve, 250))) {
    if ((await api.getVideo(videoId)).status === 'READY') return videoId;
  }
  throw new Error('the clip was not ready within three minutes');
}
