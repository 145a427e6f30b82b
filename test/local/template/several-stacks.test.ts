import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { readEnvironmentTemplate } from '../../../local/template';
import { Template } from '../../../local/template/cloud-assembly';

interface StackInput {
  readonly region?: string;
  readonly dependencies?: string[];
  readonly template: Template;
}

let directory: string;

beforeEach(() => { directory = fs.mkdtempSync(path.join(os.tmpdir(), 'assembly-')); });
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

function read(stacks: Record<string, StackInput>, folder = directory) {
  writeAssembly(stacks, folder);
  return readEnvironmentTemplate(directory, { aws: () => 'http://127.0.0.1:1' });
}

function writeAssembly(stacks: Record<string, StackInput>, folder: string): void {
  const artifacts = Object.fromEntries(Object.entries(stacks).map(([id, { region = 'eu-west-1', dependencies, template }]) => {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, `${id}.json`), JSON.stringify(template));
    return [id, { type: 'aws:cloudformation:stack', environment: `aws://123456789012/${region}`, dependencies, properties: { templateFile: `${id}.json` } }];
  }));
  fs.writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({ artifacts }));
}

const service = (more: Template['Resources'] = {}): Template => ({ Resources: { Service: { Type: 'AWS::ECS::Service' }, ...more } });
const names = (environment: { stacks: readonly { id: string }[] }) => environment.stacks.map(({ id }) => id);

describe('the environment that runs', () => {
  test('is the one named for development', () => {
    expect(names(read({ ProdVideos: { template: service() }, DevVideos: { template: service() } }))).toEqual(['DevVideos']);
  });

  test('is the first one without such a name', () => {
    expect(names(read({ Alpha: { template: {} }, Beta: { template: service() }, Gamma: { template: service() } }))).toEqual(['Beta']);
  });

  test('takes along the stacks it is connected with', () => {
    expect(names(read({
      Data: { template: {} }, Work: { dependencies: ['Data'], template: service() }, Api: { dependencies: ['Data'], template: {} }, Other: { template: {} },
    }))).toEqual(['Work', 'Data', 'Api']);
  });

  test('does not take along another environment with which it shares a stack', () => {
    expect(names(read({
      Shared: { template: {} }, DevVideos: { dependencies: ['Shared'], template: service() }, ProdVideos: { dependencies: ['Shared'], template: service() },
    }))).toEqual(['DevVideos', 'Shared']);
  });

  test('may lie in a stage', () => {
    fs.writeFileSync(path.join(directory, 'manifest.json'), JSON.stringify({
      artifacts: { Stage: { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Stage' } } },
    }));
    writeAssembly({ Inner: { template: service() } }, path.join(directory, 'assembly-Stage'));
    expect(names(readEnvironmentTemplate(directory, { aws: () => '' }))).toEqual(['Inner']);
  });

  test('must have a worker', () => {
    expect(() => read({ Data: { template: {} } })).toThrow(/No stack holds an AWS::ECS::Service.*Data/);
  });
});

describe('values from other stacks', () => {
  const parameter = (value: unknown) => ({ Out: { Type: 'AWS::SSM::Parameter', Properties: { Value: value } } });
  const bucket = { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'shared' } } };
  const valueIn = (environment: ReturnType<typeof read>) => environment.ofType('AWS::SSM::Parameter')[0].get('Value');

  test('an import is the export of that name', () => {
    const exporting: Template = { Resources: bucket, Outputs: { Name: { Value: { 'Fn::GetAtt': ['Bucket', 'Arn'] }, Export: { Name: 'Data:Bucket' } } } };
    expect(valueIn(read({ Data: { template: exporting }, Work: { template: service(parameter({ 'Fn::ImportValue': 'Data:Bucket' })) } }))).toBe('arn:aws:s3:::shared');
  });

  test('an export of another region is not found', () => {
    const exporting: Template = { Outputs: { Name: { Value: 'x', Export: { Name: 'Data:Bucket' } } } };
    const environment = read({ Data: { region: 'us-east-1', template: exporting }, Work: { template: service(parameter({ 'Fn::ImportValue': 'Data:Bucket' })) } });
    expect(() => valueIn(environment)).toThrow(/imports Data:Bucket, which no stack of the assembly exports in eu-west-1/);
  });

  test('a cross-region reference is what the other region writes', () => {
    const writer: Template = {
      Resources: {
        ...bucket,
        Writer: { Type: 'Custom::CrossRegionExportWriter', Properties: { WriterProps: { region: 'eu-west-1', exports: { '/cdk/exports/Name': { Ref: 'Bucket' } } } } },
      },
    };
    const reader = service({ Reader: { Type: 'Custom::CrossRegionExportReader' }, ...parameter({ 'Fn::GetAtt': ['Reader', '/cdk/exports/Name'] }) });
    expect(valueIn(read({ Edge: { region: 'us-east-1', template: writer }, Work: { dependencies: ['Edge'], template: reader } }))).toBe('shared');
  });

  test('an output of another stack', () => {
    const output: Template = { Outputs: { Name: { Value: 'value' } } };
    const asking = service(parameter({ 'Fn::GetStackOutput': { StackName: 'Edge', OutputName: 'Name', Region: 'us-east-1' } }));
    expect(valueIn(read({ Edge: { region: 'us-east-1', template: output }, Work: { template: asking } }))).toBe('value');
  });
});
