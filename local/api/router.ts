import type { MethodDefinition } from '../template';

export interface RouteMatch {
  readonly method: MethodDefinition;
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface CompiledPath {
  readonly segments: readonly string[];
  readonly methods: ReadonlyMap<string, MethodDefinition>;
}

/** Finds the method of a request among the API's resources: a literal segment before a parameter, a parameter before `{proxy+}`. */
export class Router {
  private readonly paths: readonly CompiledPath[];

  constructor(methods: readonly MethodDefinition[]) {
    const byPath = new Map<string, Map<string, MethodDefinition>>();
    for (const method of methods) byPath.set(method.path, (byPath.get(method.path) ?? new Map()).set(method.httpMethod, method));
    this.paths = [...byPath].map(([path, of]) => ({ segments: split(path), methods: of }))
      .sort((left, right) => compareSegments(left.segments, right.segments));
  }

  /** Undefined: the API has no such resource, or the resource no such method. */
  find(httpMethod: string, path: string): RouteMatch | undefined {
    const segments = split(path);
    for (const candidate of this.paths) {
      const pathParameters = match(candidate.segments, segments);
      if (!pathParameters) continue;
      const method = candidate.methods.get(httpMethod) ?? candidate.methods.get('ANY');
      return method && { method, pathParameters };
    }
    return undefined;
  }
}

function split(path: string): string[] {
  return path.split('/').filter(segment => segment !== '');
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const greedy = /^\{(.+)\+\}$/.exec(part)?.[1];
    if (greedy !== undefined) {
      if (segments.length <= index) return undefined;
      return { ...parameters, [greedy]: decode(segments.slice(index).join('/')) };
    }
    const segment = segments[index];
    if (segment === undefined) return undefined;
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (name !== undefined) parameters[name] = decode(segment);
    else if (part !== segment) return undefined;
  }
  return pattern.length === segments.length ? parameters : undefined;
}

/** A broken escape stays as it came, as API Gateway leaves it. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function rank(segment: string | undefined): number {
  if (segment === undefined) return 0;
  if (/^\{.+\+\}$/.test(segment)) return 3;
  return segment.startsWith('{') ? 2 : 1;
}

function compareSegments(left: readonly string[], right: readonly string[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = rank(left[index]) - rank(right[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}
