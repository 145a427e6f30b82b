import { ApiRequest } from './api-request';
import { badRequest } from './problem';

/** The query's parameters, each at most once; any name that is not listed is a problem 400. */
export function readQuery<N extends string>(request: ApiRequest, names: readonly N[]): { readonly [K in N]?: string } {
  const values: { [K in N]?: string } = {};
  for (const [name, given] of request.query) {
    const known = names.find(candidate => candidate === name);
    if (known === undefined) {
      const allowed = names.length > 0 ? names.join(', ') : 'none';
      throw badRequest('QUERY_INVALID', `Unknown query parameter "${name.slice(0, 40)}"; allowed: ${allowed}.`);
    }
    if (given.length !== 1) throw badRequest('QUERY_INVALID', `The query parameter "${name}" is there ${given.length} times.`);
    values[known] = given[0];
  }
  return values;
}
