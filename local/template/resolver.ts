import { TemplateError } from './errors';
import { INTRINSICS } from './intrinsics';
import { below, NO_VALUE, Place, placeName, ResolveContext } from './resolve-context';

/** Resolves one value and everything inside it. Values that nobody asks for are never looked at. */
export function resolveValue(value: unknown, at: Place, context: ResolveContext): unknown {
  if (Array.isArray(value)) {
    return value.map((each, index) => resolveValue(each, below(at, index), context)).filter(each => each !== NO_VALUE);
  }
  if (typeof value === 'string') return refuseDynamicReference(value, at);
  if (typeof value !== 'object' || value === null) return value;
  const intrinsic = intrinsicName(value);
  if (intrinsic !== undefined) {
    const implementation = INTRINSICS[intrinsic];
    if (!implementation) throw new TemplateError(`${placeName(at)}: the local platform does not implement ${intrinsic}`);
    return implementation((value as Record<string, unknown>)[intrinsic], at, context);
  }
  const entries = Object.entries(value).map(([key, each]) => [key, resolveValue(each, below(at, key), context)] as const);
  return Object.fromEntries(entries.filter(([, each]) => each !== NO_VALUE));
}

/** The function that an object stands for, when it stands for one. */
export function intrinsicName(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const keys = Object.keys(value);
  return keys.length === 1 && (keys[0] === 'Ref' || keys[0].startsWith('Fn::')) ? keys[0] : undefined;
}

function refuseDynamicReference(value: string, at: Place): string {
  const reference = /\{\{resolve:[^}]*\}\}/.exec(value)?.[0];
  if (reference) throw new TemplateError(`${placeName(at)}: the dynamic reference ${reference} has no local value; it exists in a real account only`);
  return value;
}
