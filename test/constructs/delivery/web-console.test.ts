import { App, Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ViewerDirectory } from '../../../src/constructs/access/viewer-directory';
import { WebConsole, WebConsoleProps } from '../../../src/constructs/delivery/web-console';
import { findings, resources, statementsOf, testStack } from '../../support/stacks';

function publish(stack: Stack, props: WebConsoleProps = {}): WebConsole {
  const directory = new ViewerDirectory(stack, 'Directory');
  const webConsole = new WebConsole(stack, 'Console', props);
  webConsole.publish({
    userPool: directory.userPool,
    userPoolClient: directory.addClient('Client', { callbackUrls: ['https://videos.example.com/'] }),
    signInUrl: directory.signInUrl!,
    maxUploadSize: Size.mebibytes(500),
  });
  return webConsole;
}

const publication = (stack: Stack) => Object.values(resources(stack, 'Custom::VideoConsole'))[0].Properties;
const actions = (stack: Stack) => statementsOf(stack, /ConsoleRole/).flatMap(({ Action }) => Action).filter(action => action.startsWith('s3:')).sort();

describe('WebConsole', () => {
  it('publishes the build with a configuration of this environment', () => {
    const stack = testStack();
    publish(stack);
    const config = JSON.stringify(publication(stack).Config);
    for (const part of ['ProviderName', 'amazoncognito.com', 'videos/upload', '524288000']) expect(config).toContain(part);
    expect(publication(stack).Build).toMatch(/^[0-9a-f]{64}$/);
    expect(findings(stack)).toEqual([]);
  });

  it('lets its function do no more than publish, and removes no version unless the bucket goes with the stack', () => {
    const kept = testStack();
    publish(kept);
    expect(actions(kept)).toEqual(['s3:DeleteObject', 's3:GetObject', 's3:ListBucket', 's3:PutObject']);
    expect(publication(kept).EmptyOnDelete).toBe('false');

    const gone = testStack();
    publish(gone, { removalPolicy: RemovalPolicy.DESTROY });
    expect(actions(gone)).toEqual(expect.arrayContaining(['s3:DeleteObjectVersion', 's3:ListBucketVersions']));
    expect(publication(gone).EmptyOnDelete).toBe('true');
  });

  it('keeps its bucket private', () => {
    const stack = testStack();
    publish(stack);
    const [[, bucket]] = Object.entries(resources(stack, 'AWS::S3::Bucket')).filter(([id]) => /^ConsoleBucket/.test(id));
    expect(bucket.Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true,
    });
  });

  it('says at synthesis that it was never published', () => {
    const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'Test');
    new WebConsole(stack, 'Console');
    expect(() => Template.fromStack(stack)).toThrow(/never published: call publish\(\)/);
  });

  it('refuses to be published twice, and to keep old files for no whole number of days', () => {
    const stack = testStack();
    const webConsole = publish(stack);
    expect(() => webConsole.publish({} as never)).toThrow(/publish\(\) was called twice/);
    expect(() => new WebConsole(stack, 'Other', { keepOldFiles: Duration.hours(12) })).toThrow(/keepOldFiles must be 1 to 3650 whole days, got/);
  });
});
