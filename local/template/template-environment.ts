import { ATTRIBUTES, LocalEndpoints } from './attributes';
import { AssemblyStack, CloudAssembly } from './cloud-assembly';
import { evaluateCondition } from './conditions';
import { CrossStackValues } from './cross-stack';
import { selectEnvironment } from './environment-selection';
import { TemplateError } from './errors';
import { Place, placeName, ResolveContext } from './resolve-context';
import { resolveValue } from './resolver';
import { Resource } from './resource';

/** The environment that runs locally: the resources of its stacks, resolved to local values as they are asked for. */
export class TemplateEnvironment implements ResolveContext {
  readonly stacks: readonly AssemblyStack[];
  /** The stack that holds the worker. */
  readonly main: AssemblyStack;
  private readonly resources: readonly Resource[];
  private readonly byLogicalId = new Map<string, Resource>();
  private readonly crossStack: CrossStackValues;
  /** What functions answered for the resources that they stand for. */
  private readonly provided = new Map<Resource, Readonly<Record<string, unknown>>>();

  constructor(readonly assembly: CloudAssembly, private readonly endpoints: LocalEndpoints) {
    this.stacks = selectEnvironment(assembly.stacks);
    this.main = this.stacks[0];
    this.crossStack = new CrossStackValues(assembly.stacks, this);
    for (const stack of assembly.stacks) {
      for (const [logicalId, definition] of Object.entries(stack.template.Resources ?? {})) {
        this.byLogicalId.set(key(stack, logicalId), new Resource(stack, logicalId, definition, this));
      }
    }
    this.resources = this.stacks.flatMap(stack => Object.entries(stack.template.Resources ?? {})
      .filter(([logicalId, { Condition }]) => Condition === undefined || evaluateCondition(Condition, { stack, path: `Resources.${logicalId}` }, this))
      .map(([logicalId]) => this.byLogicalId.get(key(stack, logicalId))!));
  }

  /** Every resource of these types, in template order. */
  ofType(...types: readonly string[]): readonly Resource[] {
    return this.resources.filter(resource => types.includes(resource.type));
  }

  /** The resource whose ARN or `Ref` this is, among those of a type. */
  findByReference(type: string, value: string): Resource | undefined {
    return this.ofType(type).find(resource => resource.reference === value || (hasAttribute(type, 'Arn') && resource.arn === value));
  }

  /** Attributes of a custom resource, once its function has run. */
  provide(resource: Resource, attributes: Readonly<Record<string, unknown>>): void {
    this.provided.set(resource, attributes);
  }

  resolve(value: unknown, at: Place): unknown {
    return resolveValue(value, at, this);
  }

  reference(logicalId: string, at: Place): unknown {
    const resource = this.find(logicalId, at);
    const known = ATTRIBUTES[resource.type];
    if (!known) throw this.unknownValue(resource, 'Ref', at);
    return known.ref(resource, this.endpoints);
  }

  attribute(logicalId: string, name: string, at: Place): unknown {
    const resource = this.find(logicalId, at);
    if (resource.type === 'Custom::CrossRegionExportReader') return this.crossStack.crossRegion(name, at);
    const provided = this.provided.get(resource)?.[name];
    if (provided !== undefined) return provided;
    const attribute = ATTRIBUTES[resource.type]?.attributes?.[name];
    if (!attribute) throw this.unknownValue(resource, `attribute ${name}`, at);
    return attribute(resource, this.endpoints);
  }

  exportedValue(name: string, at: Place): unknown {
    return this.crossStack.exported(name, at);
  }

  outputOf(stackName: string, outputName: string, region: string | undefined, at: Place): unknown {
    return this.crossStack.output(stackName, outputName, region, at);
  }

  private find(logicalId: string, at: Place): Resource {
    const resource = this.byLogicalId.get(key(at.stack, logicalId));
    if (!resource) throw new TemplateError(`${placeName(at)}: the template has no resource or parameter ${logicalId}`);
    return resource;
  }

  private unknownValue(resource: Resource, what: string, at: Place): TemplateError {
    return new TemplateError(`${placeName(at)} needs ${what} of ${resource.logicalId} (${resource.type}), `
      + 'which the local platform does not know; add it to the tables in local/template/attributes');
  }
}

function hasAttribute(type: string, name: string): boolean {
  return ATTRIBUTES[type]?.attributes?.[name] !== undefined;
}

function key(stack: AssemblyStack, logicalId: string): string {
  return `${stack.id} ${logicalId}`;
}
