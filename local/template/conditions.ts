import { TemplateError } from './errors';
import { Place, placeName, ResolveContext } from './resolve-context';

/** Whether a named condition of the stack holds. */
export function evaluateCondition(name: string, at: Place, context: ResolveContext): boolean {
  const expression = at.stack.template.Conditions?.[name];
  if (expression === undefined) throw new TemplateError(`${placeName(at)}: the template has no condition ${name}`);
  return evaluate(expression, { stack: at.stack, path: `Conditions.${name}` }, context);
}

type Operator = (argument: unknown, at: Place, context: ResolveContext) => boolean;

const OPERATORS: Readonly<Record<string, Operator>> = {
  Condition: (name, at, context) => evaluateCondition(String(name), at, context),
  'Fn::Equals': (argument, at, context) => {
    const [left, right] = argument as [unknown, unknown];
    return String(context.resolve(left, at)) === String(context.resolve(right, at));
  },
  'Fn::And': (argument, at, context) => (argument as unknown[]).every(each => evaluate(each, at, context)),
  'Fn::Or': (argument, at, context) => (argument as unknown[]).some(each => evaluate(each, at, context)),
  'Fn::Not': (argument, at, context) => !evaluate((argument as unknown[])[0], at, context),
};

function evaluate(expression: unknown, at: Place, context: ResolveContext): boolean {
  const [operator] = Object.keys(expression as object);
  const implementation = OPERATORS[operator];
  if (!implementation) throw new TemplateError(`${placeName(at)}: the local platform does not implement the condition ${JSON.stringify(expression)}`);
  return implementation((expression as Record<string, unknown>)[operator], at, context);
}
