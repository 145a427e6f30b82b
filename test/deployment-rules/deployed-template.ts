/** What a template says, as CloudFormation reads it: resources, what they refer to, and what each waits for. */

export type Values = Readonly<Record<string, any>>;

export interface TemplateJson {
  readonly Resources?: Readonly<Record<string, Values>>;
  readonly Parameters?: Values;
  readonly Conditions?: Values;
  readonly Mappings?: Values;
  readonly Outputs?: Readonly<Record<string, Values>>;
  readonly Description?: string;
}

export interface DeployedResource {
  readonly id: string;
  readonly type: string;
  readonly properties: Values;
  readonly deletionPolicy?: string;
  readonly metadata: Values;
}

/** What the template itself does not say. */
export interface StackFacts {
  readonly stackName?: string;
  /** Unset in a stack for any region. */
  readonly region?: string;
}

export class DeployedTemplate {
  readonly resources: readonly DeployedResource[];
  private readonly byId: ReadonlyMap<string, DeployedResource>;
  private readonly closures = new Map<string, ReadonlySet<string>>();

  constructor(readonly json: TemplateJson, readonly stack: StackFacts = {}) {
    this.resources = Object.entries(json.Resources ?? {}).map(([id, { Type, Properties = {}, DeletionPolicy, Metadata = {} }]) =>
      ({ id, type: Type, properties: Properties, deletionPolicy: DeletionPolicy, metadata: Metadata }));
    this.byId = new Map(this.resources.map(resource => [resource.id, resource]));
  }

  find(id: string | undefined): DeployedResource | undefined {
    return id === undefined ? undefined : this.byId.get(id);
  }

  ofType(...types: readonly string[]): DeployedResource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  /** The resource that a value names: its only reference to one, or a literal name that a resource has. */
  named(value: unknown): DeployedResource | undefined {
    const ids = [...new Set(referencesIn(value).map(({ id }) => id))].filter(id => this.byId.has(id));
    return ids.length === 1 ? this.find(ids[0]) : undefined;
  }

  /** Ids that stand directly in its properties or its DependsOn. */
  needs(id: string): string[] {
    const { Properties, DependsOn = [] } = this.json.Resources![id];
    return [...new Set([...[DependsOn].flat() as string[], ...referencesIn(Properties).map(reference => reference.id)])].filter(each => this.byId.has(each));
  }

  /** Everything that is complete before CloudFormation begins with this resource. */
  waitsFor(id: string): ReadonlySet<string> {
    const known = this.closures.get(id);
    if (known) return known;
    const found = new Set<string>();
    const open = [...this.needs(id)];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      open.push(...this.needs(next));
    }
    this.closures.set(id, found);
    return found;
  }
}

export interface Reference {
  readonly id: string;
  readonly attribute?: string;
}

/** Every Ref, Fn::GetAtt and Fn::Sub below a value; pseudo parameters are left out. */
export function referencesIn(value: unknown): Reference[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]): Reference[] => {
    if (key === 'Ref' && typeof inner === 'string') return inner.startsWith('AWS::') ? [] : [{ id: inner }];
    if (key === 'Fn::GetAtt') {
      const [id, ...attribute] = (typeof inner === 'string' ? inner.split('.') : inner) as string[];
      return [{ id, attribute: attribute.join('.') }];
    }
    if (key === 'Fn::Sub') return [...substitutions(inner), ...Array.isArray(inner) ? referencesIn(inner[1]) : []];
    return referencesIn(inner);
  });
}

function substitutions(sub: unknown): Reference[] {
  const [text, variables = {}] = (Array.isArray(sub) ? sub : [sub]) as [string, Values?];
  return [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name]) => name)
    .filter(name => !name.startsWith('AWS::') && !(name in variables))
    .map(name => ({ id: name.split('.')[0], attribute: name.split('.').slice(1).join('.') || undefined }));
}

/** Whether a pseudo parameter such as AWS::StackId stands anywhere in a value. */
export function mentions(value: unknown, pseudoParameter: string): boolean {
  const text = JSON.stringify(value) ?? '';
  return text.includes(`"Ref":"${pseudoParameter}"`) || text.includes(`\${${pseudoParameter}}`);
}

export function list<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value as readonly T[] : [value as T];
}

/** A property by its path, such as `OriginAccessControlConfig.Name`; `[]` goes through a list. */
export function valuesAt(properties: unknown, path: string): unknown[] {
  return path.split('.').reduce<unknown[]>((values, step) => values.flatMap(value => {
    const inner = (value as Values | undefined)?.[step.replace('[]', '')];
    if (inner === undefined) return [];
    return step.endsWith('[]') && Array.isArray(inner) ? inner : [inner];
  }), [properties]);
}

export interface PolicyStatement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Values;
}

/** Identity policies that are attached to a role as resources of their own. */
export function policiesOf(template: DeployedTemplate, roleId: string): DeployedResource[] {
  const attached = template.ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy')
    .filter(({ properties }) => list(properties.Roles).some(role => template.named(role)?.id === roleId));
  const ownPolicies = template.ofType('AWS::IAM::RolePolicy').filter(({ properties }) => template.named(properties.RoleName)?.id === roleId);
  return [...attached, ...ownPolicies];
}

/** Everything that a role allows, inline or attached. */
export function statementsOf(template: DeployedTemplate, role: DeployedResource): PolicyStatement[] {
  const documents = [...policiesOf(template, role.id).map(({ properties }) => properties), ...list(role.properties.Policies) as Values[]];
  return documents.flatMap(({ PolicyDocument }) => list(PolicyDocument.Statement as PolicyStatement | PolicyStatement[]));
}

/** Whether an action pattern such as `logs:*` covers an action. */
export function covers(patterns: string | readonly string[], action: string): boolean {
  return list(patterns).some(pattern => new RegExp(`^${pattern.replace(/\*/g, '.*')}$`, 'i').test(action));
}

export function allows(statements: readonly PolicyStatement[], ...actions: readonly string[]): boolean {
  return actions.every(action => statements.some(statement => statement.Effect === 'Allow' && covers(statement.Action, action)));
}
