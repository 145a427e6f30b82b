import { AssemblyStack, Template } from '../../../local/template/cloud-assembly';
import { Place, ResolveContext } from '../../../local/template/resolve-context';
import { resolveValue } from '../../../local/template/resolver';

const TEMPLATE: Template = {
  Parameters: {
    Size: { Type: 'Number', Default: 7 },
    Image: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/path' },
  },
  Mappings: { Regions: { 'eu-west-1': { short: 'euw1' } } },
  Conditions: {
    Ireland: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
    Elsewhere: { 'Fn::Not': [{ Condition: 'Ireland' }] },
    Both: { 'Fn::And': [{ Condition: 'Ireland' }, { Condition: 'Elsewhere' }] },
    Either: { 'Fn::Or': [{ Condition: 'Ireland' }, { Condition: 'Elsewhere' }] },
  },
};
const STACK: AssemblyStack = { id: 'Main', name: 'main', account: '123', region: 'eu-west-1', template: TEMPLATE, dependencies: [] };
const AT: Place = { stack: STACK, path: 'Resources.Handler.Properties' };

const context: ResolveContext = {
  resolve: (value, at) => resolveValue(value, at, context),
  reference: logicalId => `ref-${logicalId}`,
  attribute: (logicalId, name) => `${logicalId}:${name}`,
  exportedValue: name => `export-${name}`,
  outputOf: (stack, output, region) => `${stack}/${output}/${region ?? 'here'}`,
};

const resolve = (value: unknown) => resolveValue(value, AT, context);

describe('intrinsic functions', () => {
  test.each<[string, unknown, unknown]>([
    ['Ref of a resource', { Ref: 'Bucket' }, 'ref-Bucket'],
    ['Ref of a parameter is its default', { Ref: 'Size' }, 7],
    ['pseudo parameters are those of the stack', ['AWS::Region', 'AWS::AccountId', 'AWS::Partition', 'AWS::URLSuffix'].map(name => ({ Ref: name })),
      ['eu-west-1', '123', 'aws', 'amazonaws.com']],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Key', 'Arn'] }, 'Key:Arn'],
    ['GetAtt as a string', { 'Fn::GetAtt': 'Key.Arn' }, 'Key:Arn'],
    ['GetAtt of a nested name', { 'Fn::GetAtt': ['Function', 'FunctionMetadata.FunctionARN'] }, 'Function:FunctionMetadata.FunctionARN'],
    ['Join resolves its parts', { 'Fn::Join': ['/', ['a', { Ref: 'Size' }, { Ref: 'Bucket' }]] }, 'a/7/ref-Bucket'],
    ['Sub knows resources, attributes and pseudo parameters', { 'Fn::Sub': '${AWS::Region}-${Bucket}-${Key.Arn}-${!literal}' },
      'eu-west-1-ref-Bucket-Key:Arn-${literal}'],
    ['Sub with its own variables', { 'Fn::Sub': ['${Name}!', { Name: { Ref: 'Bucket' } }] }, 'ref-Bucket!'],
    ['Select of a Split', { 'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Key', 'Arn'] }] }] }, 'Arn'],
    ['If takes the branch of its condition', { 'Fn::If': ['Ireland', 'yes', 'no'] }, 'yes'],
    ['Not', { 'Fn::If': ['Elsewhere', 'yes', 'no'] }, 'no'],
    ['And', { 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
    ['Or', { 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
    ['ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': 'x-${AWS::Region}' } }, 'export-x-eu-west-1'],
    ['GetStackOutput', { 'Fn::GetStackOutput': { StackName: 'Edge', OutputName: 'Arn', Region: 'us-east-1' } }, 'Edge/Arn/us-east-1'],
    ['GetAZs of the stack\'s region', { 'Fn::GetAZs': '' }, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    ['FindInMap', { 'Fn::FindInMap': ['Regions', { Ref: 'AWS::Region' }, 'short'] }, 'euw1'],
    ['ToJsonString', { 'Fn::ToJsonString': { a: { Ref: 'Bucket' } } }, '{"a":"ref-Bucket"}'],
  ])('%s', (_, value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  test('AWS::NoValue leaves out the property and the element', () => {
    expect(resolve({ kept: 1, dropped: { Ref: 'AWS::NoValue' }, list: [1, { 'Fn::If': ['Elsewhere', 2, { Ref: 'AWS::NoValue' }] }] }))
      .toEqual({ kept: 1, list: [1] });
  });

  test('the branch that is not taken is never resolved', () => {
    expect(resolve({ 'Fn::If': ['Ireland', 'yes', { 'Fn::Unheard': 1 }] })).toBe('yes');
  });
});

describe('what has no local value is an error that names its place', () => {
  test.each<[string, unknown, RegExp]>([
    ['an unknown function', { a: { 'Fn::Cidr': ['10.0.0.0/16', 3] } }, /Main: Resources\.Handler\.Properties\.a: .*Fn::Cidr/],
    ['a parameter from the account', { Ref: 'Image' }, /parameter Image of type AWS::SSM.*no value locally/],
    ['a dynamic reference', { a: ['{{resolve:secretsmanager:x}}'] }, /Properties\.a\.0: .*resolve:secretsmanager:x/],
    ['a missing mapping', { 'Fn::FindInMap': ['Regions', 'mars', 'short'] }, /Regions\.mars\.short/],
    ['a missing condition', { 'Fn::If': ['Nowhere', 1, 2] }, /no condition Nowhere/],
    ['an index past the end', { 'Fn::Select': [5, ['a']] }, /element 5 of 1/],
    ['an object where a string belongs', { 'Fn::Join': ['', [{ a: 1 }]] }, /expected a string, got \{"a":1\}/],
  ])('%s', (_, value, message) => {
    expect(() => resolve(value)).toThrow(message);
  });
});
