import type { ResponseHeaders } from '../template';
import type { OriginAnswer } from './origins';

/** The answer with what the response headers policy adds, fills in and takes away. */
export function withPolicy(answer: OriginAnswer, { added, cors, removed }: ResponseHeaders, origin: string | undefined): OriginAnswer {
  const all = [...added, ...origin === undefined ? [] : cors];
  const filled = Object.fromEntries(all.filter(({ override }) => !override).map(({ name, value }) => [name, value]));
  const overriding = Object.fromEntries(all.filter(({ override }) => override).map(({ name, value }) => [name, value]));
  const kept = Object.entries(answer.headers).filter(([name]) => !removed.includes(name.toLowerCase()));
  return { ...answer, headers: { ...filled, ...Object.fromEntries(kept), ...overriding } };
}
