import { AssemblyStack } from './cloud-assembly';
import { TemplateError } from './errors';
import { Place, placeName, ResolveContext } from './resolve-context';

/** Values that one stack of the assembly takes from another: exports, outputs, and the CDK's cross-region exports. */
export class CrossStackValues {
  constructor(private readonly stacks: readonly AssemblyStack[], private readonly context: ResolveContext) {}

  /** `Fn::ImportValue`: exports are unique in a region. */
  exported(name: string, at: Place): unknown {
    for (const stack of this.stacks.filter(each => each.region === at.stack.region)) {
      for (const [id, output] of Object.entries(stack.template.Outputs ?? {})) {
        const place = { stack, path: `Outputs.${id}` };
        if (output.Export && this.context.resolve(output.Export.Name, place) === name) return this.context.resolve(output.Value, place);
      }
    }
    throw new TemplateError(`${placeName(at)} imports ${name}, which no stack of the assembly exports in ${at.stack.region}`);
  }

  /** `Fn::GetStackOutput` */
  output(stackName: string, outputName: string, region: string | undefined, at: Place): unknown {
    const wanted = region ?? at.stack.region;
    const stack = this.stacks.find(each => each.name === stackName && each.region === wanted);
    const output = stack?.template.Outputs?.[outputName];
    if (!stack || !output) throw new TemplateError(`${placeName(at)}: no stack ${stackName} in ${wanted} has an output ${outputName}`);
    return this.context.resolve(output.Value, { stack, path: `Outputs.${outputName}` });
  }

  /** What `Custom::CrossRegionExportWriter` of another stack would have put into a parameter of this name. */
  crossRegion(parameter: string, at: Place): unknown {
    for (const stack of this.stacks) {
      for (const [id, resource] of Object.entries(stack.template.Resources ?? {})) {
        if (resource.Type !== 'Custom::CrossRegionExportWriter') continue;
        const { region, exports } = resource.Properties!.WriterProps as { region: unknown; exports: Record<string, unknown> };
        const place = { stack, path: `Resources.${id}.Properties.WriterProps.exports.${parameter}` };
        if (!Object.hasOwn(exports, parameter) || this.context.resolve(region, place) !== at.stack.region) continue;
        return this.context.resolve(exports[parameter], place);
      }
    }
    throw new TemplateError(`${placeName(at)} reads ${parameter} from another region, but no stack of the assembly writes it`);
  }
}
