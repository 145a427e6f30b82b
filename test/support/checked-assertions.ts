/**
 * `aws-cdk-lib/assertions` for tests: whatever is turned into a `Template` here is held against the deployment rules first, so that they
 * run on every combination of props that a test builds. Jest puts this module in the place of the original (`moduleNameMapper`).
 */
import { Token } from 'aws-cdk-lib';
import { recordTemplate } from './template-count';
// By its path, which is not mapped.
import * as assertions from '../../node_modules/aws-cdk-lib/assertions';
import { deploymentFaults } from '../deployment-rules';

const { Template } = assertions;
const { fromStack } = Template;
Template.fromStack = (stack, options) => {
  const template = fromStack(stack, options);
  const json = template.toJSON();
  if (recordTemplate(json)) {
    const faults = deploymentFaults(json, { stackName: stack.stackName, region: known(stack.region) });
    if (faults.length) throw new Error(`${stack.stackName} would not deploy:\n${faults.join('\n')}`);
  }
  return template;
};

function known(region: string): string | undefined {
  return Token.isUnresolved(region) ? undefined : region;
}

export = assertions;
