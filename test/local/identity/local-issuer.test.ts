import { createPublicKey, verify } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { IssuedTokens } from '../../../local/identity';
import { writeFixtureAssembly } from '../support/fixture-assembly';
import { RunningPlatform, temporaryFolder } from '../support/running-platform';

jest.setTimeout(60_000);

type Claims = Record<string, unknown>;

const decode = (token: string, part: 0 | 1) => JSON.parse(Buffer.from(token.split('.')[part], 'base64url').toString()) as Claims;

describe('the local issuer', () => {
  let folder: string;
  let platform: RunningPlatform;
  let tokens: IssuedTokens;
  const start = () => RunningPlatform.start({ assemblyDir: path.join(folder, 'cdk.out'), stateDir: path.join(folder, 'state') });

  beforeAll(async () => {
    folder = temporaryFolder('issuer');
    writeFixtureAssembly(path.join(folder, 'cdk.out'));
    platform = await start();
    tokens = await platform.call('issueTokens', 'ann');
  });

  afterAll(async () => {
    await platform?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test('signs tokens that its published key verifies', async () => {
    const { keys } = await (await fetch(`${platform.started.endpoints.issuer}/.well-known/jwks.json`)).json() as { keys: Array<Record<string, string>> };
    const [header, payload, signature] = tokens.accessToken.split('.');
    const key = keys.find(({ kid }) => kid === decode(tokens.accessToken, 0).kid)!;
    expect(key).not.toHaveProperty('d');
    expect(verify('sha256', Buffer.from(`${header}.${payload}`), createPublicKey({ key, format: 'jwk' }), Buffer.from(signature, 'base64url'))).toBe(true);
  });

  test('shapes the access token as Cognito does', () => {
    const claims = decode(tokens.accessToken, 1);
    expect(claims).toMatchObject({ token_use: 'access', scope: 'videos/watch videos/upload', username: 'ann', sub: tokens.sub, client_id: expect.any(String) });
    expect(claims.iss).toMatch(/^https:\/\/cognito-idp\.us-east-1\.amazonaws\.com\/us-east-1_/);
    expect(Number(claims.exp) - Number(claims.iat)).toBe(3600);
    expect(claims).not.toHaveProperty('aud');
  });

  test('shapes the identity token as Cognito does', () => {
    const claims = decode(tokens.idToken, 1);
    expect(claims).toMatchObject({ token_use: 'id', 'cognito:username': 'ann', sub: tokens.sub, aud: decode(tokens.accessToken, 1).client_id });
    expect(claims).not.toHaveProperty('scope');
  });

  test('gives one user one id, and two users two', async () => {
    expect((await platform.call('issueTokens', 'ann')).sub).toBe(tokens.sub);
    expect((await platform.call('issueTokens', 'bob')).sub).not.toBe(tokens.sub);
  });

  test('keeps its key to itself', () => {
    expect(fs.statSync(path.join(folder, 'state', 'identity', 'signing-key.json')).mode.toString(8)).toMatch(/600$/);
  });

  test('its tokens outlive a restart on other ports', async () => {
    const headers = { authorization: `Bearer ${tokens.accessToken}` };
    await platform.close();
    platform = await start();
    expect((await fetch(`${platform.api}/api/v-1`, { headers })).status).toBe(200);
  });
});
