import { S3Error } from './errors';

/** The signed policy of an upload form: what it may hold, and until when. */
export interface PostPolicy {
  readonly expiration: Date;
  readonly conditions: readonly FieldCondition[];
  readonly sizes: readonly SizeRange[];
}

export interface FieldCondition {
  readonly operator: 'eq' | 'starts-with';
  /** Lower-case field name. */
  readonly field: string;
  readonly value: string;
}

export interface SizeRange {
  readonly min: number;
  readonly max: number;
}

/** Fields that carry the policy itself or that S3 is told to ignore; no condition has to cover them. */
const UNCOVERED = /^(policy|x-amz-signature|file|x-ignore-.*)$/;

export function parsePolicy(base64: string): PostPolicy {
  const document = parseDocument(base64);
  const expiration = new Date(typeof document.expiration === 'string' ? document.expiration : NaN);
  if (Number.isNaN(expiration.getTime())) throw invalid('it needs an expiration in ISO 8601');
  if (!Array.isArray(document.conditions)) throw invalid('it needs a list of conditions');
  const conditions: FieldCondition[] = [];
  const sizes: SizeRange[] = [];
  for (const condition of document.conditions as unknown[]) {
    if (Array.isArray(condition) && condition[0] === 'content-length-range') sizes.push(parseSizes(condition));
    else if (Array.isArray(condition)) conditions.push(parseComparison(condition));
    else conditions.push(...parseEqualities(condition));
  }
  return { expiration, conditions, sizes };
}

/** Throws unless the form's fields, which include the bucket of its URL, are exactly what was signed. */
export function enforcePolicy(policy: PostPolicy, fields: ReadonlyMap<string, string>, now: Date): void {
  if (now >= policy.expiration) throw denied('Policy expired.');
  for (const condition of policy.conditions) {
    const value = fields.get(condition.field) ?? '';
    const holds = condition.operator === 'eq' ? value === condition.value : value.startsWith(condition.value);
    if (!holds) {
      throw denied(`Policy Condition failed: ${JSON.stringify([condition.operator, `$${condition.field}`, condition.value])}`);
    }
  }
  const covered = new Set(policy.conditions.map(condition => condition.field));
  // The bucket is in the URL; the form may repeat it.
  const extra = [...fields.keys()].filter(name => !covered.has(name) && !UNCOVERED.test(name) && name !== 'bucket');
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(', ')}`);
}

/** Passes the file through while it keeps within the policy's sizes. */
export async function* enforceSizes(file: AsyncIterable<Buffer>, ranges: readonly SizeRange[], cap: number): AsyncGenerator<Buffer> {
  const max = Math.min(cap, ...ranges.map(range => range.max));
  const min = Math.max(0, ...ranges.map(range => range.min));
  let size = 0;
  for await (const chunk of file) {
    size += chunk.length;
    if (size > max) {
      throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size',
        { ProposedSize: String(size), MaxSizeAllowed: String(max) });
    }
    yield chunk;
  }
  if (size < min) {
    throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size',
      { ProposedSize: String(size), MinSizeAllowed: String(min) });
  }
}

function parseDocument(base64: string): { expiration?: unknown; conditions?: unknown } {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
  } catch {
    throw invalid('it is not JSON in base64');
  }
  if (typeof document !== 'object' || document === null) throw invalid('it is not an object');
  return document;
}

function parseSizes(condition: readonly unknown[]): SizeRange {
  const [min, max] = condition.slice(1).map(Number);
  if (condition.length !== 3 || !Number.isInteger(min) || !Number.isInteger(max) || min < 0 || max < min) {
    throw invalid(`${JSON.stringify(condition)} must be ["content-length-range", min, max]`);
  }
  return { min, max };
}

function parseComparison(condition: readonly unknown[]): FieldCondition {
  const [operator, field, value] = condition;
  const known = operator === 'eq' || operator === 'starts-with';
  if (condition.length !== 3 || !known || typeof field !== 'string' || !field.startsWith('$') || typeof value !== 'string') {
    throw invalid(`${JSON.stringify(condition)} must be ["eq" | "starts-with", "$field", "value"]`);
  }
  return { operator, field: field.slice(1).toLowerCase(), value };
}

function parseEqualities(condition: unknown): FieldCondition[] {
  if (typeof condition !== 'object' || condition === null) throw invalid(`${JSON.stringify(condition)} is not a condition`);
  return Object.entries(condition as Record<string, unknown>).map(([field, value]) => {
    if (typeof value !== 'string') throw invalid(`the value of "${field}" must be a string`);
    return { operator: 'eq', field: field.toLowerCase(), value };
  });
}

function invalid(why: string): S3Error {
  return new S3Error('InvalidPolicyDocument', `Invalid Policy: ${why}.`);
}

function denied(why: string): S3Error {
  return new S3Error('AccessDenied', `Invalid according to Policy: ${why}`);
}
