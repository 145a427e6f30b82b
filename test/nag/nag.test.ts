import * as fs from 'node:fs';
import * as path from 'node:path';
import { Stack, Validations } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { IConstruct } from 'constructs';
import { EXAMPLE_NAMES, synthesizeExample } from '../support/examples';
import { findings } from '../support/stacks';

/** Every acknowledgement there is: a new one shows in review as a change of this file. `UPDATE_ACKNOWLEDGEMENTS=1` rewrites it. */
const RECORD = path.join(__dirname, 'acknowledgements.json');

type Acknowledgements = Record<string, Record<string, string>>;

/** Reasons by finding, by construct path. */
function acknowledgements(scope: IConstruct): Acknowledgements {
  const found: Acknowledgements = {};
  for (const construct of scope.node.findAll()) {
    for (const { type, data } of construct.node.metadata) {
      if (type !== Validations.ACKNOWLEDGED_RULES_METADATA_KEY) continue;
      const reasons = Object.entries(data as Record<string, string>).map(([id, reason]) => [id.replace(/^annotation::/i, ''), reason]);
      found[construct.node.path] = { ...found[construct.node.path], ...Object.fromEntries(reasons) };
    }
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => a.localeCompare(b)));
}

function allAcknowledgements(): Record<string, Acknowledgements> {
  return Object.fromEntries(EXAMPLE_NAMES.map(name => [name, acknowledgements(synthesizeExample(name).app)]));
}

describe('cdk-nag AwsSolutions', () => {
  it.each(EXAMPLE_NAMES)('finds nothing that is not acknowledged in %s', name => {
    expect(findings(synthesizeExample(name).app)).toEqual([]);
  });

  it('would find what is wrong', () => {
    const stack = new Stack();
    new s3.Bucket(stack, 'Open');
    expect(findings(stack)).toEqual(['AwsSolutions-S1 Default/Open/Resource', 'AwsSolutions-S10 Default/Open/Resource']);
  });

  it('is acknowledged where and why the record says', () => {
    const found = allAcknowledgements();
    if (process.env.UPDATE_ACKNOWLEDGEMENTS) fs.writeFileSync(RECORD, `${JSON.stringify(found, undefined, 2)}\n`);
    expect(found).toEqual(JSON.parse(fs.readFileSync(RECORD, 'utf8')));
  });

  it('is acknowledged by constructs of the library, never for a stack or an app', () => {
    for (const [name, byPath] of Object.entries(allAcknowledgements())) {
      const { app } = synthesizeExample(name);
      const blanket = Object.keys(byPath).filter(constructPath => {
        const construct = app.node.findAll().find(each => each.node.path === constructPath)!;
        return construct === app || Stack.isStack(construct);
      });
      expect(blanket).toEqual([]);
    }
  });

  it('is acknowledged finding by finding, with a reason to read', () => {
    for (const byPath of Object.values(allAcknowledgements())) {
      for (const [id, reason] of Object.values(byPath).flatMap(Object.entries)) {
        if (/-IAM[45]/.test(id)) expect(id).toMatch(/\[.+\]$/);
        expect((reason as string).length).toBeGreaterThan(40);
      }
    }
  });
});
