import { AssemblyStack } from './cloud-assembly';

/** Where a value stands: every error names it. */
export interface Place {
  readonly stack: AssemblyStack;
  /** `Resources.Handler.Properties.Environment.Variables.VIDEO_BUCKET` */
  readonly path: string;
}

/** What the intrinsic functions need beyond their own argument. */
export interface ResolveContext {
  resolve(value: unknown, at: Place): unknown;
  /** `Ref` of a resource. */
  reference(logicalId: string, at: Place): unknown;
  attribute(logicalId: string, name: string, at: Place): unknown;
  /** Value of an export, by its name, in the region of the asking stack. */
  exportedValue(name: string, at: Place): unknown;
  outputOf(stackName: string, outputName: string, region: string | undefined, at: Place): unknown;
}

/** What `AWS::NoValue` resolves to: the property, or the element, is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

export function placeName(at: Place): string {
  return `${at.stack.id}: ${at.path}`;
}

export function below(at: Place, segment: string | number): Place {
  return { stack: at.stack, path: `${at.path}.${segment}` };
}
