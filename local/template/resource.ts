import { AssemblyStack, ResourceDefinition } from './cloud-assembly';
import { TemplateError } from './errors';
import { below, NO_VALUE, Place, placeName, ResolveContext } from './resolve-context';
import { intrinsicName } from './resolver';

/** One resource of a template. Properties are resolved when they are read, and only those that are read. */
export class Resource {
  readonly type: string;
  readonly place: Place;

  constructor(
    readonly stack: AssemblyStack,
    readonly logicalId: string,
    private readonly definition: ResourceDefinition,
    private readonly context: ResolveContext,
  ) {
    this.type = definition.Type;
    this.place = { stack, path: `Resources.${logicalId}` };
  }

  /** Value of a property, by its dotted path; undefined when it is absent. */
  get(path: string): unknown {
    let value: unknown = this.definition.Properties ?? {};
    let at = below(this.place, 'Properties');
    for (const segment of path.split('.')) {
      if (intrinsicName(value)) value = this.context.resolve(value, at);
      if (typeof value !== 'object' || value === null) return undefined;
      value = (value as Record<string, unknown>)[segment];
      at = below(at, segment);
    }
    const resolved = this.context.resolve(value, at);
    return resolved === NO_VALUE ? undefined : resolved;
  }

  /** Every property, resolved. */
  properties(): Readonly<Record<string, unknown>> {
    return this.context.resolve(this.definition.Properties ?? {}, below(this.place, 'Properties')) as Record<string, unknown>;
  }

  text(path: string): string | undefined {
    const value = this.get(path);
    return value === undefined ? undefined : String(value);
  }

  /** @throws TemplateError when the property is absent. */
  requiredText(path: string): string {
    const value = this.text(path);
    if (value === undefined) throw new TemplateError(`${this.name}: property ${path} is missing; the local platform needs it`);
    return value;
  }

  /** CloudFormation takes numbers as strings too. */
  number(path: string): number | undefined {
    const value = this.get(path);
    return value === undefined ? undefined : Number(value);
  }

  flag(path: string): boolean {
    return String(this.get(path)) === 'true';
  }

  list<T>(path: string): readonly T[] {
    return (this.get(path) as readonly T[] | undefined) ?? [];
  }

  /** What `Ref` of this resource gives. */
  get reference(): string {
    return String(this.context.reference(this.logicalId, this.place));
  }

  attribute(name: string): string {
    return String(this.context.attribute(this.logicalId, name, this.place));
  }

  get arn(): string {
    return this.attribute('Arn');
  }

  /** How errors and logs call it. */
  get name(): string {
    return `${placeName(this.place)} (${this.type})`;
  }
}
