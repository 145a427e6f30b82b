import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { LocalConnection } from '../../../src/runtime/contract';
import { writeFixtureAssembly } from '../support/fixture-assembly';
import { RunningPlatform, temporaryFolder } from '../support/running-platform';

jest.setTimeout(60_000);

const REDIRECT = 'http://127.0.0.1:8080/';
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()) as Record<string, unknown>;

describe('signing in at the local issuer', () => {
  let folder: string;
  let platform: RunningPlatform;
  let origin: string;
  let clientId: string;
  const verifier = randomBytes(32).toString('base64url');

  beforeAll(async () => {
    folder = temporaryFolder('sign-in');
    writeFixtureAssembly(path.join(folder, 'cdk.out'));
    platform = await RunningPlatform.start({ assemblyDir: path.join(folder, 'cdk.out'), stateDir: path.join(folder, 'state') });
    origin = new URL(platform.started.endpoints.issuer).origin;
    clientId = String(claimsOf((await platform.call('issueTokens', 'demo')).accessToken).client_id);
  });

  afterAll(async () => {
    await platform?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const query = (changes: Record<string, string> = {}) => new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: REDIRECT,
    scope: 'openid videos/watch',
    state: 'st',
    nonce: 'n-1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  });
  const logIn = async (account = 'demo') => {
    const answer = await fetch(`${origin}/login?${query()}`, { method: 'POST', body: new URLSearchParams({ account }), redirect: 'manual' });
    return { code: new URL(answer.headers.get('location')!).searchParams.get('code')!, cookie: answer.headers.get('set-cookie')!.split(';')[0] };
  };
  const redeem = (code: string, changes: Record<string, string> = {}) => fetch(`${origin}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code', code, client_id: clientId, redirect_uri: REDIRECT, code_verifier: verifier, ...changes,
    }),
  });

  test('gives tokens for a code and its verifier, with the nonce and the scopes that were asked for', async () => {
    const answer = await redeem((await logIn()).code);
    const tokens = await answer.json() as Record<string, string>;
    expect(claimsOf(tokens.id_token)).toMatchObject({ nonce: 'n-1', aud: clientId });
    expect(claimsOf(tokens.access_token)).toMatchObject({ scope: 'videos/watch', username: 'demo' });
    expect(tokens.refresh_token).toBeTruthy();
  });

  test.each([
    ['another verifier', { code_verifier: 'x'.repeat(43) }],
    ['another client', { client_id: 'somebody-else' }],
    ['another redirect URI', { redirect_uri: 'http://127.0.0.1:8081/' }],
  ])('refuses a code with %s', async (_what, changes) => {
    const answer = await redeem((await logIn()).code, changes);
    expect([answer.status, await answer.json()]).toEqual([400, { error: 'invalid_grant' }]);
  });

  test('takes a code once', async () => {
    const { code } = await logIn();
    expect((await redeem(code)).status).toBe(200);
    expect((await redeem(code)).status).toBe(400);
  });

  test('renews with a refresh token until it is revoked', async () => {
    const { refresh_token: token } = await (await redeem((await logIn()).code)).json() as { refresh_token: string };
    const renew = () => fetch(`${origin}/oauth2/token`, {
      method: 'POST', body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token, client_id: clientId }),
    });
    const renewed = await renew();
    expect(await renewed.json()).not.toHaveProperty('refresh_token');
    await fetch(`${origin}/oauth2/revoke`, { method: 'POST', body: new URLSearchParams({ token, client_id: clientId }) });
    expect((await renew()).status).toBe(400);
  });

  test('knows who signed in until they log out', async () => {
    const { cookie } = await logIn('guest');
    const again = await fetch(`${origin}/oauth2/authorize?${query()}`, { headers: { cookie }, redirect: 'manual' });
    expect(again.headers.get('location')).toMatch(/^http:\/\/127\.0\.0\.1:8080\/\?code=.+&state=st$/);
    const out = await fetch(`${origin}/logout?${new URLSearchParams({ client_id: clientId, logout_uri: REDIRECT })}`, { redirect: 'manual' });
    expect([out.headers.get('location'), out.headers.get('set-cookie')]).toEqual([REDIRECT, expect.stringContaining('Max-Age=0')]);
  });

  test.each([
    ['a foreign redirect URI', { redirect_uri: 'https://evil.example/' }],
    ['no code challenge', { code_challenge: '' }],
    ['an unknown client', { client_id: 'somebody-else' }],
  ])('shows no accounts for %s', async (_what, changes) => {
    const answer = await fetch(`${origin}/oauth2/authorize?${query(changes)}`);
    expect([answer.status, await answer.text()]).toEqual([400, expect.not.stringContaining('Continue as')]);
  });

  describe('accounts that were added', () => {
    const createUser = async (Username: string, UserPoolId = connection().userPoolId) => {
      const answer = await fetch(origin, {
        method: 'POST',
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSCognitoIdentityProviderService.AdminCreateUser' },
        body: JSON.stringify({ UserPoolId, Username }),
      });
      return { status: answer.status, body: await answer.json() as Record<string, any> };
    };
    const connection = () => JSON.parse(fs.readFileSync(path.join(folder, 'state', 'connection.json'), 'utf8')) as LocalConnection;

    test('may sign in, and not before', async () => {
      const before = await fetch(`${origin}/login?${query()}`, { method: 'POST', body: new URLSearchParams({ account: 'ada@example.com' }), redirect: 'manual' });
      expect(before.status).toBe(400);
      const { status, body } = await createUser('ada@example.com');
      expect([status, body.User]).toEqual([200, expect.objectContaining({ UserStatus: 'FORCE_CHANGE_PASSWORD' })]);
      const { code, cookie } = await logIn('ada@example.com');
      const { id_token: token } = await (await redeem(code)).json() as { id_token: string };
      expect(claimsOf(token)).toMatchObject({ email: 'ada@example.com', sub: body.User.Username });
      const again = await fetch(`${origin}/oauth2/authorize?${query()}`, { headers: { cookie }, redirect: 'manual' });
      expect(again.status).toBe(302);
    });

    test.each([
      ['twice', 'demo@example.com', undefined, 'UsernameExistsException'],
      ['without an email', 'somebody', undefined, 'InvalidParameterException'],
      ['to another pool', 'eve@example.com', 'us-east-1_Other', 'ResourceNotFoundException'],
    ])('are refused %s, in words of Cognito', async (_what, name, pool, type) => {
      if (type === 'UsernameExistsException') await createUser(name);
      expect(await createUser(name, pool)).toMatchObject({ status: 400, body: { __type: type } });
    });

    test('are found by a file that only its owner can read', () => {
      expect(connection()).toMatchObject({ url: platform.api, signInOrigin: origin, clientId, accessKeyId: expect.any(String) });
      expect(fs.statSync(path.join(folder, 'state', 'connection.json')).mode.toString(8)).toMatch(/600$/);
    });
  });
});
