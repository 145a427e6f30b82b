import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';

type Database = ReturnType<typeof loadAwsServiceSpecSync>;

/** What we read of a property's type in the specification. */
interface SpecType {
  readonly type: string;
  readonly element?: SpecType;
  readonly types?: readonly SpecType[];
  readonly reference?: { readonly $ref: string };
}

interface SpecProperty {
  readonly type: SpecType;
  readonly previousTypes?: readonly SpecType[];
  readonly required?: boolean;
}

type SpecProperties = Readonly<Record<string, SpecProperty>>;

interface TemplateLike {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown> }>;
}

/** Only CloudFormation knows what these become. */
const INTRINSIC = /^(Ref|Condition|Fn::\w+)$/;
/** Their properties are the provider's affair. */
const CUSTOM = /^(Custom::|AWS::CloudFormation::CustomResource$)/;

let database: Database | undefined;

/** Checks templates against CloudFormation's own resource specification: names, types and required properties. */
export class TemplateSchema {
  private readonly db = (database ??= loadAwsServiceSpecSync());

  /** One line for each thing that CloudFormation would refuse. */
  violations(template: TemplateLike): string[] {
    return Object.entries(template.Resources)
      .filter(([, resource]) => !CUSTOM.test(resource.Type))
      .flatMap(([id, resource]) => this.resource(`${id} (${resource.Type})`, resource.Type, resource.Properties ?? {}));
  }

  private resource(where: string, type: string, properties: Record<string, unknown>): string[] {
    const [specification] = this.db.lookup('resource', 'cloudFormationType', 'equals', type);
    if (!specification) return [`${where}: there is no such resource type`];
    return this.object(where, specification.properties as unknown as SpecProperties, properties);
  }

  private object(where: string, specification: SpecProperties, value: Record<string, unknown>): string[] {
    const missing = Object.entries(specification)
      .filter(([name, property]) => property.required && value[name] === undefined)
      .map(([name]) => `${where}: ${name} is required`);
    const wrong = Object.entries(value).flatMap(([name, each]) => {
      const property = specification[name];
      if (!property) return [`${where}: there is no property ${name}`];
      return this.anyOf(`${where}.${name}`, [property.type, ...property.previousTypes ?? []], each);
    });
    return [...missing, ...wrong];
  }

  private anyOf(where: string, types: readonly SpecType[], value: unknown): string[] {
    const attempts = types.map(type => this.value(where, type, value));
    return attempts.find(problems => problems.length === 0) ?? attempts[0];
  }

  private value(where: string, type: SpecType, value: unknown): string[] {
    if (isIntrinsic(value)) return [];
    switch (type.type) {
      case 'union': return this.anyOf(where, type.types!, value);
      case 'array': return Array.isArray(value)
        ? value.flatMap((each, index) => this.value(`${where}[${index}]`, type.element!, each))
        : [`${where}: must be a list`];
      case 'map': return isObject(value)
        ? Object.entries(value).flatMap(([key, each]) => this.value(`${where}.${key}`, type.element!, each))
        : [`${where}: must be a map`];
      case 'ref': return isObject(value)
        ? this.object(where, this.db.get('typeDefinition', type.reference!.$ref).properties as unknown as SpecProperties, value)
        : [`${where}: must be an object`];
      default: return this.primitive(where, type.type, value);
    }
  }

  private primitive(where: string, type: string, value: unknown): string[] {
    const fits = PRIMITIVES[type];
    if (!fits) return [`${where}: the specification has a type '${type}' that this check does not know`];
    return fits(value) ? [] : [`${where}: must be ${type}, is ${JSON.stringify(value)}`];
  }
}

/** CloudFormation reads numbers and booleans from strings too, and turns them into strings. */
const PRIMITIVES: Record<string, (value: unknown) => boolean> = {
  string: value => ['string', 'number', 'boolean'].includes(typeof value),
  number: value => typeof value === 'number' || (typeof value === 'string' && value !== '' && !Number.isNaN(Number(value))),
  integer: value => Number.isInteger(typeof value === 'string' && value !== '' ? Number(value) : value),
  boolean: value => typeof value === 'boolean' || value === 'true' || value === 'false',
  'date-time': value => typeof value === 'string',
  json: () => true,
  tag: value => isObject(value) && 'Key' in value && 'Value' in value,
  null: value => value === null,
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isIntrinsic(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 1 && INTRINSIC.test(Object.keys(value)[0]);
}
