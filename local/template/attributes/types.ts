import { createHash } from 'node:crypto';
import { Resource } from '../resource';

/** Where the local services listen; asked for only when a value needs it, so buckets can be read before anything listens. */
export interface LocalEndpoints {
  /** The AWS gateway: `http://127.0.0.1:PORT`. */
  aws(): string;
}

export type Attribute = (resource: Resource, endpoints: LocalEndpoints) => unknown;

/** What one CloudFormation resource type answers to `Ref` and `Fn::GetAtt`. */
export interface TypeAttributes {
  readonly ref: Attribute;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

export type AttributeTable = Readonly<Record<string, TypeAttributes>>;

export function arn(service: string, resource: Resource, rest: string): string {
  return `arn:aws:${service}:${resource.stack.region}:${resource.stack.account}:${rest}`;
}

/** IAM, CloudFront and the like have no region in their ARNs. */
export function globalArn(service: string, resource: Resource, rest: string): string {
  return `arn:aws:${service}::${resource.stack.account}:${rest}`;
}

/** The name a template gives, or else one made as CloudFormation makes it; stable, so that state survives a restart. */
export function physicalName(property: string, maxLength = 128): Attribute {
  return resource => resource.text(property) ?? generatedName(resource, maxLength);
}

/** A name used inside an ARN; names never depend on where the services listen. */
export function nameBy(attribute: Attribute, resource: Resource): string {
  return String(attribute(resource, { aws: () => { throw new Error('a physical name must not need an endpoint'); } }));
}

export function generatedName(resource: Resource, maxLength: number): string {
  const suffix = `-${stableId(resource, 12)}`;
  return `${resource.stack.name}-${resource.logicalId}`.slice(0, maxLength - suffix.length) + suffix;
}

const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** An id as AWS would draw it at random, here the same on every run. */
export function stableId(resource: Resource, length: number): string {
  const digest = createHash('sha512').update(`${resource.stack.name}/${resource.logicalId}`).digest();
  return [...digest].slice(0, length).map(byte => ALPHANUMERIC[byte % ALPHANUMERIC.length]).join('');
}

/** Shaped as a UUID: keys, policies of CloudFront. */
export function stableUuid(resource: Resource): string {
  const hex = createHash('sha256').update(`${resource.stack.name}/${resource.logicalId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
