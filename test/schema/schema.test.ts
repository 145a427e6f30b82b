import { EXAMPLE_NAMES, synthesizeExample } from '../support/examples';
import { TemplateSchema } from '../support/template-schema';

const schema = new TemplateSchema();
const bucket = (Properties: Record<string, unknown>) => ({ Resources: { Bucket: { Type: 'AWS::S3::Bucket', Properties } } });

describe('templates against the CloudFormation specification', () => {
  it.each(EXAMPLE_NAMES)('%s has only properties that exist, of their types, and all that are required', name => {
    const { templates } = synthesizeExample(name);
    expect(Object.keys(templates).length).toBeGreaterThan(0);
    for (const [stack, template] of Object.entries(templates)) {
      expect(schema.violations(template).map(violation => `${stack}: ${violation}`)).toEqual([]);
    }
  });

  it('accepts what CloudFormation accepts', () => {
    expect(schema.violations(bucket({
      BucketName: { 'Fn::Sub': 'videos' },
      VersioningConfiguration: { Status: 'Enabled' },
      Tags: [{ Key: 'stage', Value: 'dev' }],
    }))).toEqual([]);
  });

  it.each([
    ['a resource type that does not exist', { Resources: { Bucket: { Type: 'AWS::S3::Bukket' } } }, /there is no such resource type/],
    ['a property that does not exist', bucket({ Versioning: true }), /there is no property Versioning/],
    ['a nested property that does not exist', bucket({ VersioningConfiguration: { State: 'Enabled' } }), /there is no property State/],
    ['a required property that is missing', bucket({ VersioningConfiguration: {} }), /VersioningConfiguration: Status is required/],
    ['a list where an object belongs', bucket({ VersioningConfiguration: [] }), /must be an object/],
    ['an object where a list belongs', bucket({ Tags: { stage: 'dev' } }), /must be a list/],
    ['a word where a truth value belongs', bucket({ ObjectLockEnabled: 'sometimes' }), /must be boolean, is "sometimes"/],
  ])('refuses %s', (_what, template, message) => {
    expect(schema.violations(template).join('\n')).toMatch(message);
  });
});
