export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A CloudFormation template, as far as a bill needs it. */
export interface Template {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
}

export type Properties = Readonly<Record<string, unknown>>;

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function recordOf(value: unknown): Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Properties : {};
}

export function resourcesOf(template: Template, type: string): Array<readonly [string, Properties]> {
  return Object.entries(template.Resources ?? {}).filter(([, resource]) => resource.Type === type)
    .map(([id, { Properties: properties = {} }]) => [id, properties]);
}
