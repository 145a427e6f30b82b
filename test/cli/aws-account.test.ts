import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { FakeAws, stacks } from './fake-aws';
import { CliRun, holdCallbackPort, runCli } from './run-cli';

const PLATFORM = {
  PlatformDistributionUrl1A2B3C4D: 'https://d1.cloudfront.net',
  PlatformUserPoolId5E6F7A8B: 'eu-west-1_Pool',
  PlatformUserPoolClientId9C0D1E2F: 'client',
};
const IDENTITY = '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::111122223333:assumed-role/Admin/ada</Arn><UserId>u</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';
const ROLE = '<GetRoleResponse><GetRoleResult><Role><RoleName>AWSServiceRoleForECS</RoleName></Role></GetRoleResult></GetRoleResponse>';

describe('the command line at an AWS account', () => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'cli-aws-'));
  const settings = { HOME: home, XDG_CONFIG_HOME: home };
  let aws: FakeAws;
  const cli = (...args: string[]) => runCli(args, { ...settings, ...aws.env });

  beforeAll(async () => { aws = await FakeAws.start(); });
  afterAll(async () => {
    await aws.close();
    fs.rmSync(home, { recursive: true, force: true });
  });

  describe('doctor', () => {
    const everything = {
      GetCallerIdentity: IDENTITY,
      GetParameter: { Parameter: { Value: '28' } },
      GetRole: ROLE,
      'GET /account': { cloudwatchRoleArn: 'arn:aws:iam::111122223333:role/ApiLogs' },
      GetServiceQuota: { Quota: { Value: 40 } },
    };
    const checks = async (answers: Parameters<FakeAws['tell']>[0], ...args: string[]) => {
      aws.tell(answers);
      const { status, out } = await cli('doctor', '--json', ...args);
      const { checks: all } = JSON.parse(out) as { checks: Array<{ name: string; status: string; detail: string; fix?: string }> };
      return { status, of: (name: string) => all.find(check => check.name.startsWith(name))! };
    };

    test('finds an account ready but for the builder of this machine', async () => {
      const { of } = await checks(everything);
      for (const name of ['Credentials', 'CDK bootstrap in eu-west-1', 'CDK bootstrap in us-east-1', 'Service-linked', 'Log role', 'Fargate quota, on demand', 'Fargate quota, Spot']) {
        expect(of(name)).toMatchObject({ status: 'ok' });
      }
      expect(of('Credentials').detail).toBe('account 111122223333, eu-west-1, as ada');
      expect(of('Container builder')).toBeDefined();
    });

    test.each([
      ['bootstrap', { GetParameter: { error: 'ParameterNotFound' } }, 'CDK bootstrap in eu-west-1', 'missing', 'npx cdk bootstrap aws://111122223333/eu-west-1'],
      ['bootstrap of the edge', { GetParameter: { error: 'ParameterNotFound' } }, 'CDK bootstrap in us-east-1', 'warning', 'npx cdk bootstrap aws://111122223333/us-east-1'],
      ['a bootstrap that is old', { GetParameter: { Parameter: { Value: '5' } } }, 'CDK bootstrap in eu-west-1', 'missing', 'npx cdk bootstrap'],
      ['service-linked role', { GetRole: { error: 'NoSuchEntity' } }, 'Service-linked', 'missing', 'aws iam create-service-linked-role'],
      ['log role', { 'GET /account': {} }, 'Log role', 'warning', 'aws apigateway update-account'],
      ['quota', { GetServiceQuota: { Quota: { Value: 6 } } }, 'Fargate quota, on demand', 'warning', '--quota-code L-3032A538 --desired-value 8'],
      ['quota of its own', { GetServiceQuota: { error: 'NoSuchResourceException' }, GetAWSDefaultServiceQuota: { Quota: { Value: 6 } } }, 'Fargate quota, Spot', 'warning', 'L-36FBB829'],
    ])('says how to get what is missing: %s', async (_what, answers, name, status, fix) => {
      const result = await checks({ ...everything, ...answers });
      expect(result.of(name)).toMatchObject({ status, fix: expect.stringContaining(fix) });
      if (status === 'missing') expect(result.status).toBe(5);
    });

    test('warns of what it may not ask, instead of giving up', async () => {
      const { of } = await checks({ ...everything, GetRole: { error: 'AccessDenied', message: 'no iam:GetRole' } });
      expect(of('Service-linked')).toMatchObject({ status: 'warning', detail: expect.stringContaining('no iam:GetRole') });
    });

    test('names missing credentials', async () => {
      const { status, out } = await runCli(['doctor'], { ...settings, AWS_REGION: 'eu-west-1' });
      expect(status).toBe(5);
      expect(out).toMatch(/✗ Credentials +There are no AWS credentials\.\n +fix: Run 'aws sso login'/);
    });
  });

  describe('finds the stack', () => {
    test('by its outputs, and adds a user to its pool', async () => {
      aws.tell({ DescribeStacks: stacks({ Other: { Url: 'x' }, Videos: PLATFORM }), AdminCreateUser: { User: { Username: 'u' } } });
      const { status, out } = await cli('user', 'add', 'ada@example.com');
      expect([status, out]).toEqual([0, expect.stringContaining('Added ada@example.com to stack Videos. A mail with a temporary password')]);
      expect(JSON.parse(aws.calls.at(-1)!.body)).toMatchObject({
        UserPoolId: 'eu-west-1_Pool', Username: 'ada@example.com', UserAttributes: expect.arrayContaining([{ Name: 'email_verified', Value: 'true' }]),
      });
    });

    test('and its sign-in page, by the domain of the pool', async () => {
      aws.tell({ DescribeStacks: stacks({ Videos: PLATFORM }), DescribeUserPool: { UserPool: { Domain: 'videos-abc' } } });
      const release = await holdCallbackPort();
      const run = new CliRun(['sign-in', '--no-browser'], { ...settings, ...aws.env });
      const page = new URL(await run.said(/https:\S+/));
      expect(page.origin).toBe('https://videos-abc.auth.eu-west-1.amazoncognito.com');
      expect(Object.fromEntries(page.searchParams)).toMatchObject({
        client_id: 'client',
        redirect_uri: 'http://localhost:47210/callback',
        code_challenge_method: 'S256',
        scope: 'openid email videos/upload videos/watch',
      });
      await fetch(`http://127.0.0.1:47210/callback?error=access_denied&state=${page.searchParams.get('state')}`);
      expect(await run.ended).toMatchObject({ status: 1, err: expect.stringContaining('The sign-in was refused: access_denied.') });
      release();
    });

    test.each([
      ['none', { DescribeStacks: stacks({ Other: {} }) }, [], 'No stack in eu-west-1 holds a video platform. Pass --region'],
      ['two', { DescribeStacks: stacks({ A: PLATFORM, B: PLATFORM }) }, [], 'Several stacks in eu-west-1 hold a video platform: A, B. Choose one with --stack.'],
      ['another one', { DescribeStacks: stacks({ Other: {} }) }, ['--stack', 'Other'], 'Stack Other holds no video platform'],
      ['a name that does not exist', { DescribeStacks: { error: 'ValidationError', message: 'Stack with id Nope does not exist' } }, ['--stack', 'Nope'], 'There is no stack Nope in eu-west-1. Check --stack'],
      ['credentials that have run out', { DescribeStacks: { error: 'ExpiredToken', message: 'The security token included in the request is expired' } }, [], 'AWS refuses the credentials: The security token included in the request is expired. Sign in to AWS again'],
      ['another account', { DescribeStacks: stacks({}) }, ['--region', 'eu-west-2'], 'No stack in eu-west-2 holds a video platform. Pass --region and --profile of the account'],
      ['the wrong account', { DescribeStacks: { error: 'InvalidClientTokenId', message: 'The security token is invalid' } }, [], 'AWS refuses the credentials: The security token is invalid. Sign in'],
    ])('or says in one line why not: %s', async (_what, answers, args, line) => {
      aws.tell(answers as Parameters<FakeAws['tell']>[0]);
      const { status, out, err } = await cli('user', 'add', 'ada@example.com', ...args);
      expect([status, out, err.trim().split('\n')]).toEqual([4, '', [expect.stringContaining(`Error: ${line}`)]]);
    });

    test.each([
      ['credentials', { AWS_REGION: 'eu-west-1' }, 'There are no AWS credentials.'],
      ['a region', { AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's' }, 'No region is set. Pass --region or set AWS_REGION.'],
    ])('not without %s', async (_what, env, line) => {
      const { status, err } = await runCli(['sign-in'], { ...settings, ...env as Record<string, string> });
      expect([status, err.trim().split('\n')]).toEqual([4, [expect.stringContaining(`Error: ${line}`)]]);
    });
  });

  describe('help and wrong use', () => {
    test('every command has a help page', async () => {
      for (const command of [[], ['doctor'], ['user', 'add'], ['sign-in'], ['upload'], ['videos'], ['open'], ['local', 'env']]) {
        const { status, out } = await runCli([...command, '--help'], settings);
        expect([status, out]).toEqual([0, expect.stringContaining(`Usage: cdk-video-platform ${command.join(' ')}`.trim())]);
      }
    });

    test.each([
      [['upload'], "missing required argument 'file'."],
      [['upload', 'nowhere.mp4'], 'There is no file nowhere.mp4.'],
      [['nonsense'], "unknown command 'nonsense'."],
      [['videos', '--limit', 'many'], "option '--limit <n>' argument 'many' is invalid. It must be a whole number from 1 to 9999."],
      [['sign-in', '--url', 'http://example.com'], "--url must begin with https://, got 'http://example.com'."],
    ])('%j is refused in one line', async (args, line) => {
      const { status, err } = await runCli(args, settings);
      expect([status, err.trim().split('\n')]).toEqual([2, [expect.stringContaining(`Error: ${line}`)]]);
    });
  });
});
