import {
  ANALYTICS_ENVIRONMENT, EnvironmentSpec, PROCESSOR_ENVIRONMENT, PUBLISHER_ENVIRONMENT, readEnvironment, SCALER_ENVIRONMENT, SIGNING_ENVIRONMENT,
  UPLOADER_ENVIRONMENT,
} from '../../../src/runtime/contract';
import { EXAMPLE_NAMES, synthesizeExample, Template } from '../../support/examples';

const SPECS: Record<string, EnvironmentSpec> = {
  uploader: UPLOADER_ENVIRONMENT,
  analytics: ANALYTICS_ENVIRONMENT,
  processor: PROCESSOR_ENVIRONMENT,
  scaler: SCALER_ENVIRONMENT,
  signing: SIGNING_ENVIRONMENT,
  publisher: PUBLISHER_ENVIRONMENT,
};

/** Part of a function's logical id, and its handler. */
const FUNCTIONS: Record<string, string> = {
  Uploader: 'uploader', Analytics: 'analytics', Scaling: 'scaler', SigningKeys: 'signing', Console: 'publisher',
};

/** The variables that each handler of a template starts with; references become a string, as they do in CloudFormation. */
function environments(template: Template): Record<string, Record<string, string>> {
  const found: Record<string, Record<string, string>> = {};
  for (const [id, { Type, Properties = {} }] of Object.entries(template.Resources)) {
    if (Type === 'AWS::Lambda::Function' && Properties.Environment) {
      const name = Object.entries(FUNCTIONS).find(([part]) => id.includes(part))?.[1] ?? id;
      found[name] = strings(Object.entries(Properties.Environment.Variables));
    }
    if (Type === 'AWS::ECS::TaskDefinition') {
      const [container] = Properties.ContainerDefinitions;
      found.processor = strings(container.Environment.map((variable: { Name: string; Value: unknown }) => [variable.Name, variable.Value]));
    }
  }
  return found;
}

function strings(variables: Array<[string, unknown]>): Record<string, string> {
  return Object.fromEntries(variables.map(([name, value]) => [name, typeof value === 'string' ? value : `resolved-${JSON.stringify(value)}`]));
}

/** `[example, stack]` of every stack that starts a handler. */
const PLATFORM_STACKS = EXAMPLE_NAMES.flatMap(name => Object.entries(synthesizeExample(name).templates)
  .filter(([, template]) => Object.keys(environments(template)).length > 0)
  .map(([stack]) => [name, stack] as const));

describe('environment contract', () => {
  it('is checked in every example', () => {
    expect([...new Set(PLATFORM_STACKS.map(([name]) => name))]).toEqual(EXAMPLE_NAMES);
  });

  describe.each(PLATFORM_STACKS)('%s: %s', (name, stack) => {
    const started = environments(synthesizeExample(name).templates[stack]);
    /** A pool of the user's has no sign-in page that is known, and then there is no console to publish. */
    const specs = Object.fromEntries(Object.entries(SPECS).filter(([handler]) => handler !== 'publisher' || name !== 'bring-your-own'));

    it('starts exactly the handlers of the contract', () => {
      expect(Object.keys(started).sort()).toEqual(Object.keys(specs).sort());
    });

    it.each(Object.keys(specs))('gives %s every variable that it reads, in a form that it can read', handler => {
      expect(() => readEnvironment(specs[handler], started[handler])).not.toThrow();
    });

    it.each(Object.keys(specs))('gives %s no variable that it does not read', handler => {
      expect(Object.keys(started[handler]).sort()).toEqual(Object.keys(specs[handler]).sort());
    });

    it('names no secret in a variable', () => {
      const names = Object.values(started).flatMap(Object.keys);
      expect(names.filter(variable => /SECRET|PASSWORD|TOKEN|PRIVATE|CREDENTIAL/.test(variable))).toEqual([]);
    });
  });
});
