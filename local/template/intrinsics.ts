import { evaluateCondition } from './conditions';
import { TemplateError } from './errors';
import { below, NO_VALUE, Place, placeName, ResolveContext } from './resolve-context';

export type Intrinsic = (argument: unknown, at: Place, context: ResolveContext) => unknown;

/** Every intrinsic function that the local platform knows, by the key it has in a template. */
export const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, at, context) => resolveReference(String(name), at, context),
  'Fn::GetAtt': (argument, at, context) => {
    const [logicalId, ...attribute] = typeof argument === 'string' ? argument.split('.') : argument as string[];
    return context.attribute(logicalId, String(context.resolve(attribute.join('.'), at)), at);
  },
  'Fn::Join': (argument, at, context) => {
    const [delimiter, values] = argument as [string, unknown];
    return (context.resolve(values, at) as unknown[]).map(value => text(value, at)).join(delimiter);
  },
  'Fn::Split': (argument, at, context) => {
    const [delimiter, value] = argument as [string, unknown];
    return text(context.resolve(value, at), at).split(delimiter);
  },
  'Fn::Select': (argument, at, context) => {
    const [index, values] = argument as [unknown, unknown];
    const list = context.resolve(values, at) as unknown[];
    const selected = list[Number(context.resolve(index, at))];
    if (selected === undefined) throw new TemplateError(`${placeName(at)}: Fn::Select asks for element ${String(index)} of ${list.length}`);
    return selected;
  },
  'Fn::Sub': (argument, at, context) => {
    const [pattern, variables] = typeof argument === 'string' ? [argument, {}] : argument as [string, Record<string, unknown>];
    return pattern.replace(/\$\{([^}]+)\}/g, (_, name: string) => substitute(name.trim(), variables, at, context));
  },
  'Fn::If': (argument, at, context) => {
    const [condition, whenTrue, whenFalse] = argument as [string, unknown, unknown];
    return context.resolve(evaluateCondition(condition, at, context) ? whenTrue : whenFalse, at);
  },
  'Fn::ImportValue': (argument, at, context) => context.exportedValue(text(context.resolve(argument, at), at), at),
  'Fn::GetStackOutput': (argument, at, context) => {
    const { StackName, OutputName, Region } = context.resolve(argument, at) as Record<string, string>;
    return context.outputOf(StackName, OutputName, Region, at);
  },
  'Fn::GetAZs': (argument, at, context) => {
    const region = String(context.resolve(argument, at) || at.stack.region);
    return ['a', 'b', 'c'].map(zone => region + zone);
  },
  'Fn::FindInMap': (argument, at, context) => {
    const [map, first, second] = (context.resolve(argument, at) as unknown[]).map(String);
    const found = at.stack.template.Mappings?.[map]?.[first]?.[second];
    if (found === undefined) throw new TemplateError(`${placeName(at)}: Mappings has no ${map}.${first}.${second}`);
    return found;
  },
  'Fn::Base64': (argument, at, context) => Buffer.from(text(context.resolve(argument, at), at)).toString('base64'),
  'Fn::ToJsonString': (argument, at, context) => JSON.stringify(context.resolve(argument, at)),
  'Fn::Length': (argument, at, context) => (context.resolve(argument, at) as unknown[]).length,
};

const PSEUDO_PARAMETERS: Readonly<Record<string, (at: Place) => unknown>> = {
  'AWS::AccountId': at => at.stack.account,
  'AWS::Region': at => at.stack.region,
  'AWS::Partition': () => 'aws',
  'AWS::URLSuffix': () => 'amazonaws.com',
  'AWS::StackName': at => at.stack.name,
  'AWS::StackId': at => `arn:aws:cloudformation:${at.stack.region}:${at.stack.account}:stack/${at.stack.name}/local`,
  'AWS::NoValue': () => NO_VALUE,
  'AWS::NotificationARNs': () => [],
};

function resolveReference(name: string, at: Place, context: ResolveContext): unknown {
  const pseudo = PSEUDO_PARAMETERS[name];
  if (pseudo) return pseudo(at);
  const parameter = at.stack.template.Parameters?.[name];
  if (!parameter) return context.reference(name, at);
  if (parameter.Default === undefined || parameter.Type.startsWith('AWS::SSM::')) {
    throw new TemplateError(`${placeName(at)}: parameter ${name} of type ${parameter.Type} has no value locally; give it a default in the app`);
  }
  return parameter.Default;
}

function substitute(name: string, variables: Record<string, unknown>, at: Place, context: ResolveContext): string {
  if (name.startsWith('!')) return `\${${name.slice(1)}}`;
  if (Object.hasOwn(variables, name)) return text(context.resolve(variables[name], below(at, name)), at);
  const [logicalId, ...attribute] = name.split('.');
  return text(attribute.length > 0 ? context.attribute(logicalId, attribute.join('.'), at) : resolveReference(name, at, context), at);
}

function text(value: unknown, at: Place): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateError(`${placeName(at)}: expected a string, got ${JSON.stringify(value) ?? String(value)}`);
}
