/** The commands of docs/local-platform.md, by the real AWS CLI, where it is installed. */
import { execFile, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { toolEnvironment } from '../../../src/runtime/contract';
import { ACCOUNT, BUCKET, Platform, REGION, TABLE } from '../aws/support/platform';

const REPOSITORY = path.resolve(__dirname, '..', '..', '..');
const page = fs.readFileSync(path.join(REPOSITORY, 'docs/local-platform.md'), 'utf8');
const commands = [...page.matchAll(/^```sh\n([^]*?)^```/gm)].flatMap(([, block]) => block.trim().split('\n'));
const installed = spawnSync('aws', ['--version']).status === 0;

jest.setTimeout(120_000);

test('the page has commands of each service', () => {
  expect(commands.filter(command => /^aws s3(api)? /.test(command)).length).toBeGreaterThan(5);
  expect(commands.filter(command => command.includes(' sqs ')).length).toBeGreaterThan(2);
  expect(commands.filter(command => command.includes(' dynamodb ')).length).toBeGreaterThan(3);
});

(installed ? describe : describe.skip)(`docs/local-platform.md with the AWS CLI${installed ? '' : ' (not installed: apt-get install awscli)'}`, () => {
  let platform: Platform;
  let environment: Readonly<Record<string, string>>;
  const shell = async (command: string): Promise<string> => {
    const { stdout } = await promisify(execFile)('sh', ['-ec', command], { cwd: REPOSITORY, env: { ...process.env, ...environment, AWS_PAGER: '' } });
    return stdout;
  };

  beforeAll(async () => {
    platform = await Platform.start();
    const { accessKeyId, secretAccessKey } = platform.gateway.operatorCredential();
    environment = toolEnvironment({
      awsEndpoint: platform.gateway.endpoint,
      region: REGION,
      accessKeyId,
      secretAccessKey,
      bucket: BUCKET,
      queueUrl: platform.jobsUrl,
      table: TABLE,
    });
  });
  afterAll(() => platform.close());

  test.each(commands)('%s', async command => {
    await shell(command);
  });

  test('what comes back is what is there', async () => {
    expect(await shell('aws s3 ls')).toContain(BUCKET);
    await shell(`aws s3api put-object --bucket "$VIDEO_BUCKET" --key a/one --body package.json --acl bucket-owner-full-control --expected-bucket-owner ${ACCOUNT}`);
    await shell('aws s3api put-object --bucket "$VIDEO_BUCKET" --key a/two --body package.json');
    const first = JSON.parse(await shell('aws s3api list-objects --bucket "$VIDEO_BUCKET" --prefix a/ --max-keys 1 --no-paginate'));
    expect(first).toMatchObject({ IsTruncated: true, Contents: [{ Key: 'a/one' }] });
    const all = JSON.parse(await shell('aws s3api list-objects --bucket "$VIDEO_BUCKET" --prefix a/ --page-size 1'));
    expect(all.Contents.map(({ Key }: { Key: string }) => Key)).toEqual(['a/one', 'a/two']);
    const folders = JSON.parse(await shell('aws s3api list-objects --bucket "$VIDEO_BUCKET" --delimiter /'));
    expect(folders.CommonPrefixes).toEqual([{ Prefix: 'a/' }]);
    await shell('aws --endpoint-url "$AWS_ENDPOINT_URL" sqs send-message --queue-url "$JOB_QUEUE_URL" --message-body hello');
    expect(await shell('aws --endpoint-url "$AWS_ENDPOINT_URL" sqs receive-message --queue-url "$JOB_QUEUE_URL" --visibility-timeout 0')).toContain('hello');
    expect(JSON.parse(await shell('aws --endpoint-url "$AWS_ENDPOINT_URL" dynamodb list-tables'))).toEqual({ TableNames: [TABLE] });
  });

  test.each([
    ['another owner', 'aws s3api list-objects-v2 --bucket "$VIDEO_BUCKET" --expected-bucket-owner 999999999999', 'AccessDenied'],
    ['a public object', 'aws s3api put-object --bucket "$VIDEO_BUCKET" --key x --body package.json --acl public-read', 'AccessControlListNotSupported'],
  ])('%s is refused', async (_, command, code) => {
    await expect(shell(command)).rejects.toMatchObject({ stderr: expect.stringContaining(code) });
  });
});
